"""What stands on a sheet to be typed by hand."""

from domain.transactions import LEGIBLE


def test_no_character_of_a_check_code_is_taken_for_another() -> None:
    assert not set("01OIL") & set(LEGIBLE)
    assert len(LEGIBLE) == len(set(LEGIBLE)) == 31
