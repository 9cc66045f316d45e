"""Samples are answered here and marked; all that is real goes to the agencies; they never mix."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.agencies.samples import SampleCheck, SampleRegistry, SampleSource
from content.files import ContentError
from content.samples import load_samples
from domain.sources import (
    CheckTicket,
    Confirmation,
    CreditSource,
    IdentityCheck,
    Match,
    PlatformReport,
    ReceiptUnknown,
    Registry,
)

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SAMPLES = load_samples()
FIRST, SECOND = tuple(SAMPLES)[:2]
REAL = {"name": "陈雅丽", "id_number": "440104198503120266"}
REAL_USCC = "91440104MAYX10012L"


class World(Registry, CreditSource, IdentityCheck):
    """What was asked of the outside."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def match_representative(self, *, uscc: str, name: str, id_number: str) -> Match:
        del name
        self.asked += [uscc, id_number]
        return Match(matched=False, enterprise=None)

    async def fetch_sections(self, uscc: str, *, request_id: str) -> PlatformReport:
        del request_id
        self.asked.append(uscc)
        return PlatformReport(kind="enterprise", as_of=AT, labels=(), records=())

    async def fetch_person(self, *, name: str, id_number: str, request_id: str) -> PlatformReport:
        del name, request_id
        self.asked.append(id_number)
        return PlatformReport(kind="person", as_of=AT, labels=(), records=())

    async def begin(self, *, request_id: str, name: str, id_number: str) -> CheckTicket:
        del name, request_id
        self.asked.append(id_number)
        return CheckTicket(ticket="real", expires_in=600)

    async def confirm(self, *, receipt: str, request_id: str) -> Confirmation:
        self.asked += [receipt, request_id]
        raise ReceiptUnknown


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
async def test_what_a_sample_holds_is_marked_and_asked_of_nobody(
    world: World, sample: object
) -> None:
    assert isinstance(sample, type(FIRST))
    registry = SampleRegistry(SAMPLES, world)
    source = SampleSource(SAMPLES, world, clock=lambda: AT)
    who = {"name": sample.name, "id_number": sample.id_number}
    uscc = sample.enterprise.uscc
    match = await registry.match_representative(uscc=uscc, **who)
    assert (match.matched, match.enterprise) == (True, sample.enterprise)
    of_enterprise = await source.fetch_sections(uscc, request_id="r")
    of_person = await source.fetch_person(**who, request_id="r")
    for said in (of_enterprise, of_person):
        assert (said.sample, said.as_of) == (True, AT)
    assert of_enterprise.records[0].section == "registration"
    assert of_enterprise.records[0].values["uscc"] == uscc
    assert of_person.records[0].section == "identity"
    assert sample.id_number not in str(of_person)
    assert world.asked == []


async def test_what_is_real_is_asked_outside_and_not_marked(world: World) -> None:
    registry = SampleRegistry(SAMPLES, world)
    source = SampleSource(SAMPLES, world, clock=lambda: AT)
    await registry.match_representative(uscc=REAL_USCC, **REAL)
    assert (await source.fetch_sections(REAL_USCC, request_id="r")).sample is False
    assert (await source.fetch_person(**REAL, request_id="r")).sample is False
    check = SampleCheck(SAMPLES, world, key=b"k" * 32, clock=lambda: AT)
    assert (await check.begin(request_id="r", **REAL)).ticket == "real"
    with pytest.raises(ReceiptUnknown):
        await check.confirm(receipt="real", request_id="r")
    number = REAL["id_number"]
    assert world.asked == [REAL_USCC, number, REAL_USCC, number, number, "real", "r"]


async def test_a_sample_and_something_real_never_match_nor_are_sent(world: World) -> None:
    registry = SampleRegistry(SAMPLES, world)
    first = {"name": FIRST.name, "id_number": FIRST.id_number}
    for uscc, who in (
        (REAL_USCC, first),
        (FIRST.enterprise.uscc, REAL),
        (SECOND.enterprise.uscc, first),
        (FIRST.enterprise.uscc, {**first, "name": "别人"}),
    ):
        match = await registry.match_representative(uscc=uscc, **who)
        assert match == Match(matched=False, enterprise=None)
    assert world.asked == []


async def test_a_ticket_counts_for_its_own_check_only(world: World) -> None:
    check = SampleCheck(SAMPLES, world, key=b"k" * 32, clock=lambda: AT)
    who = {"name": FIRST.name, "id_number": FIRST.id_number}
    ticket = (await check.begin(request_id="mine", **who)).ticket
    assert (await check.confirm(receipt=ticket, request_id="mine")).passed is True
    with pytest.raises(ReceiptUnknown):
        await check.confirm(receipt=ticket, request_id="another")
    other = SampleCheck(SAMPLES, world, key=b"o" * 32, clock=lambda: AT)
    with pytest.raises(ReceiptUnknown):
        await other.confirm(receipt=ticket, request_id="mine")
    wrong = (await check.begin(request_id="mine", name="别人", id_number=FIRST.id_number)).ticket
    assert (await check.confirm(receipt=wrong, request_id="mine")).passed is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("样例张三", "张三"),
        ("样例一号商贸有限公司", "一号商贸有限公司"),
        (FIRST.id_number, FIRST.id_number[:-1] + "0"),
        (FIRST.enterprise.uscc, FIRST.enterprise.uscc[:-1] + "0"),
        ('"registration"', "7"),
        ('"name"', '"nom"'),
    ],
)
def test_a_persona_that_is_no_sample_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    text = Path("content/samples/01-company.json").read_text("utf-8")
    with pytest.raises(ContentError):
        load_samples(tmp_path)
    (tmp_path / "x.json").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=r"x\.json"):
        load_samples(tmp_path)
