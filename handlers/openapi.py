"""The OpenAPI 3.1 document, made from the models that validate."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.endpoint import SEGMENT, Audience, Endpoint, Route
from handlers.problems import MEDIA_TYPE, Problem

Json = dict[str, Any]

UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
RANDOM = r"^[A-Za-z0-9_-]{22}$"
SHA256 = r"^[0-9a-f]{64}$"
ERASURE_NUMBER = r"^[Zz][Xx][0-9]{8}[0-9A-Za-z]{10}$"
KEY = r"^[!-~]{8,128}$"
# Parts of paths that are neither ids of ours nor random.
PARTS = {
    "check_file": r"^[A-Za-z0-9_-]{1,60}$",
    "complaint_number": r"^TS[0-9]{12}$",
    "erasure_number": ERASURE_NUMBER,
    "number": r"^(new|GJ[0-9]{6}[2-9A-HJ-NP-Z]{6})$",
    "file_name": r"^(report\.pdf|promise\.pdf|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
    "name": r"^[a-z0-9][a-z0-9.-]{0,62}$",
    "promise_code": r"^[0-9]{20}$",
    "rendition": r"^[a-z]{1,20}$",
    "template": r"^[a-z][a-z-]{1,39}$",
    "text_hash": SHA256,
}
# docs/partner-interface.md says how they are made.
SIGNED = (
    ("X-App-Id", r"^[!-~]{1,128}$", "Our name at the partner"),
    ("X-Timestamp", r"^[0-9]{1,12}$", "Unix seconds"),
    ("X-Nonce", r"^[0-9a-f]{32}$", "Never used twice"),
    ("X-Signature", r"^[0-9a-f]{64}$", "HMAC-SHA256 over method, path, time, nonce and body"),
)
REFS = "#/components/schemas/{model}"
ADDRESS = "/openapi.json"
SOCKET = "/v1/live"
NOT_MODIFIED = 304
BEARERS = {Audience.PERSON, Audience.OPERATOR}
DIRECTIONS = {"in": "validation", "out": "serialization"}

ETAG = {
    "ETag": {
        "description": "What a later write sends as If-Match",
        "required": True,
        "schema": {"type": "string", "pattern": r'^"[0-9]+(-[a-z]+|\.[0-9]+)?"$'},
    }
}

REFUSALS = {
    400: "Malformed request",
    401: "Sign in (again)",
    403: "Not allowed, or something must be done first",
    404: "Not there, or not the caller's",
    405: "Method not allowed",
    409: "Does not fit the present state, or in flight",
    410: "Was there and is no more",
    412: "Changed since it was read",
    413: "Too large",
    415: "Wrong media type",
    416: "No such range of it",
    422: "Faulty fields, all named",
    428: "If-Match missing",
    429: "Too often",
    500: "Internal error",
    503: "A part or an outside system does not answer",
}


def document(routes: Iterable[Route], *, version: str, url: str) -> Json:
    """The whole document: every route but the one that serves it.

    Nor is the live socket in it: OpenAPI has no words for frames. docs/live.md has.
    """
    left_out = {ADDRESS, SOCKET}
    routes = [route for route in routes if route.path not in left_out and not _of_console(route)]
    schemas, named = _schemas(routes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "信用越秀 Credit Yuexiu API",
            "version": version,
            "description": "Public credit reports that prove themselves.",
        },
        "servers": [{"url": url}],
        "paths": {
            route.path: {
                method.lower(): _operation(route, method, declared, named)
                for method, declared in route.endpoints().items()
            }
            for route in routes
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(routes: list[Route]) -> list[tuple[type[BaseModel], Any]]:
    found: dict[tuple[type[BaseModel], str], None] = {(Problem, DIRECTIONS["out"]): None}
    for route in routes:
        for declared in route.endpoints().values():
            for model in (declared.body, declared.form):
                if model is not None:
                    found[(model, DIRECTIONS["in"])] = None
            for answer in declared.answers.values():
                if isinstance(answer, type):
                    found[(answer, DIRECTIONS["out"])] = None
    return list(found)


def _schemas(routes: list[Route]) -> tuple[Json, Mapping[Any, Json]]:
    named, definitions = models_json_schema(_models(routes), ref_template=REFS)
    return definitions["$defs"], named


def _operation(route: Route, method: str, declared: Endpoint, named: Mapping[Any, Json]) -> Json:
    operation: Json = {
        "operationId": _operation_id(route.path, method),
        "summary": declared.summary,
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "x-audience": declared.audience.value,
        "x-permission": declared.permission.value,
        "parameters": [*_path_parameters(route), *_headers(declared), *_query(declared)],
        "responses": _responses(route, declared, named),
    }
    body = _body(declared, named)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    if declared.audience in BEARERS:
        operation["security"] = [{"bearer": []}]
    return operation


def _of_console(route: Route) -> bool:
    """Pages for the staff's browsers are no API."""
    return route.path.startswith("/console")


