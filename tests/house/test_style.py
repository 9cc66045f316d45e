"""The measures of the house: short files, short functions, every module says what lives in it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = (
    *("server", "handlers", "miniprogram_api", "adapters", "content", "domain", "sandbox"),
    "benchmarks",
)
FILE_LINES = 400
FUNCTION_LINES = 35
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

# What is longer with a reason: "path" or "path:function" -> the reason.
EXCEPTIONS: Mapping[str, str] = {
    "adapters/documents/evidence/verify.py": "one file that a court's expert reads and runs",
    "content/catalogue.py:load": "a line for each thing that a district writes",
    "sandbox/__main__.py:_parser": "a line for each option",
    "server/wiring.py:_house": "a line for each part that handlers are given",
}


def too_long(root: Path) -> Iterator[str]:
    """Whatever has as many lines as its measure, or more; a docstring is not counted."""
    for path, text in sources(root, PRODUCT):
        if len(text.splitlines()) >= FILE_LINES:
            yield path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, FUNCTION) and lines_of(node) >= FUNCTION_LINES:
                yield f"{path}:{node.name}"


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def nameless(root: Path) -> Iterator[str]:
    for path, text in sources(root, (*PRODUCT, "tests")):
        if not ast.get_docstring(ast.parse(text)):
            yield path


def sources(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")


def test_files_and_functions_are_short() -> None:
    """An exception that is no longer needed is to be struck out."""
    assert set(too_long(ROOT)) == set(EXCEPTIONS)


def test_every_module_says_what_lives_in_it() -> None:
    assert list(nameless(ROOT)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n" * 399, []),
        ("\n" * 400, ["domain/x.py"]),
        ("def long():\n" + "    pass\n" * 33, []),
        ("def long():\n" + "    pass\n" * 34, ["domain/x.py:long"]),
        ("async def long():\n" + "    pass\n" * 34, ["domain/x.py:long"]),
        ('def told():\n    """Say.\n\n    More.\n    """\n' + "    pass\n" * 33, []),
        ("class A:\n    def long(self):\n" + "        pass\n" * 34, ["domain/x.py:long"]),
    ],
)
def test_what_is_too_long_is_told(tmp_path: Path, text: str, found: list[str]) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "x.py").write_text(text, encoding="utf-8")
    assert list(too_long(tmp_path)) == found


def test_a_module_without_a_docstring_is_told(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("import re\n", encoding="utf-8")
    assert list(nameless(tmp_path)) == ["tests/test_x.py"]
