"""Papers with time-stamps: what the verifier says of them, genuine, altered and forged."""

import os
import random
from io import BytesIO

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from adapters.documents import stamping
from adapters.documents.maker import SignedDocument
from adapters.documents.stamping import NoRoom, raisable, seals, signature_digest, stamped
from adapters.documents.verifier import FileVerdict, Reason, verify_file
from adapters.stamp_tokens import StampRoots
from tests.authority import Authority
from tests.proof import Proof

FLIPS = 1000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 40
KINDS = {"B-T": "B-T", "raised": "B-B with document time-stamp"}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def papers(paper: SignedDocument, authority: Authority) -> dict[str, bytes]:
    """The same paper, stamped at once and stamped later."""
    return {
        "B-T": stamped(paper.pdf, authority.token(signature_digest(paper.pdf))),
        "raised": raised(paper.pdf, authority),
    }


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20261124)  # noqa: S311 - the same flips every time


def raised(pdf: bytes, authority: Authority) -> bytes:
    prepared = raisable(pdf)
    return prepared.raised(authority.token(prepared.digest))


def judged(pdf: bytes, root_pem: bytes, authority: Authority | None = None) -> FileVerdict:
    roots = StampRoots(authority.root_pem) if authority else None
    return verify_file(pdf, root_certificate_pem=root_pem, stamp_roots=roots)


def flipped(pdf: bytes, place: int, chance: random.Random) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamped_paper_is_authentic_and_tells_its_level(
    papers: dict[str, bytes], root_pem: bytes, authority: Authority, kind: str
) -> None:
    facts = judged(papers[kind], root_pem, authority).facts
    assert facts is not None
    assert facts.level == KINDS[kind]
    assert facts.stamped_by == "时间戳测试机构"
    assert facts.time_stamp == "可信时间戳机构已证明签章时间。"


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_authoritys_root_the_stamp_is_told_as_not_checked(
    papers: dict[str, bytes], root_pem: bytes, kind: str
) -> None:
    facts = judged(papers[kind], root_pem).facts
    assert facts is not None
    assert "没有核对" in facts.time_stamp


@pytest.mark.parametrize("kind", KINDS)
def test_the_stamp_of_another_authority_is_refused(
    papers: dict[str, bytes], root_pem: bytes, kind: str
) -> None:
    assert judged(papers[kind], root_pem, Authority()).reason is Reason.STAMP_REFUSED


def test_a_stamp_over_something_else_is_refused(
    paper: SignedDocument, root_pem: bytes, authority: Authority
) -> None:
    other = authority.token(bytes(32))
    assert judged(stamped(paper.pdf, other), root_pem).reason is Reason.STAMP_REFUSED
    late = raisable(paper.pdf).raised(other)
    assert judged(late, root_pem).reason is Reason.STAMP_REFUSED


def test_a_stamp_that_is_larger_than_its_room_is_refused(paper: SignedDocument) -> None:
    with pytest.raises(NoRoom):
        raisable(paper.pdf).raised(b"0" * 20_000)


@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_in_what_is_signed_verifies(
    papers: dict[str, bytes],
    root_pem: bytes,
    authority: Authority,
    chance: random.Random,
    kind: str,
    proof: Proof,
) -> None:
    pdf = papers[kind]
    last = seals(pdf)[-1]
    for place in chance.choices([*range(last.start), *range(last.resume, len(pdf))], k=FLIPS):
        if kind == "raised" and seals(pdf)[0].start <= place < seals(pdf)[0].resume:
            continue
        assert not judged(flipped(pdf, place, chance), root_pem, authority).authentic, place
    proof(f"a bit of a stamped PDF ({kind}) flipped, inside what is signed", FLIPS, "none verified")


def test_a_stamp_cannot_be_hidden_by_calling_it_something_else(
    papers: dict[str, bytes], root_pem: bytes, authority: Authority
) -> None:
    """No bit of its tag, which nothing signs, makes a stamped paper one without a stamp."""
    pdf = papers["B-T"]
    [seal] = seals(pdf)
    contents = seal.contents(pdf)
    [signer] = cms.ContentInfo.load(contents)["content"]["signer_infos"]
    tag = contents.index(signer["unsigned_attrs"].dump())
    for bit in range(8):
        hidden = bytearray(contents)
        hidden[tag] ^= 1 << bit
        verdict = judged(seal.filled(pdf, bytes(hidden)), root_pem, authority)
        assert not verdict.authentic, bit


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_in_a_seal_or_stamp_changes_nothing_that_is_reported(
    papers: dict[str, bytes],
    root_pem: bytes,
    authority: Authority,
    chance: random.Random,
    kind: str,
    proof: Proof,
) -> None:
    pdf = papers[kind]
    genuine = judged(pdf, root_pem, authority)
    for seal in seals(pdf):
        end = pdf.index(b"0" * 40, seal.start)
        for place in chance.choices(range(seal.start, end), k=FLIPS):
            verdict = judged(flipped(pdf, place, chance), root_pem, authority)
            assert not verdict.authentic or verdict == genuine, place
    proof(f"a bit of a stamped PDF ({kind}) flipped, inside /Contents", FLIPS, "no report differed")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [b"\n", b"%", b"1 0 obj<<>>endobj"])
def test_bytes_after_a_stamped_paper_are_refused(
    papers: dict[str, bytes], root_pem: bytes, kind: str, more: bytes
) -> None:
    assert judged(papers[kind] + more, root_pem).reason is Reason.NOT_WHOLE


def test_a_raised_paper_is_not_raised_twice(
    papers: dict[str, bytes], root_pem: bytes, authority: Authority
) -> None:
    twice = raisable_again(papers["raised"], authority)
    assert judged(twice, root_pem, authority).reason is Reason.SEVERAL_SIGNATURES


def raisable_again(pdf: bytes, authority: Authority) -> bytes:
    """A second stamp under another field name."""
    name, stamping.FIELD = stamping.FIELD, "Again"
    try:
        return raised(pdf, authority)
    finally:
        stamping.FIELD = name


def test_a_change_under_a_genuine_stamp_is_refused(
    paper: SignedDocument, root_pem: bytes, authority: Authority
) -> None:
    """Anybody may have anything stamped: the stamp alone permits no change."""
    for change in (an_annotation, another_language):
        writer = IncrementalPdfFileWriter(BytesIO(paper.pdf))
        change(writer)
        out = BytesIO()
        writer.write(out)
        forged = raised(out.getvalue(), authority)
        assert judged(forged, root_pem, authority).reason is Reason.NOT_WHOLE


def another_language(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()


def an_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.root["/Pages"]["/Kids"][1]["/Contents"]
    writer.mark_update(page.container_ref)
