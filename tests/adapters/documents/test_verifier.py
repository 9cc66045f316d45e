"""What a verifier says of genuine, altered and hostile files."""

import os
import random
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter

from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.fonts import find_fonts
from adapters.documents.keys import KeyFiles, KeyMaterial, load_keys, make_development_keys
from adapters.documents.maker import PaperPress, PaperSettings, SignedDocument
from adapters.documents.signing import Sealer
from adapters.documents.typesetting import Typesetter
from adapters.documents.verifier import FileVerdict, Reason, verify_file
from tests.adapters.documents.papers import PUBLIC_URL, SIGNED_AT, TEMPLATES, printed
from tests.adapters.documents.snapshots import snapshot
from tests.proof import Proof

FLIPS = 1000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 40


@pytest.fixture(scope="module")
def seal(paper: SignedDocument) -> tuple[int, int]:
    """Where /Contents begins and ends: the only bytes that are not signed."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\s*\]", paper.pdf)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20261123)  # noqa: S311 - the same flips every time


def flipped(pdf: bytes, place: int, chance: random.Random) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def judged(pdf: bytes, root_pem: bytes) -> FileVerdict:
    return verify_file(pdf, root_certificate_pem=root_pem)


def test_a_genuine_paper_is_authentic_and_says_what_it_is(
    paper: SignedDocument, root_pem: bytes
) -> None:
    verdict = judged(paper.pdf, root_pem)
    assert verdict.authentic
    assert verdict.reason is Reason.AUTHENTIC
    facts = verdict.facts
    assert facts is not None
    assert facts.number == snapshot()["number"]
    assert facts.generated_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert facts.expires_at == datetime(2026, 12, 23, 7, 30, tzinfo=UTC)
    assert facts.pages == paper.pages
    assert [count.count for count in facts.counts] == [5, 3, 0, 0, 2, 1, 1, 0]
    assert facts.canonical_sha256 == sha256_hex(canonical_json(snapshot()))
    assert (facts.sample, facts.level, facts.signed_at) == (True, "B-B", SIGNED_AT)
    assert facts.signer == "开发测试/DEVELOPMENT 报告签章 REPORT SEAL"


def test_a_verdict_does_not_name_the_subject(paper: SignedDocument, root_pem: bytes) -> None:
    assert "惠民餐饮" not in repr(judged(paper.pdf, root_pem))
    assert "91440104MA59ABCD3X" not in repr(judged(paper.pdf, root_pem))


def test_no_flipped_bit_in_the_signed_ranges_verifies(
    paper: SignedDocument,
    root_pem: bytes,
    seal: tuple[int, int],
    chance: random.Random,
    proof: Proof,
) -> None:
    start, end = seal
    signed = [*range(start), *range(end, len(paper.pdf))]
    for place in chance.choices(signed, k=FLIPS):
        assert not judged(flipped(paper.pdf, place, chance), root_pem).authentic, place
    proof("a bit of a signed PDF flipped, inside the signed ranges", FLIPS, "none verified")


def test_a_flipped_bit_in_the_seal_changes_nothing_that_is_reported(
    paper: SignedDocument,
    root_pem: bytes,
    seal: tuple[int, int],
    chance: random.Random,
    proof: Proof,
) -> None:
    genuine = judged(paper.pdf, root_pem)
    seal_end = paper.pdf.index(b"0000000000000000", seal[0])
    for place in chance.choices(range(seal[0], seal_end), k=FLIPS):
        verdict = judged(flipped(paper.pdf, place, chance), root_pem)
        assert not verdict.authentic or verdict == genuine, place
    for place in chance.choices(range(seal_end, seal[1]), k=FLIPS // 4):
        verdict = judged(flipped(paper.pdf, place, chance), root_pem)
        assert not verdict.authentic or verdict == genuine, place
    proof("a bit of a signed PDF flipped, inside /Contents", FLIPS, "no report differed")


@pytest.mark.parametrize("more", [b"\n", b"%", b"\x00" * 1000, b"1 0 obj<<>>endobj"])
def test_appended_bytes_are_refused(paper: SignedDocument, root_pem: bytes, more: bytes) -> None:
    assert judged(paper.pdf + more, root_pem).reason is Reason.NOT_WHOLE


def test_an_incremental_update_is_refused(paper: SignedDocument, root_pem: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(paper.pdf))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(paper.pdf)
    assert judged(out.getvalue(), root_pem).reason is Reason.NOT_WHOLE


def test_a_paper_cut_short_is_refused(paper: SignedDocument, root_pem: bytes) -> None:
    for length in (0, 1, 100, len(paper.pdf) // 2, len(paper.pdf) - 1):
        assert not judged(paper.pdf[:length], root_pem).authentic


def test_a_byte_range_that_leaves_something_out_is_refused(
    paper: SignedDocument, root_pem: bytes, seal: tuple[int, int]
) -> None:
    start, end = seal
    for first, second in ((start - 10, end), (start, end + 1), (end, start), (start, start)):
        claimed = b"/ByteRange [0 %d %d %d]" % (first, second, len(paper.pdf) - second)
        pdf = re.sub(rb"/ByteRange \[0 \d+ \d+ \d+\s*\]", claimed, paper.pdf)
        assert not judged(pdf, root_pem).authentic


def test_the_seal_of_another_installation_is_not_ours(tmp_path: Path, root_pem: bytes) -> None:
    keys = KeyMaterial.of(make_development_keys(tmp_path, at=SIGNED_AT))
    theirs = PaperSettings(templates=TEMPLATES, keys=keys, public_url=PUBLIC_URL)
    pdf = printed(PaperPress(theirs), snapshot()).pdf
    assert judged(pdf, root_pem).reason is Reason.NOT_OURS
    assert judged(pdf, keys.root_certificate).authentic


@pytest.mark.parametrize(
    ("canonical", "reason"),
    [(b'{"a":1}', Reason.UNREADABLE), (b'{"a": 1}', Reason.NO_DATA), (b"[", Reason.UNREADABLE)],
    ids=["not a report", "not canonical", "not JSON"],
)
def test_a_sealed_file_that_is_no_report_proves_nothing(
    tmp_path: Path, key_files: KeyFiles, root_pem: bytes, canonical: bytes, reason: Reason
) -> None:
    (tmp_path / "x.typ").write_text(
        '#set document(title: "x")\n'
        "#pdf.attach(sys.inputs.attachment, bytes(sys.inputs.canonical), "
        'relationship: "source", mime-type: "application/json", description: "x")'
    )
    typesetter = Typesetter(tmp_path, templates=["x.typ"], fonts=find_fonts())
    unsigned = typesetter.set({"template": "x.typ"}, canonical=canonical, dated=SIGNED_AT)
    pdf = Sealer(load_keys(key_files)).sign(unsigned, signed_at=SIGNED_AT).pdf
    assert judged(pdf, root_pem).reason is reason


def blank_pdf() -> bytes:
    out = BytesIO()
    PdfFileWriter().write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"%PDF-1.7",
        b"\x00" * 10_000,
        os.urandom(10_000),
        b"<html></html>",
        blank_pdf(),
        b"/ByteRange [0 0 0 0]",
        b"/ByteRange [0 0 99 9999999999]",
        b"/ByteRange [0 1 2 3]" * 2,
        b"x<zz>" + b"/ByteRange [0 1 5 25]    ",
        b"x<3080>" + b"/ByteRange [0 1 7 25]    ",
        b"x<" + b"30" * 50_000 + b">" + b"/ByteRange [0 1 100003 29]    ",
    ],
    ids=range(12),
)
def test_hostile_bytes_are_not_authentic_and_raise_nothing(root_pem: bytes, hostile: bytes) -> None:
    verdict = judged(hostile, root_pem)
    assert not verdict.authentic
    assert verdict.facts is None
    assert verdict.sentence
