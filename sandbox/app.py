"""The stand-ins joined: each one's state, and the table of all addresses."""

import logging
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tornado.routing import Rule
from tornado.web import Application, RequestHandler, StaticFileHandler, url

from sandbox import (
    contributions,
    control,
    credit_platform,
    due_events,
    grid_callbacks,
    grid_control,
    identity_check,
    objections,
    power_grid,
    sms,
    timestamps,
    wechat,
    wechat_codes,
    wechat_media,
    wechat_messages,
    wechat_pushes,
)
from sandbox.base import NotFoundHandler
from sandbox.clock import Clock, shanghai_day
from sandbox.faults import Faults, System
from sandbox.live_proxy import LiveProxyHandler
from sandbox.personas import Cast, load
from sandbox.proxy import BackendHandler, Upstream
from sandbox.registry import Registry
from sandbox.signatures import Verifier

PHONE = Path(__file__).parent / "phone"
SYSTEMS = "|".join(system.value for system in System)

_log = logging.getLogger("sandbox")


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """All the state there is; a process has one, a test may have many."""

    clock: Clock
    personas: Cast
    registry: Registry
    wechat: wechat.WeChat
    pushes: wechat_pushes.Pushes
    links: wechat_codes.Links
    media: wechat_media.Media
    platform: credit_platform.Platform
    objections: objections.Desk
    contributions: contributions.Register
    agency: identity_check.Agency
    timestamps: timestamps.Authority
    upstream: Upstream
    events: due_events.DueEvents
    messages: wechat_messages.ServiceMessages
    company: grid_control.Lives
    sms: sms.Gateway
    faults: Faults = field(default_factory=Faults)
    codes: wechat_codes.Drawn = field(default_factory=wechat_codes.Drawn)


def build(
    *,
    api_url: str,
    clock: Clock,
    platform_latency: float,
    today: date | None = None,
    push_events: bool = False,
    check_images: bool = False,
) -> Sandbox:
    """A fresh sandbox with the personas of the data folder, their dates counted from today."""
    today = today or shanghai_day(clock())
    personas = Cast(load(today=today), today=today)
    registry = Registry(personas)
    upstream = Upstream(api_url)
    pushes = wechat_pushes.Pushes(upstream=upstream, clock=clock)
    events = due_events.DueEvents(tell=pushes.soon if push_events else None)
    return Sandbox(
        clock=clock,
        personas=personas,
        registry=registry,
        wechat=wechat.WeChat(clock=clock),
        pushes=pushes,
        links=wechat_codes.Links(clock=clock),
        media=wechat_media.Media(deliver=pushes.media_checked, by_itself=check_images),
        platform=_credit(personas, registry, clock, platform_latency),
        objections=objections.Desk(cast=personas, clock=clock),
        contributions=contributions.Register(cast=personas),
        agency=identity_check.Agency(cast=personas, clock=clock),
        timestamps=timestamps.Authority(clock=clock),
        upstream=upstream,
        events=events,
        messages=wechat_messages.ServiceMessages(clock=clock, events=events),
        company=_company(upstream, clock),
        sms=sms.Gateway(clock=clock),
    )


def _credit(
    cast: Cast, registry: Registry, clock: Clock, latency: float
) -> credit_platform.Platform:
    return credit_platform.Platform(cast=cast, registry=registry, clock=clock, latency=latency)


def _company(upstream: Upstream, clock: Clock) -> grid_control.Lives:
    return grid_control.Lives(
        grid=power_grid.PowerGrid(clock=clock),
        callbacks=grid_callbacks.Callbacks(upstream=upstream, clock=clock),
        clock=clock,
    )


def application(sandbox: Sandbox) -> Application:
    """Every address of the sandbox."""
    return Application(
        [
            *_wechat(sandbox),
            *_platform(sandbox),
            *_identity(sandbox),
            *_timestamps(sandbox),
            *_grid(sandbox),
            *_sms(sandbox),
            *_control(sandbox),
            url(r"/backend/v1/live", LiveProxyHandler, {"upstream": sandbox.upstream}),
            url(r"/backend/.*", BackendHandler, {"upstream": sandbox.upstream}),
            url(r"/(?:wechat|platform|identity|timestamps|grid|sms|sandbox)/.*", NotFoundHandler),
            url(r"/(.*)", PhoneFileHandler, {"path": PHONE, "default_filename": "index.html"}),
        ],
        log_function=_log_request,
    )


