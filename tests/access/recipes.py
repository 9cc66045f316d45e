"""How an owner uses each route rightly: the control of every refused cell of the matrix."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp

from domain.electricity.supply import MoveKind
from domain.staff.roles import Role
from domain.time import SHANGHAI
from handlers.live_script import live_script
from tests import applying, lecturing, watching
from tests.alerting import Alerting
from tests.cast import Person
from tests.counters import asked_to_sign
from tests.erasing import WORD, erase
from tests.gridding import GridWorld
from tests.gridding import signed as signed_by_grid
from tests.judging import WORDS, complained, resolved_by_somebody
from tests.lecturing import published
from tests.promising import day_of, drafted, faced, filling, found_broken, letter, signed, text_of
from tests.pushing import Pusher
from tests.sharing import BANK, OPENER, PURPOSE, day, opened, share
from tests.staffing import PASSWORD, hired, invited
from tests.ticketing import question
from tests.usage import enterprise_of, report_of, reported


@dataclass(frozen=True)
class Request:
    """A request that its owner gets a 2xx for. ``own`` says whose data it speaks of."""

    path: str
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    files: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    # What a signed-in stranger is answered: 404 and the like, or 2xx with nothing of the owner's.
    stranger: frozenset[int] = frozenset({404})
    operator: bool = False


Recipe = Callable[[Person], Awaitable[Request]]
RECIPES: dict[str, Recipe] = {}
SELF_ONLY = frozenset({200, 201, 202, 204})
APPLICATION = "/v1/electricity/applications/{application_id}"
REFUSED = frozenset({400, 403, 409, 422})
# After these the owner, or what they may do, is another.
CHANGES_THEM = re.compile(
    r"(POST|PUT|DELETE) /v1/"
    r"(me|sessions|subjects|consents|delegations|invitations|staff-bindings"
    r"|promises/{promise_id}/objection)\b"
)


def recipe(route: str) -> Callable[[Recipe], Recipe]:
    def keep(function: Recipe) -> Recipe:
        RECIPES[route] = function
        return function

    return keep


def plain(route: str, *, operator: bool = False) -> None:
    """A GET that needs nothing but its path."""

    async def make(_: Person) -> Request:
        return Request(route.split()[1], stranger=SELF_ONLY, operator=operator)

    RECIPES[route] = make


for public in (
    "/v1/start",
    "/v1/service-items",
    "/v1/places",
    "/",
    "/v1/agreements",
    "/v1/purposes",
    "/v1/personal-data",
    "/privacy/collected",
    "/privacy/shared",
    "/v1/editions",
    "/v/",
    "/pages.css",
    "/openapi.json",
    "/docs",
    "/healthz",
    "/readyz",
    "/.well-known/credit-yuexiu.json",
    "/v1/me",
    "/v1/sessions",
    "/v1/subjects",
    "/v1/consents",
    "/v1/credit-reports",
    "/v1/me/exports",
    "/v1/notices",
    "/v1/me/erasure",
    "/v1/me/message-preferences",
    "/v1/staff-bindings",
    "/v1/promise-templates",
    "/v1/promise-register",
    "/v1/electricity/guide",
    "/v1/lectures",
    "/v1/lecture-series",
    "/promises",
    "/lectures",
    "/feeds/lectures.json",
    "/v1/lecture-registrations",
    "/v1/lecture-following",
    "/console/sign-in",
    "/console.css",
):
    plain(f"GET {public}")
plain("GET /metrics", operator=True)
plain("DELETE /v1/lecture-following")
plain("DELETE /v1/sessions")
plain("DELETE /v1/sessions/current")


@recipe("POST /v1/live/passes")
async def live_pass(_: Person) -> Request:
    return Request("/v1/live/passes", stranger=SELF_ONLY)


@recipe("GET /console/scripts/{name}")
async def script(owner: Person) -> Request:
    assert owner.cast.house
    return Request(live_script(owner.cast.house.pages)[0])


@recipe("GET /v1/live")
async def live_socket(_: Person) -> Request:
    """What may be heard over it is in test_sockets.py."""
    return Request("/v1/live")


@recipe("POST /v1/sessions")
async def sign_in(owner: Person) -> Request:
    return Request("/v1/sessions", {"code": await owner.code()}, stranger=SELF_ONLY)


@recipe("POST /v1/sessions/refresh")
async def refresh(owner: Person) -> Request:
    token = owner.tokens["refresh_token"]
    return Request("/v1/sessions/refresh", {"refresh_token": token}, stranger=SELF_ONLY)


@recipe("DELETE /v1/sessions/{session_id}")
async def end_session(owner: Person) -> Request:
    device = Person(owner.cast, owner.persona)
    await device.sign_in()
    items = (await device.get("/v1/sessions")).json()["items"]
    return Request(f"/v1/sessions/{next(item['id'] for item in items if item['current'])}")


@recipe("POST /v1/me/phone")
async def phone(owner: Person) -> Request:
    answer = await owner.cast.sandbox.post(
        "/sandbox/wx/phone", json={"openid": owner.persona["openid"]}
    )
    return Request("/v1/me/phone", {"code": answer.json()["code"]}, stranger=REFUSED)


@recipe("POST /v1/me/identity-checks")
async def begin_check(owner: Person) -> Request:
    await owner.start_over()
    body = {"name": owner.persona["name"], "id_number": owner.persona["id_number"]}
    return Request("/v1/me/identity-checks", body, stranger=REFUSED)


@recipe("POST /v1/me/identity-checks/{check_id}/receipt")
async def finish_check(owner: Person) -> Request:
    await owner.start_over()
    check = await owner.begin_check()
    receipt = await owner.face(check["ticket"])
    return Request(f"/v1/me/identity-checks/{check['id']}/receipt", {"receipt": receipt})


@recipe("POST /v1/subjects")
async def bind(owner: Person) -> Request:
    body = {"uscc": owner.persona["enterprise"]["uscc"]}
    return Request("/v1/subjects", body, stranger=REFUSED)


@recipe("DELETE /v1/subjects/{subject_id}")
async def unbind(owner: Person) -> Request:
    return Request(f"/v1/subjects/{owner.subject_id}")


@recipe("GET /v1/agreements/{text_hash}")
async def kept_text(owner: Person) -> Request:
    texts = (await owner.get("/v1/agreements")).json()["items"]
    return Request(f"/v1/agreements/{texts[0]['text_hash']}", stranger=SELF_ONLY)


@recipe("POST /v1/consents")
async def consent(owner: Person) -> Request:
    texts = (await owner.get("/v1/agreements")).json()["items"]
    text = next(text for text in texts if text["name"] == "credit-report")
    body = {
        "agreement": "credit-report",
        "text_hash": text["text_hash"],
        "subject_id": owner.subject_id,
    }
    return Request("/v1/consents", body)


@recipe("DELETE /v1/consents/{consent_id}")
async def withdraw(owner: Person) -> Request:
    consent_id = await owner.consent("credit-report", owner.subject_id)
    return Request(f"/v1/consents/{consent_id}")


@recipe("POST /v1/credit-reports")
async def request_report(owner: Person) -> Request:
    body = {"subject_id": owner.subject_id, "purpose": "bidding"}
    return Request("/v1/credit-reports", body)


@recipe("GET /v1/credit-reports/{report_id}")
async def report(owner: Person) -> Request:
    return Request(f"/v1/credit-reports/{(await owner.report())['id']}")


@recipe("GET /v1/credit-reports/{report_id}/content")
async def content(owner: Person) -> Request:
    return Request(f"/v1/credit-reports/{(await owner.report())['id']}/content")


@recipe("POST /v1/credit-reports/{report_id}/file-addresses")
async def file_address(owner: Person) -> Request:
    return Request(f"/v1/credit-reports/{(await owner.report())['id']}/file-addresses")


@recipe("PUT /v1/credit-reports/{report_id}/revocation")
async def revoke(owner: Person) -> Request:
    path = f"/v1/credit-reports/{(await owner.report())['id']}"
    tag = (await owner.get(path)).headers["ETag"]
    return Request(f"{path}/revocation", {"reason": "不再需要"}, {"If-Match": tag})


@recipe("GET /f/{file_secret}")
async def file(owner: Person) -> Request:
    answer = await owner.post(f"/v1/credit-reports/{(await owner.report())['id']}/file-addresses")
    path = answer.json()["url"].removeprefix(str(owner.cast.client.base_url).rstrip("/"))
    # The address is the permission: whoever was given it may fetch.
    return Request(path, stranger=SELF_ONLY)


@recipe("GET /v1/credit-reports/{report_id}/shares")
async def shares(owner: Person) -> Request:
    return Request(f"/v1/credit-reports/{(await owner.report())['id']}/shares")


@recipe("POST /v1/credit-reports/{report_id}/shares")
async def share_report(owner: Person) -> Request:
    body = {"recipient": BANK, "purpose": PURPOSE, "once": True, "until": day(1)}
    return Request(f"/v1/credit-reports/{(await owner.report())['id']}/shares", body)


async def shared(owner: Person) -> dict[str, Any]:
    return await share(owner, (await owner.report())["id"])


@recipe("DELETE /v1/shares/{share_id}")
async def revoke_share(owner: Person) -> Request:
    return Request(f"/v1/shares/{(await shared(owner))['id']}")


# Link and opening are the permission: whoever was given them is their recipient.
@recipe("GET /s/{share_secret}")
async def share_page(owner: Person) -> Request:
    return Request((await shared(owner))["path"], stranger=SELF_ONLY)


@recipe("POST /s/{share_secret}")
async def open_share(owner: Person) -> Request:
    return Request((await shared(owner))["path"], form={"name": OPENER}, stranger=SELF_ONLY)


@recipe("GET /o/{opening_secret}")
async def opening(owner: Person) -> Request:
    path = await opened(owner.cast, (await shared(owner))["path"])
    return Request(path, stranger=SELF_ONLY)


@recipe("GET /o/{opening_secret}/file")
async def opening_file(owner: Person) -> Request:
    path = await opened(owner.cast, (await shared(owner))["path"])
    return Request(f"{path}/file", stranger=SELF_ONLY)


async def exported(owner: Person) -> str:
    """The path of an export that is ready."""
    return f"/v1/me/exports/{(await owner.export())['id']}"


@recipe("POST /v1/me/exports")
async def export(_: Person) -> Request:
    return Request("/v1/me/exports", stranger=SELF_ONLY)


@recipe("GET /v1/me/exports/{export_id}")
async def read_export(owner: Person) -> Request:
    return Request(await exported(owner))


@recipe("POST /v1/me/exports/{export_id}/file-addresses")
async def export_address(owner: Person) -> Request:
    return Request(f"{await exported(owner)}/file-addresses")


@recipe("GET /e/{export_secret}")
async def export_file(owner: Person) -> Request:
    answer = await owner.post(f"{await exported(owner)}/file-addresses")
    path = answer.json()["url"].removeprefix(str(owner.cast.client.base_url).rstrip("/"))
    # The address is the permission: whoever was given it may fetch.
    return Request(path, stranger=SELF_ONLY)


@recipe("GET /v1/looks")
async def looks(owner: Person) -> Request:
    await owner.content((await owner.report())["id"])
    return Request(f"/v1/looks?subject_id={owner.subject_id}")


async def objection(owner: Person) -> Request:
    """To the registration, which every report has."""
    report = await owner.report()
    registration = (await owner.content(report["id"]))["sections"][0]
    record_id = registration["groups"][0]["records"][0]["id"]
    body = {"record_id": record_id, "reason": "住所早已变更，与登记不符。"}
    return Request(f"/v1/credit-reports/{report['id']}/objections", body)


@recipe("POST /v1/credit-reports/{report_id}/objections")
async def object_to_record(owner: Person) -> Request:
    return await objection(owner)


@recipe("GET /v1/objections")
async def objections(owner: Person) -> Request:
    return Request(f"/v1/objections?subject_id={owner.subject_id}")


@recipe("GET /v1/objections/{objection_id}")
async def read_objection(owner: Person) -> Request:
    """The one there is: on one record one objection stands."""
    wanted = await objection(owner)
    await owner.post(wanted.path, wanted.body)
    path = f"/v1/objections?subject_id={owner.subject_id}"
    (raised,) = (await owner.get(path)).raise_for_status().json()["items"]
    return Request(f"/v1/objections/{raised['id']}")


@recipe("POST /v1/verification")
async def verify_number(_: Person) -> Request:
    body = {"number": "20260101000000ABCDEFGH", "check_code": "ABCDEFGH"}
    return Request("/v1/verification", body, stranger=SELF_ONLY)


@recipe("GET /v1/verification/{code}")
async def verify_code(_: Person) -> Request:
    return Request("/v1/verification/AAAAAAAAAAAAAAAAAAAAAA", stranger=SELF_ONLY)


@recipe("POST /v1/verification/files")
async def verify_file(_: Person) -> Request:
    files = {"file": ("paper.pdf", b"%PDF-1.7", "application/pdf")}
    return Request("/v1/verification/files", files=files, stranger=SELF_ONLY)


@recipe("POST /v/")
async def verify_form(_: Person) -> Request:
    form = {"number": "20260101000000ABCDEFGH", "check_code": "ABCDEFGH"}
    return Request("/v/", form=form, stranger=SELF_ONLY)


@recipe("POST /v/file")
async def verify_upload(_: Person) -> Request:
    files = {"file": ("paper.pdf", b"%PDF-1.7", "application/pdf")}
    return Request("/v/file", files=files, stranger=SELF_ONLY)


@recipe("GET /v/{code}")
async def verify_page(_: Person) -> Request:
    return Request("/v/AAAAAAAAAAAAAAAAAAAAAA", stranger=SELF_ONLY)


@recipe("GET /v1/delegations")
async def delegations(owner: Person) -> Request:
    return Request(f"/v1/delegations?subject_id={owner.subject_id}")


@recipe("POST /v1/delegations")
async def delegate(owner: Person) -> Request:
    body = {
        "subject_id": owner.subject_id,
        "kind": "agent",
        "name": "欧阳敏",
        "phone": "13800138000",
        "scope": ["report"],
        "ends_on": str(datetime.now(SHANGHAI).date() + timedelta(days=30)),
    }
    return Request("/v1/delegations", body)


@recipe("DELETE /v1/delegations/{delegation_id}")
async def end_delegation(owner: Person) -> Request:
    return Request(f"/v1/delegations/{(await owner.invite(owner)).json()['id']}")


@recipe("PUT /v1/delegations/{delegation_id}/confirmation")
async def confirm_delegation(owner: Person) -> Request:
    agent = await owner.cast.agent(owner)
    body = {"subject_id": owner.subject_id}
    return Request(f"/v1/delegations/{agent.subject_id}/confirmation", body)


@recipe("POST /v1/invitations/preview")
async def preview_invitation(owner: Person) -> Request:
    return await invitation("preview", owner)


@recipe("POST /v1/invitations/acceptance")
async def accept_invitation(owner: Person) -> Request:
    return await invitation("acceptance", owner)


@recipe("POST /v1/invitations/code")
async def invitation_code(owner: Person) -> Request:
    return await handed_over("code", owner)


@recipe("POST /v1/invitations/link")
async def invitation_link(owner: Person) -> Request:
    return await handed_over("link", owner)


@recipe("GET /v1/electricity/self-check")
async def self_check(_: Person) -> Request:
    asked = {"business": "business-new", "premises": "no_title"}
    query = urlencode({**asked, "bad_record": "no", "bad_usage": "no"})
    return Request(f"/v1/electricity/self-check?{query}", stranger=SELF_ONLY)


@recipe("GET /v1/electricity/applications")
async def applications(owner: Person) -> Request:
    await applying.begun(owner)
    return Request(f"{applying.AT}?subject_id={owner.subject_id}")


@recipe("POST /v1/electricity/applications")
async def apply(owner: Person) -> Request:
    return Request(applying.AT, {"subject_id": owner.subject_id, **applying.WANTED})


@recipe(f"GET {APPLICATION}")
async def application(owner: Person) -> Request:
    return Request(f"{applying.AT}/{(await applying.begun(owner))['id']}")


@recipe(f"PUT {APPLICATION}")
async def fill_application(owner: Person) -> Request:
    path = f"{applying.AT}/{(await applying.begun(owner))['id']}"
    tag = (await owner.get(path)).headers["ETag"]
    return Request(path, applying.WANTED, {"If-Match": tag})


@recipe(f"DELETE {APPLICATION}")
async def discard_application(owner: Person) -> Request:
    return Request(f"{applying.AT}/{(await applying.begun(owner))['id']}")


@recipe(f"POST {APPLICATION}/submission")
async def submit(owner: Person) -> Request:
    one = await applying.with_papers(owner, await applying.begun(owner))
    body = {"report_id": (await owner.report())["id"]}
    return Request(f"{applying.AT}/{one['id']}/submission", body)


@recipe(f"POST {APPLICATION}/ordinary")
async def make_ordinary(owner: Person) -> Request:
    return Request(f"{applying.AT}/{(await applying.begun(owner))['id']}/ordinary")


@recipe(f"POST {APPLICATION}/promise")
async def promise_for(owner: Person) -> Request:
    one = await applying.submitted(owner)
    body = {"text_hash": (await text_of(owner))["text_hash"], "publicity": "public"}
    return Request(f"{applying.AT}/{one['id']}/promise", body)


@recipe(f"POST {APPLICATION}/hand-in")
async def hand_in_papers(owner: Person) -> Request:
    one = await supplied(owner, MoveKind.RETURN)
    one = await applying.with_papers(owner, one, ("licence",))
    return Request(f"{applying.AT}/{one['id']}/hand-in")


@recipe(f"POST {APPLICATION}/withdrawal")
async def withdraw_application(owner: Person) -> Request:
    one = await applying.submitted(owner)
    return Request(f"{applying.AT}/{one['id']}/withdrawal", {"reason": "搬走了"})


@recipe(f"POST {APPLICATION}/survey-answer")
async def answer_survey(owner: Person) -> Request:
    one = await supplied(owner, MoveKind.ACCEPT, MoveKind.SURVEY)
    return Request(f"{applying.AT}/{one['id']}/survey-answer", {"agreed": True})


@recipe(f"POST {APPLICATION}/home-visit")
async def home_visit(owner: Person) -> Request:
    one, _ = await applying.promised(owner)
    return Request(f"{applying.AT}/{one['id']}/home-visit", {"wish": "周末"})


@recipe(f"POST {APPLICATION}/materials")
async def add_material(owner: Person) -> Request:
    one = await applying.begun(owner)
    files = {"file": ("清单.pdf", applying.PLAIN_PDF, "application/pdf")}
    return Request(f"{applying.AT}/{one['id']}/materials?paper=licence", files=files)


@recipe(f"GET {APPLICATION}/materials/{{material_id}}")
async def material(owner: Person) -> Request:
    one = await applying.with_papers(owner, await applying.begun(owner))
    return Request(f"{applying.AT}/{one['id']}/materials/{one['materials'][0]['id']}")


@recipe(f"DELETE {APPLICATION}/materials/{{material_id}}")
async def drop_material(owner: Person) -> Request:
    return await material(owner)


@recipe("POST /v1/attachments")
async def add_image(owner: Person) -> Request:
    assert owner
    files = {"file": ("门口.webp", applying.PLAIN_WEBP, "image/webp")}
    return Request("/v1/attachments", files=files, stranger=SELF_ONLY)


async def image(owner: Person) -> dict[str, Any]:
    """One that is attached to nothing yet."""
    files = {"file": ("门口.webp", applying.PLAIN_WEBP, "image/webp")}
    answer = await owner.send("POST", "/v1/attachments", files=files)
    taken: dict[str, Any] = answer.raise_for_status().json()
    return taken


@recipe("DELETE /v1/attachments/{attachment_id}")
async def drop_image(owner: Person) -> Request:
    return Request(f"/v1/attachments/{(await image(owner))['id']}")


@recipe("GET /i/{image_secret}")
async def see_image(owner: Person) -> Request:
    url = str((await image(owner))["url"])
    path = url.removeprefix(str(owner.cast.client.base_url).rstrip("/"))
    # The address is the permission: whoever was given it may fetch.
    return Request(path, stranger=SELF_ONLY)


TICKET = "/v1/tickets/{number}"


async def ticket(owner: Person) -> str:
    """The path of one that was just asked."""
    answer = await owner.post("/v1/tickets", await question(owner))
    return f"/v1/tickets/{answer.raise_for_status().json()['number']}"


@recipe("GET /v1/tickets")
async def tickets(owner: Person) -> Request:
    await ticket(owner)
    return Request(f"/v1/tickets?subject_id={await owner.own_subject()}")


@recipe("POST /v1/tickets")
async def ask_butler(owner: Person) -> Request:
    return Request("/v1/tickets", await question(owner))


@recipe("GET /v1/tickets/new/place")
async def suggested_place(owner: Person) -> Request:
    return Request(f"/v1/tickets/new/place?subject_id={await owner.own_subject()}")


@recipe(f"GET {TICKET}")
async def one_ticket(owner: Person) -> Request:
    return Request(await ticket(owner))


@recipe(f"GET {TICKET}/messages")
async def ticket_messages(owner: Person) -> Request:
    return Request(f"{await ticket(owner)}/messages")


@recipe(f"POST {TICKET}/messages")
async def write_to_butler(owner: Person) -> Request:
    return Request(f"{await ticket(owner)}/messages", {"text": "补充一点"})


@recipe(f"POST {TICKET}/reopening")
async def reopen_ticket(owner: Person) -> Request:
    path = await ticket(owner)
    (await owner.post(f"{path}/withdrawal")).raise_for_status()
    return Request(f"{path}/reopening", {"text": "还是需要"})


@recipe(f"POST {TICKET}/withdrawal")
async def withdraw_ticket(owner: Person) -> Request:
    return Request(f"{await ticket(owner)}/withdrawal")


@recipe(f"GET {TICKET}/draft")
async def ticket_draft(owner: Person) -> Request:
    return Request(f"{await ticket(owner)}/draft")


@recipe(f"PUT {TICKET}/draft")
async def keep_ticket_draft(owner: Person) -> Request:
    return Request(f"{await ticket(owner)}/draft", {"text": "写到一半"})


async def resolved_ticket(owner: Person) -> str:
    """The path of a ticket that was resolved for its citizen."""
    number = await resolved_by_somebody(owner)
    return f"/v1/tickets/{number}"


@recipe(f"GET {TICKET}/rating")
async def read_rating(owner: Person) -> Request:
    return Request(f"{await resolved_ticket(owner)}/rating")


@recipe(f"PUT {TICKET}/rating")
async def give_rating(owner: Person) -> Request:
    path = f"{await resolved_ticket(owner)}/rating"
    return Request(path, {"stars": 4, "text": "谢谢"}, {"If-Match": '"1.0"'})


@recipe(f"GET {TICKET}/complaints")
async def ticket_complaints(owner: Person) -> Request:
    return Request(f"{await resolved_ticket(owner)}/complaints")


@recipe(f"POST {TICKET}/complaints")
async def complain(owner: Person) -> Request:
    return Request(f"{await resolved_ticket(owner)}/complaints", {"text": WORDS})


@recipe("GET /v1/complaints/{complaint_number}")
async def one_complaint(owner: Person) -> Request:
    made = await complained(owner, await resolved_by_somebody(owner))
    return Request(f"/v1/complaints/{made['number']}")


@recipe("POST /v1/complaints/{complaint_number}/withdrawal")
async def withdraw_complaint(owner: Person) -> Request:
    made = await complained(owner, await resolved_by_somebody(owner))
    return Request(f"/v1/complaints/{made['number']}/withdrawal")


async def supplied(owner: Person, *kinds: MoveKind) -> dict[str, Any]:
    """An application that is with the supplier, moved on by it."""
    one, _ = await applying.promised(owner)
    await applying.supply(owner.cast, one, *kinds)
    return one


async def handed_over(how: str, owner: Person) -> Request:
    invited = await owner.invite(await owner.cast.resident(name="欧阳敏"))
    return Request(f"/v1/invitations/{how}", {"invitation": invited.json()["invitation"]})


async def invitation(what: str, owner: Person) -> Request:
    """Here the owner is the one invited."""
    giver = await owner.cast.owner()
    await owner.bind_phone()
    body = {"invitation": (await giver.invite(owner)).json()["invitation"]}
    return Request(f"/v1/invitations/{what}", body, stranger=frozenset({403, 404, 409}))


@recipe("PUT /v1/notices/{notice_id}")
async def read_notice(owner: Person) -> Request:
    await owner.cast.agent(owner)
    notice = (await owner.get("/v1/notices")).json()["items"][0]
    return Request(f"/v1/notices/{notice['id']}", {"read": True})


@recipe("GET /wechat/push")
async def check_push_address(_: Person) -> Request:
    return Request(f"/wechat/push?{urlencode(Pusher().check('4375120948345356249'))}")


@recipe("POST /wechat/push")
async def push(_: Person) -> Request:
    sealed = Pusher().push("debug_demo")
    return Request(f"/wechat/push?{urlencode(sealed.query)}", json.loads(sealed.body))


@recipe("GET /{check_file}.txt")
async def check_file(_: Person) -> Request:
    return Request("/MP_verify_sample.txt", stranger=SELF_ONLY)


@recipe("GET /v/{check_file}.txt")
async def check_file_of_pages(_: Person) -> Request:
    return Request("/v/MP_verify_sample.txt", stranger=SELF_ONLY)


@recipe("POST /v1/me/erasure")
async def erase_account(_: Person) -> Request:
    return Request("/v1/me/erasure", {"confirm": WORD}, stranger=SELF_ONLY)


@recipe("GET /v1/erasures/{erasure_number}")
async def follow_erasure(owner: Person) -> Request:
    leaver = await owner.cast.newcomer()
    return Request(f"/v1/erasures/{await erase(leaver)}", stranger=SELF_ONLY)


@recipe("PUT /v1/me/message-preferences")
async def choose_messages(owner: Person) -> Request:
    path = "/v1/me/message-preferences"
    tag = (await owner.get(path)).headers["ETag"]
    body = {"kinds": [{"kind": "share", "way": "digest"}], "quiet": None, "digest_at": "09:30"}
    return Request(path, body, {"If-Match": tag}, stranger=frozenset({200, 412}))


@recipe("GET /v1/me/subscriptions")
async def subscriptions(_: Person) -> Request:
    return Request("/v1/me/subscriptions?for=credit-report", stranger=SELF_ONLY)


@recipe("GET /v1/promise-templates/{template}")
async def promise_template(_: Person) -> Request:
    return Request("/v1/promise-templates/electricity", stranger=SELF_ONLY)


@recipe("GET /v1/promises")
async def promises(owner: Person) -> Request:
    return Request(f"/v1/promises?subject_id={owner.subject_id}")


@recipe("POST /v1/promises")
async def draft_promise(owner: Person) -> Request:
    body = {"template": "voluntary", "subject_id": owner.subject_id}
    return Request("/v1/promises", {**body, **await filling(owner, "voluntary")})


@recipe("GET /v1/promises/{promise_id}")
async def read_promise(owner: Person) -> Request:
    return Request(f"/v1/promises/{(await drafted(owner))['id']}")


@recipe("PUT /v1/promises/{promise_id}")
async def change_promise(owner: Person) -> Request:
    path = f"/v1/promises/{(await drafted(owner))['id']}"
    tag = (await owner.get(path)).headers["ETag"]
    return Request(path, await filling(owner), {"If-Match": tag})


@recipe("DELETE /v1/promises/{promise_id}")
async def discard_promise(owner: Person) -> Request:
    return Request(f"/v1/promises/{(await drafted(owner))['id']}")


@recipe("POST /v1/promises/{promise_id}/identity-checks")
async def check_for_promise(owner: Person) -> Request:
    return Request(f"/v1/promises/{(await drafted(owner))['id']}/identity-checks")


@recipe("GET /v1/promises/{promise_id}/counter-case")
async def read_signing_case(owner: Person) -> Request:
    promise = await drafted(owner)
    await asked_to_sign(owner, promise)
    return Request(f"/v1/promises/{promise['id']}/counter-case")


@recipe("POST /v1/promises/{promise_id}/counter-case")
async def open_signing_case(owner: Person) -> Request:
    return Request(f"/v1/promises/{(await drafted(owner))['id']}/counter-case")


@recipe("POST /v1/promises/{promise_id}/signature")
async def sign_promise(owner: Person) -> Request:
    promise = await drafted(owner)
    return Request(f"/v1/promises/{promise['id']}/signature", await faced(owner, promise))


@recipe("PUT /v1/promises/{promise_id}/withdrawal")
async def withdraw_promise(owner: Person) -> Request:
    path = f"/v1/promises/{(await signed(owner))['id']}"
    tag = (await owner.get(path)).headers["ETag"]
    return Request(f"{path}/withdrawal", {"reason": "改按一般程序办理"}, {"If-Match": tag})


@recipe("PUT /v1/promises/{promise_id}/publication")
async def publish_promise(owner: Person) -> Request:
    path = f"/v1/promises/{(await signed(owner, 'voluntary'))['id']}"
    answer = await owner.get(path)
    preview = (await owner.get(f"{path}/publication?publicity=circle")).json()
    body = {"publicity": "circle", "text_hash": preview["text_hash"]}
    return Request(f"{path}/publication", body, {"If-Match": answer.headers["ETag"]})


@recipe("GET /v1/promises/{promise_id}/letter")
async def promise_letter(owner: Person) -> Request:
    promise = await signed(owner)
    await letter(owner, promise)
    return Request(f"/v1/promises/{promise['id']}/letter")


async def register_code(owner: Person) -> str:
    """Of an entry that its promisor agreed to show to everybody."""
    return str((await signed(owner))["signature"]["code"])


@recipe("GET /v1/promises/{promise_id}/evidence")
async def promise_evidence(owner: Person) -> Request:
    promise = await signed(owner)
    await letter(owner, promise)
    return Request(f"/v1/promises/{promise['id']}/evidence")


@recipe("GET /v1/promise-register/{promise_code}")
async def register_entry(owner: Person) -> Request:
    return Request(f"/v1/promise-register/{await register_code(owner)}", stranger=SELF_ONLY)


@recipe("GET /v1/lectures/{lecture_id}")
async def one_lecture(owner: Person) -> Request:
    version = await lecturing.published(owner.cast)
    return Request(f"/v1/lectures/{version.lecture_id}", stranger=SELF_ONLY)


@recipe("GET /promises/{promise_code}")
async def register_page(owner: Person) -> Request:
    return Request(f"/promises/{await register_code(owner)}", stranger=SELF_ONLY)


@recipe("GET /v1/promises/{promise_id}/publication")
async def publication_of_promise(owner: Person) -> Request:
    promise = await drafted(owner, "voluntary")
    return Request(f"/v1/promises/{promise['id']}/publication?publicity=circle")


@recipe("POST /console/sign-in")
async def staff_sign_in(owner: Person) -> Request:
    colleague = await hired(owner.cast, Role.BUTLER)
    await colleague.close()
    return Request("/console/sign-in", form=colleague.credentials(), stranger=SELF_ONLY)


@recipe("GET /console/set-up/{invitation}")
async def set_up_page(owner: Person) -> Request:
    secret, _ = await staff_invitation(owner)
    return Request(f"/console/set-up/{secret}", stranger=SELF_ONLY)


@recipe("POST /console/set-up/{invitation}")
async def set_up(owner: Person) -> Request:
    totp = pyotp.random_base32()
    code = pyotp.TOTP(totp).now()
    form = {"totp": totp, "password": PASSWORD, "again": PASSWORD, "code": code}
    secret, form["release"] = await staff_invitation(owner)
    return Request(f"/console/set-up/{secret}", form=form, stranger=SELF_ONLY)


async def staff_invitation(owner: Person) -> tuple[str, str]:
    """Address and release code are the permission: who was given both sets the account up."""
    assert owner.cast.house
    _, secret, release = await invited(owner.cast.house, Role.BUTLER)
    return secret, release


@recipe("POST /v1/promises/{promise_id}/handing-in")
async def hand_in(owner: Person) -> Request:
    promise = await signed(owner, "materials-later")
    body = {"on": day_of(promise["signature"]), "note": "已交窗口"}
    return Request(f"/v1/promises/{promise['id']}/handing-in", body)


@recipe("POST /v1/promises/{promise_id}/objection")
async def object_to_breach(owner: Person) -> Request:
    promise = await signed(owner, "voluntary")
    await found_broken(owner.cast, promise)
    return Request(f"/v1/promises/{promise['id']}/objection", {"reason": "已经按期履行"})


async def usage_record(owner: Person) -> str:
    """The path of arrears that the owner's enterprise was told of."""
    record = await reported(owner.cast, report_of(enterprise_of(owner)))
    return f"/v1/usage-records/{record.id}"


