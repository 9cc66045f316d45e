"""``/sandbox/*``: what developers, tests and the phone page steer the stand-ins by.

====================================================  =========================================
``GET /sandbox/personas``                             everyone there is
``POST /sandbox/personas``                            one more, as in ``data/personas/*.json``
``PUT /sandbox/enterprises/{uscc}``                   ``{"representative": persona id}`` or
                                                      ``{"status": "注销"}``, from now on
``POST /sandbox/wx/login`` ``{"openid"}``             the code that wx.login gives on that phone
``POST /sandbox/wx/phone`` ``{"openid"}``             the code that the phone button gives
``GET /sandbox/wx/pushes``                            check the address of our API for pushes
``POST /sandbox/wx/pushes`` ``{"event", "fields"…}``  push an event: see ``wechat_pushes.py``
``GET /sandbox/faults``                               the faults in force
``PUT /sandbox/faults/{system}``                      ``{"kind", "seconds", "times", "path"}`` of
                                                      any, with errcode ``{"errcode"}``
``DELETE /sandbox/faults/{system}``                   back to normal
``… /sandbox/wx/subscriptions``, ``…/wx/messages``    see sandbox/wechat_messages.py
``… /sandbox/wx/events``                              what WeChat has to push
``GET /sandbox/wx/codes``                             where the last mini-program codes lead
``GET /sandbox/objections``                           those that the platform has taken
``PUT /sandbox/objections/{number}``                  ``{"state", "opinion"}``: decide one
``GET /sandbox/contributions``                        what was contributed to the platform
``GET /sandbox/media-checks``                         images that WeChat was asked to check
``PUT /sandbox/media-checks/{trace_id}``              ``{"suggest"}``: its result, and pushed
``GET /sandbox/timestamps/root.pem``                  whom to trust for time stamps
``… /sandbox/grid`` and below                           the power company: ``grid_control.py``
``… /sandbox/sms`` and below                            what telephones received: ``sms.py``
``PUT /sandbox/api`` ``{"url"}``                      where ``/backend`` leads
====================================================  =========================================
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sandbox.base import JsonHandler, RefusalError
from sandbox.clock import Clock, shanghai_day
from sandbox.faults import Fault, Faults, System
from sandbox.personas import Cast, Persona, PersonaId, Status, TakenError, with_dates
from sandbox.proxy import Upstream
from sandbox.registry import Registry
from sandbox.wechat import WeChat


class PhoneOwner(BaseModel):
    """Whose phone it is."""

    model_config = ConfigDict(extra="forbid")

    openid: str


class Registered(BaseModel):
    """What changes in the registry."""

    model_config = ConfigDict(extra="forbid")

    representative: PersonaId | None = None
    status: Status | None = None


class ApiAddress(BaseModel):
    """Where our API listens."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")]


class PersonasHandler(JsonHandler):
    """/sandbox/personas."""

    def initialize(self, *, personas: Cast, clock: Clock) -> None:
        """Take the cast."""
        self._personas = personas
        self._clock = clock

    def get(self) -> None:
        """List everyone."""
        self.reply({"items": self._personas.listed()})

    def post(self) -> None:
        """Let someone in; 409 when a number or name of theirs is taken."""
        body = self.request.body.decode(errors="replace")
        persona = self.read(Persona, with_dates(body, today=shanghai_day(self._clock())))
        try:
            self._personas.add(persona)
        except TakenError as error:
            raise RefusalError(409, "taken", str(error)) from error
        self.reply(persona.summary(persona.enterprise), status=201)


class EnterpriseHandler(JsonHandler):
    """/sandbox/enterprises/{uscc}."""

    def initialize(self, *, personas: Cast, registry: Registry) -> None:
        """Take the cast and the registry."""
        self._personas = personas
        self._registry = registry

    def put(self, uscc: str) -> None:
        """Register another representative or status; 404 for who or what is not there."""
        wanted = self.read(Registered)
        named = wanted.representative
        persona = self._personas.by_id(named) if named else None
        if self._registry.enterprise(uscc) is None or (named and persona is None):
            raise RefusalError(404, "not_found", "no such enterprise or persona")
        self._registry.change(uscc, representative=persona, status=wanted.status)
        self.reply(wanted.model_dump(exclude_none=True))


class _PhoneHandler(JsonHandler):
    def initialize(self, *, personas: Cast, wechat: WeChat) -> None:
        """Take the cast and WeChat."""
        self._personas = personas
        self.wechat = wechat

    def owner(self) -> Persona:
        """Whose phone it is; raises RefusalError (404) for a stranger's."""
        persona = self._personas.by_openid(self.read(PhoneOwner).openid)
        if persona is None:
            raise RefusalError(404, "unknown_openid", "no persona has this openid")
        return persona


class LoginCodeHandler(_PhoneHandler):
    """/sandbox/wx/login."""

    def post(self) -> None:
        """Give a login code."""
        self.reply({"code": self.wechat.login_code(self.owner())})


class PhoneCodeHandler(_PhoneHandler):
    """/sandbox/wx/phone."""

    def post(self) -> None:
        """Give a phone code."""
        self.reply({"code": self.wechat.phone_code(self.owner())})


class FaultListHandler(JsonHandler):
    """/sandbox/faults."""

    def initialize(self, *, faults: Faults) -> None:
        """Take the faults."""
        self._faults = faults

    def get(self) -> None:
        """Show what is in force."""
        active = self._faults.active().items()
        self.reply({system.value: fault.model_dump(mode="json") for system, fault in active})


class FaultHandler(JsonHandler):
    """/sandbox/faults/{system}."""

    def initialize(self, *, faults: Faults) -> None:
        """Take the faults."""
        self._faults = faults

    def put(self, system: str) -> None:
        """Make it fail."""
        fault = self.read(Fault)
        self._faults.put(System(system), fault)
        self.reply(fault.model_dump(mode="json"))

    def delete(self, system: str) -> None:
        """Make it work again."""
        self._faults.clear(System(system))
        self.set_status(204)


class ApiHandler(JsonHandler):
    """/sandbox/api."""

    def initialize(self, *, upstream: Upstream) -> None:
        """Take the API's address."""
        self._upstream = upstream

    def put(self) -> None:
        """Lead elsewhere from now on."""
        self._upstream.url = self.read(ApiAddress).url
        self.reply({"url": self._upstream.url})
