"""Names of the files that are given out to be saved."""

import re
from urllib.parse import quote

LONGEST = 40
# What some system takes in no name of a file, and what nobody sees.
REFUSED = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\:*?"<>|]+')


def attachment(name: str, *, plain: str = "") -> str:
    """The Content-Disposition of a file to be saved under a name, by RFC 6266 and RFC 5987.

    ``plain`` is for a program that reads no other: of letters, digits, ``.`` and ``-``.
    """
    fallback = f' filename="{plain}";' if plain else ""
    return f"attachment;{fallback} filename*=UTF-8''{quote(name, safe='')}"


def file_name(*parts: str, ending: str) -> str:
    """Parts with a dash between them, each shortened, as every system takes it."""
    said = [" ".join(REFUSED.sub(" ", part).split()).strip(" .") for part in parts]
    return f"{'-'.join(_short(one) for one in said if one)}.{ending}"


def _short(part: str) -> str:
    return part if len(part) <= LONGEST else f"{part[: LONGEST - 1].rstrip()}…"