@recipe("GET /v1/usage-records")
async def usage_records(owner: Person) -> Request:
    return Request(f"/v1/usage-records?subject_id={owner.subject_id}")


@recipe("GET /v1/usage-records/{record_id}")
async def read_usage_record(owner: Person) -> Request:
    return Request(await usage_record(owner))


@recipe("POST /v1/usage-records/{record_id}/objection")
async def object_to_usage_record(owner: Person) -> Request:
    return Request(f"{await usage_record(owner)}/objection", {"reason": "电费已经交过了"})


def world(owner: Person) -> GridWorld:
    assert owner.cast.house
    return GridWorld(owner.cast.house, owner.cast)


@recipe("POST /partner/grid/events")
async def event_of_grid(owner: Person) -> Request:
    one = await world(owner).handed_over(owner)
    body = {
        "event_id": owner.subject_id,
        "application": one.number,
        "sequence": 1,
        "kind": "accept",
        "at": f"{one.created_at.isoformat()}",
        "detail": {},
    }
    path = "/partner/grid/events"
    return Request(path, body, signed_by_grid("POST", path, body))


@recipe("GET /partner/grid/files/{delivery_id}/{file_name}")
async def file_for_grid(owner: Person) -> Request:
    here = world(owner)
    one = await here.handed_over(owner, materials=(here.material(),))
    (delivery,) = await here.deliveries(one)
    path = f"/partner/grid/files/{delivery.id}/{one.materials[0].id}"
    return Request(path, headers=signed_by_grid("GET", path))


