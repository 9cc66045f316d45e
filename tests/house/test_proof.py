"""The table of ``make prove``: what tests record is printed, and kept only when all passed."""

import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[1] / "proof.py"
TWO_WORKERS = ("-p", "xdist", "-n", "2")
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
    run = run_tests(tmp_path, TESTS.format(other=other), profile=profile)
    row = "| bit flips | 1,000 | none verified |"
    assert (run.returncode == 0) is other
    assert (row in run.stdout) is printed
    file = tmp_path / "docs" / "proof.md"
    assert (file.exists() and row in file.read_text(encoding="utf-8")) is kept


def test_a_run_that_names_no_file_keeps_nothing(tmp_path: Path) -> None:
    run = run_tests(tmp_path, TESTS.format(other=True), kept_in="")
    assert "| bit flips | 1,000 | none verified |" in run.stdout
    assert not (tmp_path / "docs").exists()


def test_a_worker_whose_own_tests_passed_keeps_no_table_when_others_failed(tmp_path: Path) -> None:
    run = run_tests(tmp_path, TESTS.format(other=False), *TWO_WORKERS)
    assert run.returncode == 1
    assert "| bit flips | 1,000 | none verified |" in run.stdout
    assert not (tmp_path / "docs").exists()


def test_workers_and_a_run_before_are_in_the_table_too(tmp_path: Path) -> None:
    for name, workers in (("bit flips", TWO_WORKERS), ("races", ())):
        tests = TESTS.format(other=True).replace("bit flips", name)
        assert run_tests(tmp_path, tests, *workers).returncode == 0
    kept = (tmp_path / "docs" / "proof.md").read_text(encoding="utf-8")
    for name in ("bit flips", "races"):
        assert kept.count(f"| {name} | 1,000 | none verified |") == 1


def run_tests(
    folder: Path, tests: str, *options: str, profile: str = "prove", kept_in: str = "docs/proof.md"
) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(PLUGIN.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
            *("--rootdir", folder, folder, *options),
        ],
        # What else is installed has no part in it, and takes longest to load.
        env={
            "CREDIT_TEST_PROFILE": profile,
            "CREDIT_PROOF": kept_in,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
