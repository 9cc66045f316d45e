"""The table of ``make prove``: what tests record is printed, and kept only when all passed."""

import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[1] / "proof.py"
TESTS = """
def test_flips(proof):
    proof("bit flips", 1000, "none verified")

def test_other():
    assert {other}
"""


@pytest.mark.parametrize(
    ("profile", "other", "printed", "kept"),
    [("prove", True, True, True), ("prove", False, True, False), ("ci", True, False, False)],
)
def test_the_table_is_kept_when_full_counts_passed(
    tmp_path: Path, profile: str, other: bool, printed: bool, kept: bool
) -> None:
    (tmp_path / "conftest.py").write_text(PLUGIN.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TESTS.format(other=other), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        env={"CREDIT_TEST_PROFILE": profile},
        capture_output=True,
        text=True,
        check=False,
    )
    row = "| bit flips | 1,000 | none verified |"
    assert (run.returncode == 0) is other
    assert (row in run.stdout) is printed
    file = tmp_path / "docs" / "proof.md"
    assert (file.exists() and row in file.read_text(encoding="utf-8")) is kept