class PhoneFileHandler(StaticFileHandler):
    """The files of the phone page, always as they are on disk now."""

    def compute_etag(self) -> None:
        """None: Tornado would go on with the hash that it took of a file first."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002  # Tornado's signature
        """Have the browser ask each time."""
        self.set_header("Cache-Control", "no-cache")


def _wechat(sandbox: Sandbox) -> list[Rule]:
    parts = {"faults": sandbox.faults, "wechat": sandbox.wechat}
    linking = {**parts, "links": sandbox.links}
    checking = {**parts, "media": sandbox.media}
    sending = {**parts, "messages": sandbox.messages, "personas": sandbox.personas}
    return [
        url(r"/wechat/sns/jscode2session", wechat.JsCode2SessionHandler, parts),
        url(r"/wechat/cgi-bin/stable_token", wechat.StableTokenHandler, parts),
        url(r"/wechat/wxa/business/getuserphonenumber", wechat.PhoneNumberHandler, parts),
        url(
            r"/wechat/wxa/getwxacodeunlimit",
            wechat_codes.CodeHandler,
            {**parts, "codes": sandbox.codes},
        ),
        url(r"/wechat/wxa/generate_urllink", wechat_codes.LinkHandler, linking),
        url(r"/wechat/wxaurl/([\w-]{1,40})", wechat_codes.OpenedHandler, linking),
        url(r"/wechat/wxa/msg_sec_check", wechat_media.TextHandler, parts),
        url(r"/wechat/wxa/media_check_async", wechat_media.ImageHandler, checking),
        url(r"/wechat/cgi-bin/message/subscribe/send", wechat_messages.SendHandler, sending),
    ]


def _platform(sandbox: Sandbox) -> list[Rule]:
    verifier = Verifier(
        app_id=credit_platform.APP_ID, secret=credit_platform.SECRET, clock=sandbox.clock
    )
    signed = {"faults": sandbox.faults, "verifier": verifier}
    parts = {**signed, "platform": sandbox.platform}
    desk = {**signed, "desk": sandbox.objections}
    register = {**signed, "register": sandbox.contributions}
    return [
        url(r"/platform/v1/registry/match", credit_platform.MatchHandler, parts),
        url(r"/platform/v1/organisations/sections", credit_platform.SectionsHandler, parts),
        url(r"/platform/v1/persons/sections", credit_platform.PersonSectionsHandler, parts),
        url(r"/platform/v1/objections", objections.ObjectionsHandler, desk),
        url(r"/platform/v1/objections/query", objections.ObjectionQueryHandler, desk),
        url(r"/platform/v1/contributions", contributions.ContributionsHandler, register),
    ]


def _identity(sandbox: Sandbox) -> list[Rule]:
    verifier = Verifier(
        app_id=identity_check.APP_ID, secret=identity_check.SECRET, clock=sandbox.clock
    )
    parts = {"faults": sandbox.faults, "agency": sandbox.agency}
    signed = {**parts, "verifier": verifier}
    return [
        url(r"/identity/v1/checks", identity_check.ChecksHandler, signed),
        url(r"/identity/v1/receipts/confirm", identity_check.ConfirmHandler, signed),
        url(r"/identity/face", identity_check.FaceHandler, parts),
    ]


def _timestamps(sandbox: Sandbox) -> list[Rule]:
    authority = {"authority": sandbox.timestamps}
    return [
        url(
            r"/timestamps/?",
            timestamps.TimestampsHandler,
            {"faults": sandbox.faults, **authority},
        ),
        url(r"/sandbox/timestamps/root\.pem", timestamps.RootHandler, authority),
    ]


def _grid(sandbox: Sandbox) -> list[Rule]:
    verifier = Verifier(app_id=power_grid.APP_ID, secret=power_grid.SECRET, clock=sandbox.clock)
    parts = {"faults": sandbox.faults, "verifier": verifier, "grid": sandbox.company.grid}
    steering = {"company": sandbox.company}
    number = r"([0-9A-Za-z-]{1,64})"
    return [
        url(r"/grid/v1/deliveries", power_grid.DeliveriesHandler, parts),
        url(rf"/grid/v1/applications/{number}/events", power_grid.EventsHandler, parts),
        url(r"/grid/v1/applications", power_grid.ApplicationsHandler, parts),
        url(r"/sandbox/grid", grid_control.GridHandler, steering),
        url(rf"/sandbox/grid/{number}", grid_control.CaseHandler, steering),
        url(rf"/sandbox/grid/{number}/callbacks", grid_control.SendingHandler, steering),
        url(rf"/sandbox/grid/{number}/files", grid_control.FilesHandler, steering),
    ]


def _sms(sandbox: Sandbox) -> list[Rule]:
    verifier = Verifier(app_id=sms.APP_ID, secret=sms.SECRET, clock=sandbox.clock)
    parts = {"faults": sandbox.faults, "verifier": verifier, "gateway": sandbox.sms}
    telephone = {"gateway": sandbox.sms}
    return [
        url(r"/sms/v1/messages", sms.MessagesHandler, parts),
        url(r"/sms/v1/messages/query", sms.MessageQueryHandler, parts),
        url(r"/sandbox/sms", sms.ArrivedHandler, telephone),
        url(r"/sandbox/sms/received", sms.ReceivedHandler, telephone),
        url(r"/sandbox/sms/fates", sms.FatesHandler, telephone),
    ]


def _platform_control(sandbox: Sandbox) -> list[Rule]:
    desk, register = {"desk": sandbox.objections}, {"register": sandbox.contributions}
    return [
        url(r"/sandbox/objections", objections.ObjectionListHandler, desk),
        url(r"/sandbox/objections/([A-Z0-9]{1,40})", objections.RulingHandler, desk),
        url(r"/sandbox/contributions", contributions.ContributionListHandler, register),
    ]


def _control(sandbox: Sandbox) -> list[Rule]:
    phone = {"personas": sandbox.personas, "wechat": sandbox.wechat}
    faults = {"faults": sandbox.faults}
    media = {"media": sandbox.media}
    received = {"messages": sandbox.messages, "personas": sandbox.personas}
    return [
        url(r"/sandbox/wx/subscriptions", wechat_messages.SubscriptionsHandler, received),
        url(r"/sandbox/wx/messages", wechat_messages.ReceivedHandler, received),
        url(r"/sandbox/wx/codes", wechat_codes.CodesHandler, {"codes": sandbox.codes}),
        url(r"/sandbox/wx/events", due_events.EventsHandler, {"events": sandbox.events}),
        url(
            r"/sandbox/personas",
            control.PersonasHandler,
            {"personas": sandbox.personas, "clock": sandbox.clock},
        ),
        url(
            r"/sandbox/enterprises/([0-9A-Z]+)",
            control.EnterpriseHandler,
            {"personas": sandbox.personas, "registry": sandbox.registry},
        ),
        url(r"/sandbox/wx/login", control.LoginCodeHandler, phone),
        url(r"/sandbox/wx/phone", control.PhoneCodeHandler, phone),
        url(r"/sandbox/wx/pushes", wechat_pushes.PushesHandler, {"pushes": sandbox.pushes}),
        url(r"/sandbox/faults", control.FaultListHandler, faults),
        url(rf"/sandbox/faults/({SYSTEMS})", control.FaultHandler, faults),
        *_platform_control(sandbox),
        url(r"/sandbox/media-checks", wechat_media.MediaChecksHandler, media),
        url(r"/sandbox/media-checks/([0-9a-f-]{1,40})", wechat_media.MediaChecksHandler, media),
        url(r"/sandbox/api", control.ApiHandler, {"upstream": sandbox.upstream}),
    ]


def _log_request(handler: RequestHandler) -> None:
    """One line without the query, which may hold a secret, a code or a ticket."""
    request = handler.request
    took = 1000 * request.request_time()
    _log.info("%s %s %d %.0f ms", request.method, request.path, handler.get_status(), took)
