"""PDF/A-3b: typst's own check, the fixed date, the forgetting."""

from pathlib import Path

import pytest
import typst

from adapters.documents.fonts import Fonts, find_fonts
from adapters.documents.maker import PaperPress, SignedDocument
from adapters.documents.typesetting import HEAVY_BYTES, Typesetter
from tests.adapters.documents.papers import SIGNED_AT, printed, texts
from tests.adapters.documents.snapshots import snapshot

SAYING = """
#set document(title: [t])
#set text(font: "Noto Sans CJK SC")
#json(bytes(sys.inputs.sheet)).text
"""
CANONICAL = b"{}"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return find_fonts()


@pytest.fixture
def typesetter(tmp_path: Path, fonts: Fonts) -> Typesetter:
    (tmp_path / "saying.typ").write_text(SAYING)
    return Typesetter(tmp_path, templates=["saying.typ"], fonts=fonts)


def test_a_paper_declares_pdf_a_3b(paper: SignedDocument) -> None:
    assert b"<pdfaid:part>3</pdfaid:part>" in paper.pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in paper.pdf


def test_the_check_for_pdf_a_refuses_what_no_font_has(typesetter: Typesetter) -> None:
    with pytest.raises(typst.TypstError, match="PDF/A-3b"):
        typesetter.set(
            {"template": "saying.typ", "text": "\U0003134f"}, canonical=CANONICAL, dated=SIGNED_AT
        )


def test_the_same_snapshot_gives_the_same_unsigned_bytes(press: PaperPress) -> None:
    first, second = (printed(press, snapshot()).pdf for _ in range(2))
    end_of_unsigned = first.index(b"%%EOF")
    assert first[:end_of_unsigned] == second[:end_of_unsigned]


def test_a_thick_paper_is_forgotten_before_the_next_one(typesetter: Typesetter) -> None:
    heavy = b'{"a":"' + b"x" * HEAVY_BYTES + b'"}'
    for text in ("甲", "乙"):
        pdf = typesetter.set(
            {"template": "saying.typ", "text": text}, canonical=heavy, dated=SIGNED_AT
        )
        assert text in texts(pdf)[0]
