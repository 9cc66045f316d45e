"""Which characters can be drawn, and what becomes of those that cannot."""

from pathlib import Path

import pytest

from adapters.documents.fonts import RUN, FontsMissing, Speller, drawable, find_fonts

UNKNOWN = "\U0003134f"


@pytest.fixture(scope="session")
def characters() -> frozenset[str]:
    return drawable(find_fonts())


@pytest.fixture
def speller(characters: frozenset[str]) -> Speller:
    return Speller(characters)


@pytest.mark.parametrize("text", ["越秀区 ABC 123", "𠮷䶮𬺓", "（2024）粤0104民初12345号", ""])
def test_what_the_fonts_have_stays_as_it_is(speller: Speller, text: str) -> None:
    assert speller.spell(text) == text
    assert speller.boxed == 0


def test_a_character_that_no_font_has_becomes_its_code_point(speller: Speller) -> None:
    assert speller.spell(f"甲{UNKNOWN}乙") == ["甲", {"missing": "U+3134F"}, "乙"]
    assert speller.boxed == 1


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\u200d", "\u202e", "\u2066", "\ufeff", "\ue000", "א"]
)
def test_what_hides_or_reorders_is_shown_as_its_code_point(
    speller: Speller, character: str
) -> None:
    assert speller.spell(character) == [{"missing": f"U+{ord(character):04X}"}]


@pytest.mark.parametrize("space", ["\n", "\r", "\t", "\x0b", "\x85", "\u2028", "\u2029"])
def test_white_space_of_any_kind_becomes_a_blank(speller: Speller, space: str) -> None:
    assert speller.spell(f"甲{space}乙") == "甲 乙"
    assert speller.boxed == 0


def test_a_variant_of_a_character_is_not_a_character_of_its_own(speller: Speller) -> None:
    assert speller.spell("辻\U000e0100") == "辻\U000e0100"


def test_a_run_too_long_for_a_cell_may_break(speller: Speller) -> None:
    assert speller.spell("W" * RUN) == "W" * RUN
    assert speller.spell("W" * (RUN + 1)) == "W" * RUN + "\u200b" + "W"


def test_a_missing_font_names_its_debian_package(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match=r"NotoSansCJK.*apt-get install fonts-noto-cjk"):
        find_fonts([tmp_path])
    for file in find_fonts().files.values():
        if file.name.startswith("Noto"):
            (tmp_path / file.name).touch()
    with pytest.raises(FontsMissing, match=r"HanaMinA.*apt-get install fonts-hanazono"):
        find_fonts([tmp_path])
