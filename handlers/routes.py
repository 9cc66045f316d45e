"""All routes, and the check that none is undeclared."""

import re

from tornado.routing import URLSpec
from tornado.web import RequestHandler

from domain.services import SERVICES
from domain.staff.roles import Right
from handlers import (
    attachments,
    certificates,
    complaints,
    consent,
    console,
    console_alerts,
    console_audit,
    console_board,
    console_butlers,
    console_complaints,
    console_counter,
    console_deliveries,
    console_electricity,
    console_images,
    console_judgements,
    console_lecture_edit,
    console_lecture_figures,
    console_lecture_preview,
    console_lecture_questions,
    console_lectures,
    console_media,
    console_media_files,
    console_performance,
    console_places,
    console_promises,
    console_roster,
    console_services,
    console_sheets,
    console_text_edit,
    console_texts,
    console_ticket,
    console_tickets,
    console_usage,
    credit_reports,
    delegations,
    docs,
    editions,
    electricity,
    electricity_files,
    electricity_guide,
    electricity_steps,
    erasure,
    exports,
    identity,
    invitations,
    lecture_calendar,
    lecture_questions,
    lecture_registrations,
    lecture_search,
    lectures,
    live,
    live_script,
    looks,
    messages,
    notices,
    objections,
    operations,
    pages,
    partner,
    people,
    personal_data,
    portal,
    promise_counter,
    promise_register,
    promises,
    ratings,
    replays,
    service_items,
    share_pages,
    shares,
    signed_promises,
    site,
    sittings,
    staff,
    staff_bindings,
    staff_looks,
    staff_sign_in,
    start,
    subjects,
    tickets,
    usage_records,
    verification,
    verification_pages,
    wechat_push,
)
from handlers.endpoint import SEGMENT, VERBS, Audience, Route
from handlers.house import House

ROUTES: tuple[Route, ...] = tuple(
    route
    for room in (
        start,
        service_items,
        site,
        identity,
        people,
        subjects,
        delegations,
        invitations,
        consent,
        credit_reports,
        editions,
        shares,
        share_pages,
        looks,
        personal_data,
        exports,
        messages,
        notices,
        objections,
        promises,
        promise_counter,
        signed_promises,
        promise_register,
        usage_records,
        tickets,
        console_tickets,
        console_ticket,
        ratings,
        complaints,
        console_board,
        live,
        live_script,
        replays,
        sittings,
        certificates,
        attachments,
        lecture_search,
        lectures,
        lecture_registrations,
        lecture_calendar,
        lecture_questions,
        console_lecture_questions,
        electricity_guide,
        electricity,
        electricity_files,
        electricity_steps,
        verification,
        verification_pages,
        portal,
        erasure,
        console,
        staff_sign_in,
        staff,
        console_promises,
        console_counter,
        console_deliveries,
        console_electricity,
        console_images,
        console_media,
        console_media_files,
        staff_bindings,
        staff_looks,
        console_alerts,
        console_audit,
        console_services,
        console_text_edit,
        console_texts,
        console_usage,
        console_complaints,
        console_judgements,
        console_performance,
        console_sheets,
        console_lectures,
        console_lecture_edit,
        console_lecture_figures,
        console_lecture_preview,
        console_roster,
        console_places,
        console_butlers,
        pages,
        docs,
        operations,
        wechat_push,
        partner,
    )
    for route in room.ROUTES
)


CLOSABLE = {"POST", "PUT"}


class UndeclaredRoute(Exception):
    """A verb without audience and permission, or of a service that is none."""


def check(routes: tuple[Route, ...]) -> None:
    """Every verb that a handler implements declares its audience and permission.

    A service closes verbs that begin or change something: POST and PUT.

    Raises:
        UndeclaredRoute: naming all that do not.
    """
    missing = []
    for route in routes:
        declared = route.endpoints()
        written = [v for v in VERBS if getattr(route.handler, v) is not getattr(RequestHandler, v)]
        missing += [f"{v.upper()} {route.path}" for v in written if v.upper() not in declared]
        if not declared:
            missing.append(f"(no verb) {route.path}")
        missing += [
            f"service of {method} {route.path}"
            for method, verb in declared.items()
            if verb.service and (verb.service not in SERVICES or method not in CLOSABLE)
        ]
        missing += [
            f"right of {method} {route.path}"
            for method, verb in declared.items()
            if (verb.audience is Audience.STAFF) is not isinstance(verb.permission, Right)
        ]
        missing += [
            f"signature of {method} {route.path}"
            for method, verb in declared.items()
            if (verb.audience is Audience.PARTNER)
            is not issubclass(route.handler, partner.PartnerHandler)
        ]
    if missing:
        raise UndeclaredRoute(f"undeclared: {', '.join(missing)}")


def url_specs(routes: tuple[Route, ...], house: House) -> list[URLSpec]:
    """Tornado's table."""
    return [
        URLSpec(_pattern(route.path), route.handler, {"house": house, "path_template": route.path})
        for route in routes
    ]


def _pattern(path: str) -> str:
    parts = re.split(r"({\w+})", path)
    return "".join(
        f"(?P<{part[1:-1]}>[^/]{{1,{SEGMENT}}})" if part.startswith("{") else re.escape(part)
        for part in parts
    )


def approved_list(routes: tuple[Route, ...]) -> str:
    """One line a verb: what is reviewed when the API changes."""
    lines = [
        f"{method:6} {route.path:52} {declared.audience.value:8} {declared.permission.value}"
        for route in routes
        for method, declared in sorted(route.endpoints().items())
    ]
    return "\n".join(sorted(lines, key=lambda line: line.split()[1::-1])) + "\n"
