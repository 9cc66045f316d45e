"""A person whose token, ids and words stand in generated cases, so that all can be accepted."""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import requests
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from tornado.ioloop import IOLoop

from tests.access.recipes import RECIPES, Request
from tests.cast import Cast
from tests.gridding import signed_bytes

T = TypeVar("T")

# A part of a path template: its name, and what follows it.
PART = re.compile(r"{(\w+)}(.*)")
PLACEHOLDER = "Bearer owner"

# Headers of what the power company sends.
SIGNED = {"X-App-Id", "X-Signature"}

# After so many valid cases of an operation there is a new person, whose codes are unused.
LASTS = 32


class Owner:
    """Lends what the recipe of an operation says."""

    def __init__(self, cast: Cast, loop: IOLoop) -> None:
        self._cast = cast
        self._loop = loop.asyncio_loop
        self._label = ""
        self._token = ""
        self._request: Request
        self._valid = 0

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Act on the server's loop, and wait."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(60)

    def lend(self, case: Case) -> None:
        """Fill the valid parts of a case; what was made invalid stays so.

        Every other case that is valid throughout keeps what it was made with.
        """
        valid = case.meta is None or case.meta.generation.mode.is_positive
        label = case.operation.label
        if label != self._label:
            self._label, self._valid = label, 0
            self._renew()
        elif valid and self._valid % LASTS == 0:
            self._renew()
        if not valid or self._valid % 2 == 0:
            self._fill(case)
        if set(self._request.headers) >= SIGNED and valid:
            self._sign(case)
        if case.headers.get("Authorization") == PLACEHOLDER:
            case.headers["Authorization"] = f"Bearer {self._token}"
        self._valid += valid

    def _sign(self, case: Case) -> None:
        """As the power company would: over what is sent, once."""
        sent = requests.Request(**case.as_transport_kwargs(base_url="http://any")).prepare()
        body = sent.body or b""
        content = body.encode() if isinstance(body, str) else body
        case.headers.update(signed_bytes(str(sent.method), sent.path_url, content))

    def _renew(self) -> None:
        person = self.run(self._cast.owner())
        self._request = self.run(RECIPES[self._label](person))
        self._token = "operator" if self._request.operator else person.tokens["access_token"]

    def _fill(self, case: Case) -> None:
        url = urlsplit(self._request.path)
        template = case.operation.path.split("/")
        parts = zip(template, url.path.split("/"), strict=True)
        ids = {
            part[1]: value.removesuffix(part[2])
            for name, value in parts
            if (part := PART.fullmatch(name))
        }
        if ids and _valid(case, ParameterLocation.PATH):
            case.path_parameters = ids
        if url.query and _valid(case, ParameterLocation.QUERY):
            case.query = {**case.query, **dict(parse_qsl(url.query))}
        if self._request.headers and _valid(case, ParameterLocation.HEADER):
            case.headers.update(self._request.headers)
        body = self._request.body or self._request.form
        if self._request.files and (case.meta is None or case.meta.generation.mode.is_positive):
            # Bytes at random are seldom a right file; schemathesis judges text, and bytes never.
            body = {name: file[1].decode("ascii") for name, file in self._request.files.items()}
        if body and _valid(case, ParameterLocation.BODY):
            case.body = body


def _valid(case: Case, location: ParameterLocation) -> bool:
    return case.meta is None or not case.meta.is_negative_at(location)
