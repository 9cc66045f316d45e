"""What the handlers share: JSON in and out, faults on demand, signed requests."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from tornado.web import Finish, HTTPError, RequestHandler

from sandbox.faults import Fault, Faults, Misbehaviour, System
from sandbox.signatures import BadSignatureError, ReplayedError, Verifier

M = TypeVar("M", bound=BaseModel)


class RefusalError(HTTPError):
    """A refusal with a stable code: ``{"code", "message"}`` under its status."""

    def __init__(
        self, status: int, code: str, message: str, *, errors: list[Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(status)
        self.body: dict[str, object] = {"code": code, "message": message}
        if errors is not None:
            self.body["errors"] = errors


class JsonHandler(RequestHandler):
    """Answers JSON, failures included."""

    def reply(self, body: Mapping[str, object], *, status: int = 200) -> None:
        """End the request with this object."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(self.serialised(body))

    def serialised(self, body: Mapping[str, object]) -> str:
        """The answer as it is sent; Chinese stays readable."""
        return json.dumps(body, ensure_ascii=False)

    def read(self, model: type[M], body: str | None = None) -> M:
        """The body as this model; raises RefusalError (400) naming every faulty field."""
        try:
            return model.model_validate_json(self.request.body if body is None else body)
        except ValidationError as error:
            errors: list[Mapping[str, str]] = [
                {"field": ".".join(map(str, fault["loc"])), "message": fault["msg"]}
                for fault in error.errors(include_url=False, include_context=False)
            ]
            summary = "; ".join(f"{fault['field']}: {fault['message']}" for fault in errors)
            raise RefusalError(400, "bad_request", summary, errors=errors) from error

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Failures are JSON, not human pages."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        body = (
            error.body
            if isinstance(error, RefusalError)
            else {"code": f"http_{status_code}", "message": self._reason}
        )
        self.reply(body, status=status_code)


class NotFoundHandler(JsonHandler):
    """An address that a stand-in does not have."""

    def prepare(self) -> None:
        """Refuse every method."""
        raise RefusalError(404, "no_such_address", f"{self.request.path} does not exist here")


class StandIn(JsonHandler):
    """A handler of one outside system, which misbehaves when asked to."""

    system: System
    faults: Faults
    _fault: Fault | None = None
    _caller_left: asyncio.Event | None = None

    async def prepare(self) -> None:
        """Let the fault strike, if there is one for this address."""
        self._fault = self.faults.strike(self.system, self.request.path)
        if self._fault is None:
            return
        if self._fault.kind is Misbehaviour.SLOW:
            await asyncio.sleep(self._fault.seconds)
        elif self._fault.kind is Misbehaviour.ERROR:
            self.set_status(500)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish("internal server error\n")
        elif self._fault.kind is Misbehaviour.TIMEOUT:
            self._caller_left = asyncio.Event()
            await self._caller_left.wait()
            raise Finish
        elif self._fault.kind is Misbehaviour.ERRCODE:
            self.reply({"errcode": self._fault.errcode, "errmsg": "on demand, rid: 0-0-0"})

    def on_connection_close(self) -> None:
        """Release a request that waits for its caller to leave."""
        if self._caller_left:
            self._caller_left.set()

    def serialised(self, body: Mapping[str, object]) -> str:
        """The answer, cut in half when that is the fault."""
        text = super().serialised(body)
        cut = self._fault is not None and self._fault.kind is Misbehaviour.MALFORMED
        return text[: len(text) // 2] if cut else text


class PartnerHandler(StandIn):
    """A handler whose callers sign."""

    verifier: Verifier

    async def prepare(self) -> None:
        """Refuse (401) what is not signed as agreed, after the fault has struck."""
        await super().prepare()
        if self._finished:
            return
        try:
            self.verifier.check(
                method=self.request.method or "",
                path=self.request.uri or "",
                headers=self.request.headers,
                body=self.request.body,
            )
        except BadSignatureError as error:
            raise RefusalError(401, "bad_signature", str(error)) from error
        except ReplayedError as error:
            raise RefusalError(401, "replayed", str(error)) from error
