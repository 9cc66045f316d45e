"""Every route is declared, and the approved list shows each change of the API in review."""

from pathlib import Path

import pytest

from domain.staff.roles import Right
from handlers import routes
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint

# Whoever has a paper or a link sends a form; an opening is given to the first one only. WeChat's
# pushes and the power company's events are told apart by what is in them.
FORMS = {
    *(Permission.VERIFY_PAPER, Permission.OPEN_SHARES, Permission.PUSH),
    Permission.EXCHANGE,
    *(Permission.SIGN_IN_AS_STAFF, *Right),
}
APPROVED = Path(__file__).parent / "routes.approved.txt"


def test_the_routes_are_those_approved() -> None:
    assert routes.approved_list(routes.ROUTES) == APPROVED.read_text("utf-8"), (
        "the API changed: review it, then `credit-yuexiu routes > tests/house/routes.approved.txt`"
    )


def test_an_undeclared_verb_stops_the_start() -> None:
    class Forgotten(BaseHandler):
        @endpoint(Audience.PUBLIC, Permission.READ_PUBLIC, "Declared", answers={200: "text/plain"})
        async def get(self) -> None:
            """Declared."""

        async def delete(self) -> None:
            """Forgotten."""

    with pytest.raises(routes.UndeclaredRoute, match="DELETE /forgotten"):
        routes.check((Route("/forgotten", Forgotten),))


@pytest.mark.parametrize(("service", "verb"), [("lottery", "post"), ("shares", "get")])
def test_a_service_that_is_none_or_closes_reading_stops_the_start(service: str, verb: str) -> None:
    class Wrong(BaseHandler):
        pass

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Declared",
        answers={200: "text/plain"},
        service=service,
    )
    async def declared(_: Wrong) -> None:
        """Declared."""

    setattr(Wrong, verb, declared)
    with pytest.raises(routes.UndeclaredRoute, match=f"service of {verb.upper()} /wrong"):
        routes.check((Route("/wrong", Wrong),))


def test_only_the_four_methods_of_wx_request_are_used() -> None:
    methods = {method for route in routes.ROUTES for method in route.endpoints()}
    assert methods <= {"GET", "POST", "PUT", "DELETE"}


def test_whoever_creates_something_of_value_sends_a_key() -> None:
    # Sign-in by law 2; a live pass is kept nowhere and is good for a minute; a preview changes
    # nothing of value, its secret only keeps out of the address; an address of a replay and a
    # sitting give nothing twice, and a beat told again adds nothing.
    exempt = {"/v1/sessions", "/v1/sessions/refresh", "/v1/live/passes"}
    exempt |= {"/v1/staff-bindings/preview"} | {
        f"/v1/invitations/{what}" for what in ("preview", "code", "link")
    }
    lecture = "/v1/lectures/{lecture_id}"
    exempt |= {f"{lecture}/{what}" for what in ("address", "sittings")}
    exempt |= {f"{lecture}/sittings/{{sitting_id}}/beats"}
    for route in routes.ROUTES:
        declared = route.endpoints().get("POST")
        if declared is None or declared.permission in FORMS:
            continue
        assert declared.idempotent != (route.path in exempt), route.path
