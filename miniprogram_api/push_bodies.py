"""JSON and XML as WeChat pushes them: read without entities, without depth, without guessing."""

import json
from collections.abc import Mapping
from xml.parsers import expat  # the handlers below refuse what makes XML dangerous

DEEPEST = 8
ROOT = "xml"


class Unreadable(Exception):
    """No body that WeChat sends."""


def read_body(body: bytes) -> Mapping[str, object]:
    """The object or the ``<xml>`` element; an element that comes again becomes a list.

    Raises:
        Unreadable: not UTF-8, malformed, a name given twice in one object, nested too deep, or
            XML with a document type, in which entities are declared.
    """
    try:
        text = body.decode()
        if text.lstrip()[:1] == "{":
            return _json(text)
        return _Elements().read(body)
    except (expat.ExpatError, RecursionError, ValueError) as error:
        raise Unreadable from error


def _json(text: str) -> Mapping[str, object]:
    content: dict[str, object] = json.loads(
        text, object_pairs_hook=_once_each, parse_constant=_no_number
    )
    level: list[object] = [content]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise Unreadable
    return content


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise Unreadable
    return content


def _no_number(name: str) -> object:
    raise ValueError(name)


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class _Elements:
    """Builds the tree while the parser reads."""

    def __init__(self) -> None:
        self._content: dict[str, object] = {}
        # Of each open element: its name, what it holds, its text.
        self._open: list[tuple[str, dict[str, object], list[str]]] = []

    def read(self, body: bytes) -> Mapping[str, object]:
        parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text
        parser.EndElementHandler = self._end
        parser.Parse(body, True)
        content = self._content.get(ROOT)
        if not isinstance(content, dict):
            raise Unreadable
        return content

    def _doctype(self, *_: object) -> None:
        raise Unreadable

    def _start(self, name: str, _: object) -> None:
        if len(self._open) == DEEPEST:
            raise Unreadable
        self._open.append((name, {}, []))

    def _text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        name, inner, texts = self._open.pop()
        value: object = inner or "".join(texts).strip()
        outer = self._open[-1][1] if self._open else self._content
        known = outer.get(name)
        if name not in outer:
            outer[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            outer[name] = [known, value]