async def staff_code(owner: Person) -> dict[str, str]:
    """What a page of the console shows somebody of the staff, to be scanned."""
    colleague = await hired(owner.cast, Role.BUTLER)
    await colleague.close()
    return {"secret": await Alerting(owner.cast).asked(colleague.account.id)}


@recipe("POST /v1/staff-bindings/preview")
async def preview_staff_binding(owner: Person) -> Request:
    code = await staff_code(owner)
    (await owner.post("/v1/staff-bindings/preview", code)).raise_for_status()
    return Request("/v1/staff-bindings/preview", code)


@recipe("POST /v1/staff-bindings")
async def bind_staff(owner: Person) -> Request:
    code = await staff_code(owner)
    (await owner.post("/v1/staff-bindings/preview", code)).raise_for_status()
    return Request("/v1/staff-bindings", code)


@recipe("DELETE /v1/staff-bindings/{binding_id}")
async def unbind_staff(owner: Person) -> Request:
    made = await owner.post("/v1/staff-bindings", await staff_code(owner))
    return Request(f"/v1/staff-bindings/{made.raise_for_status().json()['id']}")


@recipe("GET /v1/lectures/search")
async def lecture_search(_: Person) -> Request:
    return Request(f"/v1/lectures/search?{urlencode({'q': '信用修复'})}", stranger=SELF_ONLY)


