"""The OpenAPI document itself: complete, and strict about what every answer looks like."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from handlers import openapi
from handlers.routes import ROUTES
from tests.cast import Person

DOCUMENT = openapi.document(ROUTES, version="0", url="http://127.0.0.1")
ANSWERS = DOCUMENT["components"]["schemas"] | {
    f"{method.upper()} {path} {status} {media}": content["schema"]
    for path, verbs in DOCUMENT["paths"].items()
    for method, operation in verbs.items()
    for status, answer in operation["responses"].items()
    for media, content in answer.get("content", {}).items()
}


SAYING = {"$ref", "type", "enum", "const", "anyOf", "oneOf"}


def loose(schema: Any, where: str = "") -> Iterator[str]:
    """Every place under a schema that lets anything in."""
    if not isinstance(schema, dict) or not SAYING & set(schema):
        yield f"{where}: says nothing"
        return
    if schema.get("type") == "object":
        others = schema.get("additionalProperties", True)
        if others is not False:
            yield from loose(others, f"{where}/*")
        elif not schema.get("properties"):
            yield f"{where}: nothing can be in it"
    if schema.get("type") == "array":
        yield from loose(schema.get("items"), f"{where}[]")
    for name, inner in schema.get("properties", {}).items():
        yield from loose(inner, f"{where}/{name}")
    for inner in (*schema.get("anyOf", []), *schema.get("oneOf", [])):
        yield from loose(inner, f"{where}|")


def test_every_route_but_its_own_is_in_the_document() -> None:
    routes = {(route.path, method.lower()) for route in ROUTES for method in route.endpoints()}
    described = {(path, method) for path, verbs in DOCUMENT["paths"].items() for method in verbs}
    # Pages for the staff's browsers are no API.
    api = {one for one in routes if not one[0].startswith("/console")}
    # Nor has OpenAPI words for what goes over a socket: docs/live.md has.
    assert api - described == {("/openapi.json", "get"), ("/v1/live", "get")}
    assert described <= routes


def test_it_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_no_answer_is_open_or_empty() -> None:
    assert [place for where, schema in ANSWERS.items() for place in loose(schema, where)] == []


def test_only_204_302_and_304_have_nothing_to_say() -> None:
    silent = {
        status
        for verbs in DOCUMENT["paths"].values()
        for operation in verbs.values()
        for status, answer in operation["responses"].items()
        if not answer.get("content")
    }
    assert silent == {"204", "302", "304"}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        True,
        {"title": "Anything"},
        {"type": "object"},
        {"type": "object", "additionalProperties": True},
        {"type": "object", "additionalProperties": False},
        {"type": "array"},
        {"type": "array", "items": {}},
        {"anyOf": [{"type": "null"}, {}]},
        {"type": "object", "properties": {"inner": {}}, "additionalProperties": False},
    ],
    ids=json.dumps,
)
def test_what_lets_anything_in_is_found(schema: object) -> None:
    assert list(loose(schema))


async def test_the_server_serves_this_document(newcomer: Person) -> None:
    served = (await newcomer.get("/openapi.json")).json()
    assert served["paths"] == DOCUMENT["paths"]
    assert served["components"] == DOCUMENT["components"]