def _operation_id(path: str, method: str) -> str:
    words = re.findall(r"[a-z0-9]+", path.lower())
    return "_".join([method.lower(), *words])


def _path_parameters(route: Route) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _path_part(name),
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _path_part(name: str) -> Json:
    if name == "code":
        # Whatever a QR code says is answered: what is no code of ours is not ours.
        return {"type": "string", "minLength": 1, "maxLength": SEGMENT}
    pattern = UUID if name.endswith("_id") else RANDOM
    return {"type": "string", "pattern": PARTS.get(name, pattern)}


def _headers(declared: Endpoint) -> list[Json]:
    headers = []
    if declared.idempotent:
        headers.append(("Idempotency-Key", KEY, "The same key and body give the same answer"))
    if declared.conditional:
        headers.append(("If-Match", r"^[!-~]{1,128}$", "The ETag that was read"))
    if declared.audience is Audience.PARTNER:
        headers += SIGNED
    if NOT_MODIFIED in declared.answers:
        headers.append(("If-None-Match", "", "The ETag of what is known"))
    return [
        {
            "name": name,
            "in": "header",
            "required": name != "If-None-Match",
            "description": why,
            "schema": {"type": "string", **({"pattern": pattern} if pattern else {})},
        }
        for name, pattern, why in headers
    ]


def _query(declared: Endpoint) -> list[Json]:
    if declared.query is None:
        return []
    schema = declared.query.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _said(of),
        }
        for name, of in schema["properties"].items()
    ]


def _said(schema: Json) -> Json:
    """What a query can say: null is said by silence."""
    if "anyOf" not in schema:
        return schema
    said = next(choice for choice in schema["anyOf"] if choice != {"type": "null"})
    return {"title": schema["title"], **said}


def _body(declared: Endpoint, named: Mapping[Any, Json]) -> Json | None:
    if declared.body is not None:
        return {"application/json": {"schema": named[(declared.body, DIRECTIONS["in"])]}}
    if declared.form is not None:
        media = "application/x-www-form-urlencoded"
        return {media: {"schema": named[(declared.form, DIRECTIONS["in"])]}}
    if declared.upload:
        file = {"type": "string", "contentMediaType": "application/octet-stream", "minLength": 1}
        schema = {"type": "object", "required": ["file"], "properties": {"file": file}}
        return {"multipart/form-data": {"schema": schema}}
    return {media: {"schema": schema} for media, schema in declared.raw.items()} or None


def _responses(route: Route, declared: Endpoint, named: Mapping[Any, Json]) -> Json:
    responses: Json = {}
    for status, answer in declared.answers.items():
        responses[str(status)] = {"description": "As asked", **_content(answer, named)}
        if declared.tagged:
            responses[str(status)]["headers"] = ETAG
    problem = {MEDIA_TYPE: {"schema": named[(Problem, DIRECTIONS["out"])]}}
    for status in sorted(_refusals(route, declared)):
        if str(status) in responses:
            responses[str(status)]["content"].update(problem)
        else:
            responses[str(status)] = {"description": REFUSALS[status], "content": problem}
    return responses


def _content(answer: type[BaseModel] | str | None, named: Mapping[Any, Json]) -> Json:
    if answer is None:
        return {}
    if isinstance(answer, str):
        schema: Json = {"type": "string"}
        if not answer.startswith("text/"):
            schema = {"type": "string", "contentMediaType": answer}
        return {"content": {answer: {"schema": schema}}}
    media_type = getattr(answer, "served_as", "application/json")
    return {"content": {media_type: {"schema": named[(answer, DIRECTIONS["out"])]}}}


def _refusals(route: Route, declared: Endpoint) -> set[int]:
    statuses = {405, 413, 500, 503, *declared.refusals}
    if "{" in route.path:
        statuses |= {400, 404}
    if declared.audience in {*BEARERS, Audience.PARTNER} or declared.permission.value == "sign-in":
        statuses.add(401)
    if declared.body or declared.form or declared.upload:
        statuses |= {400, 415, 422}
    if declared.query is not None:
        statuses |= {400, 422}
    if declared.idempotent:
        statuses |= {400, 409, 422}
    if declared.conditional:
        statuses |= {412, 428}
    if declared.rate is not None:
        statuses.add(429)
    return statuses
