"""What an installation gets: the wheel holds the product with all its data, and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("server", "handlers", "miniprogram_api", "adapters", "content", "domain")
KEPT_BACK = ("sandbox", "tests", "benchmarks")
LEFT_OVERS = shutil.ignore_patterns("__pycache__", ".*", "build", "dist", "*.egg-info", "data")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy of the tree, without the network."""
    tree = tmp_path_factory.mktemp("tree") / "tree"
    shutil.copytree(ROOT, tree, ignore=LEFT_OVERS)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--wheel-dir", tree / "dist", tree),
        ],
        check=True,
    )
    (wheel,) = (tree / "dist").glob("*.whl")
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_in_the_wheel(packed: set[str], package: str) -> None:
    files = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert files, f"{package} is empty"
    assert files <= packed


def test_what_only_developers_need_is_not(packed: set[str]) -> None:
    assert not {name for name in packed if name.startswith(KEPT_BACK)}
