"""Images over the real database: who may attach which, how many, for how long, by what address."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo import MongoClient

from adapters.mongo.database import Database, Document
from domain.attachments.attachments import Attachment, By, Look, TooManyImages, Viewer
from domain.content_checks import Verdict
from domain.errors import DomainError, Invalid, NotFound, Stale
from domain.transactions import Conflict, Unit
from tests.attaching import Album

OTHER = Viewer(id="somebody-else")
JUDGE = Viewer(id="supervisor", judges=True)


@pytest.fixture
def album(database: Database) -> Album:
    return Album(database)


async def test_an_image_is_read_as_it_was_taken(album: Album) -> None:
    one = await album.take(b"\xff" * 3_000_000)
    assert await album.store.get(one.id) == one
    assert await album.read(await album.secret(one)) == b"\xff" * 3_000_000
    assert (one.state, one.bound_to, one.size) == (Verdict.PENDING, "", 3_000_000)
    assert album.asked.of == []


async def test_neither_pixels_nor_their_hash_are_kept_in_the_clear(
    album: Album, database: Database, mongo_uri: str
) -> None:
    one = await album.take(b"a photograph of somebody")
    with MongoClient[Document](mongo_uri) as bare:
        kept = bare[database.database.name]
        content = kept["attachment_contents"].find_one({"_id": one.id})
        known = kept["attachments"].find_one({"_id": one.id})
    assert content
    assert b"photograph" not in content["content"]
    assert one.sha256 not in str(known)


async def test_an_image_larger_than_it_may_be_kept_is_refused(album: Album) -> None:
    with pytest.raises(Invalid, match="5 MB") as refused:
        await album.take(b"x" * (5 * 1024**2 + 1))
    assert [(one.pointer, one.code) for one in refused.value.faults] == [("/file", "too_large")]


async def test_images_are_attached_in_the_order_given_and_checked_from_then_on(
    album: Album,
) -> None:
    one, two = await album.take(), await album.take()
    bound = await album.bind(two.id, one.id)
    assert [image.id for image in bound] == [two.id, one.id]
    assert {image.bound_to for image in bound} == {album.ticket}
    assert album.asked.of == [(two.id, album.owner), (one.id, album.owner)]
    kept = await album.attachments.of(album.ticket)
    assert [image.id for image in kept] == [one.id, two.id]
    assert set(kept) == set(bound)


async def test_an_image_by_staff_has_passed_and_is_not_checked(album: Album) -> None:
    one = await album.bound(By.STAFF)
    assert (one.state, one.reason) == (Verdict.PASS, "staff")
    assert album.asked.of == []


@pytest.mark.parametrize("fault", ["foreign", "unknown", "attached", "over", "twice"])
async def test_what_is_not_ones_own_free_image_is_named_by_its_place(
    album: Album, database: Database, fault: str
) -> None:
    good = [await album.take(), await album.take()]
    stranger = Album(database)
    bad = {
        "foreign": (await stranger.take()).id,
        "unknown": str(uuid.uuid4()),
        "attached": (await album.bound()).id,
        "over": "",
        "twice": good[0].id,
    }[fault]
    if fault == "over":
        old = await album.take()
        album.later(hours=24)
        good, bad = [await album.take(), await album.take()], old.id
    with pytest.raises(Invalid) as refused:
        await album.bind(good[0].id, good[1].id, bad)
    assert [one.pointer for one in refused.value.faults] == ["/images/2"]
    assert "第 3 张" in refused.value.detail
    assert [(await album.store.get(one.id)) for one in good] == good


async def test_an_image_attached_twice_at_once_is_attached_once(album: Album) -> None:
    one = await album.take()
    tried = await asyncio.gather(
        *(album.bind(one.id, to=f"ticket:{place}-{one.id}") for place in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, tuple) for answer in tried) == 1
    assert all(isinstance(answer, tuple | Invalid) for answer in tried)


async def test_however_many_come_at_once_no_more_than_nine_wait(
    album: Album, database: Database
) -> None:
    tried = await asyncio.gather(*(album.take() for _ in range(14)), return_exceptions=True)
    kept = [one for one in tried if isinstance(one, Attachment)]
    assert len(kept) == 9
    assert all(isinstance(one, Attachment | TooManyImages) for one in tried)
    assert await database["attachments"].count_documents({"owner": album.owner}) == 9
    ids = {"$in": [one.id for one in kept]}
    assert await database["attachment_contents"].count_documents({"_id": ids}) == 9
    await album.attachments.drop(album.act(), attachment_id=kept[0].id, owner=album.owner)
    await album.take()
    await album.bind(kept[1].id)
    await album.take()
    with pytest.raises(TooManyImages):
        await album.take()


async def test_what_is_given_up_makes_room_after_a_day_and_goes_with_its_bytes(
    album: Album, database: Database
) -> None:
    old = [await album.take() for _ in range(9)]
    secret = await album.secret(old[0])
    album.later(hours=24)
    with pytest.raises(NotFound):
        await album.read(secret)
    await album.take()
    ids = {"$in": [one.id for one in old]}
    for name in ("attachments", "attachment_contents"):
        assert await database[name].count_documents({"_id": ids}) == 0


async def test_no_more_than_nine_at_once_and_sixty_in_all(album: Album) -> None:
    with pytest.raises(TooManyImages):
        await album.bind(*(str(uuid.uuid4()) for _ in range(10)))
    for _ in range(6):
        await album.bind(*[(await album.take(by=By.STAFF)).id for _ in range(9)])
    await album.bind(*[(await album.take(by=By.STAFF)).id for _ in range(6)])
    assert len(await album.attachments.of(album.ticket)) == 60
    with pytest.raises(TooManyImages):
        await album.bound()


async def test_one_takes_back_only_ones_own_and_only_what_is_not_attached(
    album: Album, database: Database
) -> None:
    one, bound = await album.take(), await album.bound()
    drop = album.attachments.drop
    for attachment_id, owner in ((one.id, "other"), (bound.id, album.owner), ("no", album.owner)):
        with pytest.raises(NotFound):
            await drop(album.act(), attachment_id=attachment_id, owner=owner)
    secret = await album.secret(one)
    await drop(album.act(), attachment_id=one.id, owner=album.owner)
    with pytest.raises(NotFound):
        await album.read(secret)
    for name in ("attachments", "attachment_contents", "attachment_addresses"):
        key = "attachment_id" if name.endswith("addresses") else "_id"
        assert await database[name].count_documents({key: one.id}) == 0


async def test_an_address_opens_one_image_for_ten_minutes(album: Album) -> None:
    one = await album.take(b"one")
    two = await album.take(b"two")
    secret, other = await album.secret(one), await album.secret(two)
    assert (await album.read(secret), await album.read(other)) == (b"one", b"two")
    album.later(minutes=10)
    for gone in (secret, other, one.id, "", "A" * 22):
        with pytest.raises(NotFound):
            await album.read(gone)


async def test_secrets_are_not_kept(album: Album, database: Database) -> None:
    one = await album.take()
    secret = await album.secret(one)
    rows = await database["attachment_addresses"].find().to_list(None)
    assert rows
    assert secret not in str(rows)


async def test_a_page_of_images_is_given_its_addresses_in_one_write_and_that_is_recorded(
    album: Album, database: Database
) -> None:
    images = [await album.bound(By.STAFF) for _ in range(3)]
    before = await database["attachment_addresses"].count_documents({})
    views = await album.attachments.views(album.act(), images, viewer=OTHER)
    assert [view.attachment for view in views] == images
    assert len({view.address.secret for view in views if view.address}) == 3
    assert await database["attachment_addresses"].count_documents({}) == before + 3
    chosen = {"action": "attachment.shown", "object_id": album.ticket}
    assert await database["audit_events"].count_documents(chosen) == 1
    await album.attachments.views(album.act(), images, viewer=Viewer(id=album.owner))
    assert await database["audit_events"].count_documents(chosen) == 1


@pytest.mark.parametrize(
    ("state", "owner", "other", "on_purpose", "judge"),
    [
        (Verdict.PASS, Look.OPEN, Look.OPEN, Look.OPEN, Look.OPEN),
        (Verdict.PENDING, Look.OPEN, Look.FOLDED, Look.OPEN, Look.OPEN),
        (Verdict.REVIEW, Look.OPEN, Look.FOLDED, Look.OPEN, Look.OPEN),
        (Verdict.RISKY, Look.WITHHELD, Look.WITHHELD, Look.WITHHELD, Look.OPEN),
    ],
)
async def test_who_sees_what_depends_on_what_was_found(
    album: Album, state: Verdict, owner: Look, other: Look, on_purpose: Look, judge: Look
) -> None:
    one = await album.bound()
    await album.decided(one, state)
    [kept] = await album.attachments.of(album.ticket)
    viewers = (
        Viewer(id=album.owner),
        OTHER,
        Viewer(id="somebody-else", opens=frozenset({one.id})),
        JUDGE,
    )
    for viewer, expected in zip(viewers, (owner, other, on_purpose, judge), strict=True):
        [view] = await album.attachments.views(album.act(), [kept], viewer=viewer)
        assert view.look is expected
        assert (view.address is not None) == (expected is Look.OPEN)
        assert bool(view.words) == (expected is not Look.OPEN)


async def test_what_turns_out_risky_is_not_shown_by_addresses_of_before(album: Album) -> None:
    one = await album.bound()
    mine, judging = await album.secret(one), await album.secret(one, JUDGE)
    await album.decided(one, Verdict.RISKY, "porn")
    with pytest.raises(NotFound):
        await album.read(mine)
    assert await album.read(judging) == b"pixels"


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.REVIEW, Verdict.RISKY])
async def test_the_checkers_address_dies_with_the_verdict(album: Album, verdict: Verdict) -> None:
    one, two = await album.bound(), await album.bound()
    secret, other = await album.check_secret(one), await album.check_secret(two)
    assert await album.read(secret) == b"pixels"
    await album.decided(one, verdict)
    with pytest.raises(NotFound):
        await album.read(secret)
    assert await album.checking.address(album.act(), object_id=one.id) is None
    assert await album.read(other) == b"pixels"
    album.later(hours=2)
    with pytest.raises(NotFound):
        await album.read(other)


async def test_who_is_asked_again_gets_another_address_and_the_one_before_is_over(
    album: Album,
) -> None:
    one = await album.bound()
    first = await album.check_secret(one)
    second = await album.check_secret(one)
    assert await album.read(second) == b"pixels"
    with pytest.raises(NotFound):
        await album.read(first)


async def test_nothing_that_is_gone_is_handed_to_the_checker(album: Album) -> None:
    one = await album.take()
    await album.attachments.drop(album.act(), attachment_id=one.id, owner=album.owner)
    assert await album.checking.address(album.act(), object_id=one.id) is None
    await album.decided(one, Verdict.PASS)


async def test_a_person_decides_and_wechats_word_counts_no_more(album: Album) -> None:
    one = await album.bound()
    await album.decided(one, Verdict.REVIEW, "no_answer")
    assert one.id in {image.id for image in await album.checking.to_judge()}
    after = await album.judge(one, passed=True)
    assert (after.state, after.reason) == (Verdict.PASS, "staff")
    await album.decided(one, Verdict.RISKY)
    assert await album.store.get(one.id) == after
    again = await album.judge(one, passed=False)
    assert again.state is Verdict.RISKY


async def test_who_looks_at_the_ticket_is_told_each_time_something_is_found(album: Album) -> None:
    one = await album.bound()
    [elsewhere] = await album.bind((await album.take()).id, to="elsewhere")
    await album.decided(one, Verdict.PASS)
    await album.decided(one, Verdict.RISKY)
    await album.decided(elsewhere, Verdict.PASS)
    assert album.told == [((album.ticket,), one.id)]
    await album.judge(one, passed=False)
    assert album.told == [((album.ticket,), one.id)] * 2


async def test_only_what_a_person_attached_is_judged(album: Album) -> None:
    refusals: list[tuple[Attachment, type[DomainError]]] = [
        (await album.take(), Conflict),
        (await album.bound(By.STAFF), Conflict),
        (replace(await album.take(), id=str(uuid.uuid4())), NotFound),
    ]
    for one, error in refusals:
        with pytest.raises(error):
            await album.checking.judge(album.act(), attachment_id=one.id, passed=True, tag=one.tag)


async def test_who_judges_what_has_changed_meanwhile_is_told_so(album: Album) -> None:
    one = await album.bound()
    await album.decided(one, Verdict.REVIEW)
    with pytest.raises(Stale):
        await album.checking.judge(album.act(), attachment_id=one.id, passed=True, tag=one.tag)


async def test_images_go_when_what_they_are_attached_to_says_so(
    album: Album, database: Database
) -> None:
    one = await album.bound(By.STAFF)
    secret = await album.secret(one)
    until = album.now + timedelta(minutes=5)

    async def ends(unit: Unit) -> None:
        await album.attachments.keep_until(unit, bound_to=album.ticket, until=until)

    async def stays(unit: Unit) -> None:
        await album.attachments.keep_until(unit, bound_to=album.ticket, until=None)

    await album.commit(ends)
    content = await database["attachment_contents"].find_one({"_id": one.id})
    assert content
    assert content["gone_at"] == until
    album.later(minutes=5)
    with pytest.raises(NotFound):
        await album.read(secret)
    kept = await album.attachments.of(album.ticket)
    assert await album.attachments.views(album.act(), kept, viewer=OTHER) == ()
    await album.commit(stays)
    assert await album.read(secret) == b"pixels"