async def shown_lecture(owner: Person, path: str, *, stranger: frozenset[int]) -> Request:
    """A path of a lecture that anybody may register for; ``stranger`` has nothing in it."""
    version = await published(owner.cast, places=5)
    return Request(f"/v1/lectures/{version.lecture_id}/{path}", stranger=stranger)


@recipe("GET /v1/lectures/{lecture_id}/calendar.ics")
async def lecture_calendar(owner: Person) -> Request:
    return await shown_lecture(owner, "calendar.ics", stranger=SELF_ONLY)


@recipe("GET /v1/lectures/{lecture_id}/live")
async def lecture_live(owner: Person) -> Request:
    return await shown_lecture(owner, "live", stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/registration")
async def lecture_registration(owner: Person) -> Request:
    return await shown_lecture(owner, "registration", stranger=SELF_ONLY)


@recipe("GET /v1/lectures/{lecture_id}/registration")
async def own_lecture_registration(owner: Person) -> Request:
    request = await shown_lecture(owner, "registration", stranger=frozenset({404}))
    await owner.post(request.path)
    return request


@recipe("DELETE /v1/lectures/{lecture_id}/registration")
async def lecture_registration_cancelled(owner: Person) -> Request:
    return await own_lecture_registration(owner)


@recipe("GET /v1/lectures/{lecture_id}/questions")
async def lecture_questions(owner: Person) -> Request:
    return await shown_lecture(owner, "questions", stranger=SELF_ONLY)


@recipe("GET /v1/lectures/{lecture_id}/questions/mine")
async def own_lecture_questions(owner: Person) -> Request:
    return await shown_lecture(owner, "questions/mine", stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/questions")
async def lecture_question(owner: Person) -> Request:
    request = await shown_lecture(owner, "questions", stranger=SELF_ONLY)
    return Request(request.path, {"text": "怎样申请信用修复？"}, stranger=SELF_ONLY)


@recipe("POST /v1/lecture-following")
async def lecture_following(_: Person) -> Request:
    return Request("/v1/lecture-following", stranger=SELF_ONLY)


@recipe("GET /lectures/{lecture_id}")
async def lecture_page(owner: Person) -> Request:
    version = await published(owner.cast)
    return Request(f"/lectures/{version.lecture_id}", stranger=SELF_ONLY)


@recipe("GET /v1/lectures/{lecture_id}/replay")
async def replay(owner: Person) -> Request:
    return Request(f"{(await watching.hall(owner.cast)).path}/replay", stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/address")
async def replay_address(owner: Person) -> Request:
    return Request(f"{(await watching.hall(owner.cast)).path}/address", stranger=SELF_ONLY)


@recipe("GET /m/{replay_secret}/{asset_id}/{rendition}/{name}")
async def addressed_file(owner: Person) -> Request:
    made = await (await watching.hall(owner.cast)).address(owner)
    # The address is the permission: whoever was given it may fetch.
    return Request(urlsplit(made["poster"]).path, stranger=SELF_ONLY)


@recipe("GET /media/{lecture_id}/{asset_id}/{rendition}/{name}")
async def open_file(owner: Person) -> Request:
    found = await owner.get(f"{(await watching.hall(owner.cast)).path}/replay")
    return Request(urlsplit(found.json()["poster"]).path, stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/sittings")
async def sitting(owner: Person) -> Request:
    return Request(f"{(await watching.hall(owner.cast)).path}/sittings", stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/sittings/{sitting_id}/beats")
async def heard_beat(owner: Person) -> Request:
    seat = await (await watching.hall(owner.cast)).sit(owner)
    path = f"{seat.hall.path}/sittings/{seat.opened['sitting_id']}/beats"
    return Request(path, {"number": 0, "position_ms": 0, "playing": True})


@recipe("GET /v1/lectures/{lecture_id}/progress")
async def own_progress(owner: Person) -> Request:
    seat = await (await watching.hall(owner.cast)).sit(owner)
    return Request(f"{seat.hall.path}/progress", stranger=SELF_ONLY)


@recipe("GET /v1/me/watched")
async def own_watched(owner: Person) -> Request:
    await (await watching.hall(owner.cast)).sit(owner)
    return Request("/v1/me/watched", stranger=SELF_ONLY)


@recipe("POST /v1/lectures/{lecture_id}/certificate")
async def certificate(owner: Person) -> Request:
    hall = await watching.passed(owner)
    return Request(f"{hall.path}/certificate", stranger=frozenset({409}))


@recipe("GET /v1/lectures/{lecture_id}/certificate")
async def own_prospect(owner: Person) -> Request:
    hall = await watching.passed(owner)
    return Request(f"{hall.path}/certificate", stranger=SELF_ONLY)


@recipe("GET /v1/certificates")
async def own_certificates(owner: Person) -> Request:
    await watching.certified(owner)
    return Request("/v1/certificates", stranger=SELF_ONLY)


@recipe("GET /v1/certificates/{certificate_id}/paper")
async def certificate_paper(owner: Person) -> Request:
    made = await watching.certified(owner)
    return Request(f"/v1/certificates/{made['id']}/paper")
