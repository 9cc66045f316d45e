"""Which characters the installed fonts draw, and how a text is written for the template."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

FOLDERS = (Path("/usr/share/fonts"),)
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "fonts-noto-cjk": (
        "NotoSansCJK-Regular.ttc",
        "NotoSansCJK-Bold.ttc",
        "NotoSerifCJK-Bold.ttc",
    ),
    "fonts-hanazono": ("HanaMinA.ttf", "HanaMinB.ttf"),
}
# Every text can fall back on these three, so they decide what can be drawn.
DECISIVE = ("NotoSansCJK-Regular.ttc", "HanaMinA.ttf", "HanaMinB.ttf")
COLLECTION_FAMILY = "Noto Sans CJK SC"

# Controls hide or reorder what is read, and a private code (Co) means nothing to others.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# One letter written from right to left reorders the numbers after it.
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# They only choose among the shapes of the character before; a font may ignore them.
SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))

# The longest run without a place to break that fits the narrowest cell of the sheet.
RUN = 24
_LONG_RUN = re.compile(f"([!-~\u00a1-\u2e7f]{{{RUN}}})(?=[!-~\u00a1-\u2e7f])")
_BREAK_HERE = "\u200b"

Part = str | dict[str, str]
Text = str | list[Part]
"""What the template shows: a string, or strings and ``{"missing": "U+3134F"}`` in turn."""


class FontsMissing(Exception):
    """A font is not installed; the sentence names the file and the Debian package."""


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """The font files of a sheet, by name."""

    files: Mapping[str, Path]

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that hold them."""
        return tuple(sorted({path.parent for path in self.files.values()}))


def find_fonts(folders: Sequence[Path] = FOLDERS) -> Fonts:
    """Every font of the sheet, looked for in ``folders`` and below.

    Raises:
        FontsMissing: One is not there.
    """
    found: dict[str, Path] = {}
    for package, names in PACKAGES.items():
        for name in names:
            paths = (path for folder in folders for path in sorted(folder.rglob(name)))
            path = next(paths, None)
            if path is None:
                looked = ", ".join(map(str, folders))
                raise FontsMissing(f"the font {name} is not in {looked}: apt-get install {package}")
            found[name] = path
    return Fonts(files=found)


def drawable(fonts: Fonts) -> frozenset[str]:
    """Every character that can be seen on a sheet."""
    codes: set[int] = set()
    for name in DECISIVE:
        codes.update(_characters(fonts.files[name]))
    return frozenset(filter(_is_read_as_it_stands, map(chr, codes))) | SELECTORS


class Speller:
    """Writes the texts of one sheet and counts the characters that had to be boxed."""

    def __init__(self, drawable: frozenset[str]) -> None:
        self._drawable = drawable
        self.boxed = 0

    def spell(self, text: str) -> Text:
        """The text as the template can show it; it never fails.

        White space of any kind becomes a blank, a run too long for a cell may break anywhere,
        and a character that cannot be drawn becomes its code point.
        """
        text = _LONG_RUN.sub(rf"\1{_BREAK_HERE}", text)
        if self._drawable.issuperset(text):
            return text
        parts = list(self._parts(text))
        return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else parts

    def _parts(self, text: str) -> Iterator[Part]:
        plain = ""
        for character in text:
            if character in self._drawable or character == _BREAK_HERE:
                plain += character
            elif character.isspace():
                plain += " "
            else:
                if plain:
                    yield plain
                plain = ""
                self.boxed += 1
                yield {"missing": f"U+{ord(character):04X}"}
        if plain:
            yield plain


def _is_read_as_it_stands(character: str) -> bool:
    return (
        unicodedata.category(character) not in UNSEEN
        and unicodedata.bidirectional(character) not in RIGHT_TO_LEFT
    )


def _characters(path: Path) -> Iterator[int]:
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            for font in collection.fonts:
                if font["name"].getDebugName(1) == COLLECTION_FAMILY:
                    yield from _mapped(font)
    else:
        with TTFont(path, lazy=True) as font:
            yield from _mapped(font)


def _mapped(font: TTFont) -> Iterator[int]:
    """What has a glyph; to make up a name for each, as is usual, takes most of the time."""
    font.setGlyphOrder(range(font["maxp"].numGlyphs))
    yield from font.getBestCmap()
