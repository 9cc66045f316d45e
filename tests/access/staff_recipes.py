"""What a request to each route of the console looks like, when somebody who may sends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.attachments.attachments import Attachment
from domain.electricity.applications import Application
from domain.staff.roles import Role
from domain.time import SHANGHAI, civil_date
from tests import attaching
from tests.alerting import Alerting
from tests.cast import Cast
from tests.counters import confirmed, led_to_counter, somebody_from_hong_kong
from tests.electricity import with_supplier
from tests.gridding import GridWorld
from tests.judging import complaint_about, judgement_of, sheet_of_a_month
from tests.promising import FINDER, found_broken, letter, signed
from tests.rewriting import begun, edited, given_up, submitted
from tests.rostering import account, building, enrolled, on_leave
from tests.staffing import act, hired, invited
from tests.ticketing import ITEM, called, question
from tests.usage import nobody_here, proposed, reference, report_of, reported


@dataclass(frozen=True)
class Visit:
    """A request of the console, and who may make it."""

    path: str
    form: dict[str, str] = field(default_factory=dict)
    # Of a PUT: bytes that a script sends, with what it says of them.
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # Where the path is of something of one's own: what is made for each, and leads there.
    own: Callable[[str], Awaitable[str]] | None = None


# The butler of the matrix: what is about them, they see.
BUTLER: list[str] = []

StaffRecipe = Callable[[Cast], Awaitable[Visit]]
STAFF_RECIPES: dict[str, StaffRecipe] = {}


def recipe(route: str) -> Callable[[StaffRecipe], StaffRecipe]:
    def keep(function: StaffRecipe) -> StaffRecipe:
        STAFF_RECIPES[route] = function
        return function

    return keep


def plain(path: str) -> None:
    async def make(_: Cast) -> Visit:
        return Visit(path)

    STAFF_RECIPES[f"GET {path}"] = make


for page in (
    "/console",
    "/console/find",
    "/console/staff",
    "/console/services",
    "/console/promises",
    "/console/deliveries",
    "/console/grid-events",
    "/console/roster",
    "/console/places",
    "/console/butlers",
    "/console/service-items",
    "/console/usage-records",
    "/console/usage-reports",
    "/console/decisions",
    "/console/counter",
    "/console/audit",
    "/console/electricity",
    "/console/images",
    "/console/tickets",
    "/console/all-tickets",
    "/console/new-ticket",
    "/console/ticket-board",
    "/console/texts",
    "/console/complaints",
    "/console/performance",
    "/console/judgements",
    "/console/sheets",
    "/console/alerts",
    "/console/alerts/settings",
    "/console/alerts/undelivered",
    "/console/lectures",
    "/console/lecture-figures",
    "/console/lecture-figures.csv",
):
    plain(page)


@recipe("POST /console/sign-out")
async def sign_out(_: Cast) -> Visit:
    return Visit("/console/sign-out")


@recipe("POST /console/live/passes")
async def live_pass(_: Cast) -> Visit:
    return Visit("/console/live/passes")


@recipe("POST /console/staff")
async def propose(cast: Cast) -> Visit:
    house = cast.house
    assert house
    login = f"p{house.draw.id()[-12:]}"
    return Visit("/console/staff", {"login": login, "name": "郑平", "roles": "butler"})


@recipe("POST /console/staff/{staff_id}/approval")
async def approve(cast: Cast) -> Visit:
    house = cast.house
    assert house
    account = await house.staff.propose(
        act(house, "proposer"),
        login=f"p{house.draw.id()[-12:]}",
        name="郑平",
        roles=[Role.BUTLER],
    )
    return Visit(f"/console/staff/{account.id}/approval")


@recipe("POST /console/staff/{staff_id}/invitation")
async def invite(cast: Cast) -> Visit:
    assert cast.house
    account, *_ = await invited(cast.house, Role.BUTLER)
    return Visit(f"/console/staff/{account.id}/invitation")


@recipe("POST /console/staff/{staff_id}/suspension")
async def suspend(cast: Cast) -> Visit:
    colleague = await hired(cast, Role.BUTLER)
    await colleague.close()
    return Visit(f"/console/staff/{colleague.account.id}/suspension")


@recipe("POST /console/staff/{staff_id}/return")
async def come_back(cast: Cast) -> Visit:
    assert cast.house
    account, *_ = await invited(cast.house, Role.BUTLER)
    await cast.house.staff.suspend(act(cast.house, "security"), staff_id=account.id)
    return Visit(f"/console/staff/{account.id}/return")


@recipe("POST /console/services/{service}")
async def close_service(_: Cast) -> Visit:
    """Open already: it stays so for the other tests."""
    return Visit("/console/services/shares", {"sentence": ""})


KEEP = {"move": "keep", "finder": FINDER.name, "finder_code": FINDER.uscc}


async def promised(cast: Cast) -> str:
    """The code of a promise that is signed."""
    return str((await signed(await cast.owner(), "voluntary"))["signature"]["code"])


@recipe("GET /console/promises/{promise_code}")
async def read_promise(cast: Cast) -> Visit:
    return Visit(f"/console/promises/{await promised(cast)}")


@recipe("POST /console/promises/{promise_code}/evidence")
async def fetch_evidence(cast: Cast) -> Visit:
    owner = await cast.owner()
    promise = await signed(owner, "voluntary")
    await letter(owner, promise)
    path = f"/console/promises/{promise['signature']['code']}/evidence"
    return Visit(path, {"reason": "法院调取证据"})


@recipe("POST /console/promises/{promise_code}/supervision")
async def supervise(cast: Cast) -> Visit:
    assert cast.house
    code = await promised(cast)
    tag = (await cast.house.supervising.get(code)).tag
    return Visit(f"/console/promises/{code}/supervision", {**KEEP, "tag": tag})


@recipe("POST /console/promises/{promise_code}/review")
async def review(cast: Cast) -> Visit:
    assert cast.house
    owner = await cast.owner()
    promise = await signed(owner, "voluntary")
    await found_broken(cast, promise)
    path = f"/v1/promises/{promise['id']}/objection"
    (await owner.post(path, {"reason": "已经按期履行"})).raise_for_status()
    code = promise["signature"]["code"]
    tag = (await cast.house.supervising.get(code)).tag
    form = {"move": "uphold", "reason": "确已履行", "tag": tag}
    return Visit(f"/console/promises/{code}/review", form)


async def refused_by_platform(cast: Cast, kind: str, thing_id: str) -> None:
    assert cast.database is not None
    row = {"_id": thing_id, "v": 1, "version": 1, "state": "refused", "problem": "拒绝接收"}
    row |= {"kind": kind, "changed_at": datetime.now(UTC)}
    await cast.database["contributions"].replace_one({"_id": thing_id}, row, upsert=True)


@recipe("POST /console/promises/{promise_code}/contribution")
async def contribute_promise_again(cast: Cast) -> Visit:
    promise = await signed(await cast.owner(), "voluntary")
    await refused_by_platform(cast, "promise", promise["id"])
    return Visit(f"/console/promises/{promise['signature']['code']}/contribution")


@recipe("GET /console/counter/{case_number}")
async def read_case(cast: Cast) -> Visit:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    return Visit(f"/console/counter/{number}")


@recipe("POST /console/counter/{case_number}/confirmation")
async def confirm_case(cast: Cast) -> Visit:
    assert cast.house
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    tag = (await cast.house.clerks.get(number)).tag
    form = {"move": "refuse", "reason": "证件过期", "tag": tag}
    return Visit(f"/console/counter/{number}/confirmation", form)


@recipe("POST /console/counter/{case_number}/release")
async def release_case(cast: Cast) -> Visit:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    tag = (await confirmed(cast, number)).tag
    return Visit(f"/console/counter/{number}/release", {"move": "release", "tag": tag})


@recipe("GET /console/electricity/{number}")
async def read_application(cast: Cast) -> Visit:
    return Visit(f"/console/electricity/{(await with_supplier(cast)).number}")


@recipe("POST /console/electricity/{number}/moves")
async def move_application(cast: Cast) -> Visit:
    one = await with_supplier(cast)
    return Visit(f"/console/electricity/{one.number}/moves", {"move": "accept", "tag": one.tag})


async def judged(cast: Cast) -> Attachment:
    """An image that a resident attached, of which WeChat says nothing."""
    person = await cast.newcomer()
    image = await attaching.added(person)
    await attaching.attach(person, image)
    assert cast.house
    return await cast.house.image_checks.get(image["id"])


@recipe("GET /console/images/{attachment_id}")
async def see_image(cast: Cast) -> Visit:
    return Visit(f"/console/images/{(await judged(cast)).id}")


@recipe("POST /console/images/{attachment_id}")
async def judge_image(cast: Cast) -> Visit:
    one = await judged(cast)
    return Visit(f"/console/images/{one.id}", {"move": "show", "tag": one.tag})


@recipe("GET /console/electricity/{number}/materials/{material_id}")
async def read_material(cast: Cast) -> Visit:
    one = await with_supplier(cast)
    return Visit(f"/console/electricity/{one.number}/materials/{one.materials[0].id}")


VERSION = "/console/text-versions/"


async def text_in_work(cast: Cast) -> tuple[str, str]:
    """The id and tag of a draft of a text, the only one in work."""
    assert cast.house
    await given_up(cast.house, "self-discipline")
    version = await begun(cast.house, "self-discipline")
    return version.id, version.tag


@recipe("GET /console/texts/{template}")
async def read_text(_: Cast) -> Visit:
    return Visit("/console/texts/voluntary")


@recipe("GET /console/text-versions/{version_id}")
async def read_version(cast: Cast) -> Visit:
    version_id, _ = await text_in_work(cast)
    return Visit(f"{VERSION}{version_id}")


@recipe("GET /console/text-versions/{version_id}/edit")
async def open_version(cast: Cast) -> Visit:
    version_id, _ = await text_in_work(cast)
    return Visit(f"{VERSION}{version_id}/edit")


@recipe("POST /console/text-versions/{version_id}/edit")
async def write_version(cast: Cast) -> Visit:
    assert cast.house
    version_id, tag = await text_in_work(cast)
    form = edited((await cast.house.text_office.get(version_id)).wording)
    return Visit(f"{VERSION}{version_id}/edit", {**form, "tag": tag})


@recipe("POST /console/text-versions/{version_id}/copy")
async def copy_version(cast: Cast) -> Visit:
    assert cast.house
    version_id, _ = await text_in_work(cast)
    await given_up(cast.house, "self-discipline")
    form = {"version": cast.house.draw.id()[-12:], "why": "恢复"}
    return Visit(f"{VERSION}{version_id}/copy", form)


@recipe("POST /console/text-versions/{version_id}/move")
async def submit_version(cast: Cast) -> Visit:
    version_id, tag = await text_in_work(cast)
    return Visit(f"{VERSION}{version_id}/move", {"move": "submit", "tag": tag})


@recipe("POST /console/text-versions/{version_id}/review")
async def review_version(cast: Cast) -> Visit:
    assert cast.house
    version_id, _ = await text_in_work(cast)
    tag = (await submitted(cast.house, version_id)).tag
    form = {"move": "return", "reason": "措辞不妥", "tag": tag}
    return Visit(f"{VERSION}{version_id}/review", form)


@recipe("GET /console/cases/{case_kind}/{case_number}/credit-report")
async def look_at_credit(cast: Cast) -> Visit:
    return Visit(f"/console/cases/promise/{await promised(cast)}/credit-report")


@recipe("POST /console/cases/{case_kind}/{case_number}/fields")
async def unmask(cast: Cast) -> Visit:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    form = {"field": "name", "reason": "核对证件上的姓名"}
    return Visit(f"/console/cases/counter/{number}/fields", form)


@recipe("POST /console/usage-reports")
async def report_usage(_: Cast) -> Visit:
    whose = nobody_here()
    form = {
        "move": "report",
        "kind": "theft",
        "reference": reference(),
        "name": whose.name,
        "id_number": whose.id_number,
        "account": "0300012345678",
        "found": "绕越计量装置",
        "paper_issuer": "越秀供电局",
        "paper_number": "查1号",
        "paper_on": "2026-05-06",
    }
    return Visit("/console/usage-reports", form)


@recipe("GET /console/usage-records/{reference}")
async def read_usage_record(cast: Cast) -> Visit:
    record = await reported(cast, report_of(nobody_here()))
    return Visit(f"/console/usage-records/{record.report.reference}")


@recipe("POST /console/usage-records/{reference}/supply")
async def supply(cast: Cast) -> Visit:
    record = await reported(cast, report_of(nobody_here()))
    form = {"move": "withdraw", "reason": "误报", "tag": record.tag}
    return Visit(f"/console/usage-records/{record.report.reference}/supply", form)


@recipe("POST /console/usage-records/{reference}/contribution")
async def contribute_usage_again(cast: Cast) -> Visit:
    record = await reported(cast, report_of(nobody_here()))
    await refused_by_platform(cast, "usage_record", record.id)
    return Visit(f"/console/usage-records/{record.report.reference}/contribution")


@recipe("POST /console/usage-records/{reference}/review")
async def review_usage(cast: Cast) -> Visit:
    record = await proposed(cast, report_of(nobody_here()))
    form = {"move": "enter", "tag": record.tag}
    return Visit(f"/console/usage-records/{record.report.reference}/review", form)


@recipe("GET /console/audit/{event_id}")
async def open_event(cast: Cast) -> Visit:
    assert cast.house
    done = act(cast.house, "somebody").event("service.opened", "shares")
    await cast.house.transactions.plain()(lambda unit: unit.audit(done))
    return Visit(f"/console/audit/{done.id}")


async def with_grid(cast: Cast) -> tuple[GridWorld, Application]:
    """An application with the power company's system, one delivery of it not sent."""
    assert cast.house
    world = GridWorld(cast.house, cast)
    return world, await world.handed_over()


async def kept_event(cast: Cast) -> tuple[str, str]:
    """The path of an event that waits for a person, and its tag."""
    world, one = await with_grid(cast)
    received = await world.told(one, "close")
    return f"/console/grid-events/{received.id}", received.tag


@recipe("GET /console/deliveries/{delivery_id}")
async def read_delivery(cast: Cast) -> Visit:
    world, one = await with_grid(cast)
    (delivery,) = await world.deliveries(one)
    return Visit(f"/console/deliveries/{delivery.id}")


@recipe("POST /console/deliveries/{delivery_id}")
async def deliver_again(cast: Cast) -> Visit:
    world, one = await with_grid(cast)
    (delivery,) = await world.deliveries(one)
    return Visit(f"/console/deliveries/{delivery.id}", {"move": "again", "tag": delivery.tag})


@recipe("POST /console/deliveries/to-desk")
async def hand_to_desk(cast: Cast) -> Visit:
    _, one = await with_grid(cast)
    return Visit("/console/deliveries/to-desk", {"number": one.number, "reason": "系统升级"})


@recipe("GET /console/grid-events/{event_id}")
async def read_grid_event(cast: Cast) -> Visit:
    path, _ = await kept_event(cast)
    return Visit(path)


@recipe("POST /console/grid-events/{event_id}")
async def dismiss_event(cast: Cast) -> Visit:
    path, tag = await kept_event(cast)
    return Visit(path, {"move": "dismiss", "tag": tag, "reason": "已电话核实"})


async def asked(cast: Cast) -> tuple[str, str]:
    """The path of a ticket of no place, which every butler may work on, and its tag."""
    citizen = await cast.owner()
    answer = await citizen.post("/v1/tickets", await question(citizen))
    number = str(answer.raise_for_status().json()["number"])
    return f"/console/tickets/{number}", '"1"'


@recipe("GET /console/tickets/{number}")
async def read_ticket(cast: Cast) -> Visit:
    path, _ = await asked(cast)
    return Visit(path)


@recipe("POST /console/tickets/{number}/reply")
async def answer_ticket(cast: Cast) -> Visit:
    path, tag = await asked(cast)
    return Visit(f"{path}/reply", {"move": "reply", "tag": tag, "text": "请看附件。"})


@recipe("POST /console/tickets/{number}/moves")
async def note_ticket(cast: Cast) -> Visit:
    path, tag = await asked(cast)
    return Visit(f"{path}/moves", {"move": "note", "tag": tag, "text": "已联系"})


@recipe("POST /console/tickets/{number}/draft")
async def draft_answer(cast: Cast) -> Visit:
    path, _ = await asked(cast)
    return Visit(f"{path}/draft", {"text": "写到一半"})


@recipe("POST /console/ticket-search")
async def find_ticket(_: Cast) -> Visit:
    return Visit("/console/ticket-search", {"q": "13800138000"})


@recipe("POST /console/new-ticket")
async def write_down(_: Cast) -> Visit:
    form = {"move": "write_down", "name": "李来电", "phone": "13800138000", "uscc": ""}
    asks = {"item": ITEM, "place_id": "", "text": "想问怎样打印报告"}
    return Visit("/console/new-ticket", {**form, **asks})


@recipe("GET /console/performance/{staff_id}")
async def performance_of(_: Cast) -> Visit:
    return Visit(f"/console/performance/{BUTLER[0]}")


@recipe("GET /console/complaints/{complaint_number}")
async def read_complaint(cast: Cast) -> Visit:
    return Visit(f"/console/complaints/{await complaint_about(cast, BUTLER[0])}")


@recipe("POST /console/complaints/{complaint_number}/handling")
async def take_complaint(cast: Cast) -> Visit:
    number = await complaint_about(cast, BUTLER[0])
    return Visit(f"/console/complaints/{number}/handling", {"move": "take", "tag": '"0"'})


@recipe("POST /console/complaints/{complaint_number}/statement")
async def state_own_side(cast: Cast) -> Visit:
    number = await complaint_about(cast, BUTLER[0])
    form = {"move": "state", "tag": '"0"', "text": "当天在外勤"}
    return Visit(f"/console/complaints/{number}/statement", form)


@recipe("GET /console/judgements/{judgement_id}")
async def read_judgement(cast: Cast) -> Visit:
    found = await judgement_of(cast, BUTLER[0])
    return Visit(f"/console/judgements/{found.id}")


@recipe("POST /console/judgements/{judgement_id}/statement")
async def be_heard(cast: Cast) -> Visit:
    found = await judgement_of(cast, BUTLER[0])
    form = {"move": "state", "tag": found.tag, "text": "当月代班"}
    return Visit(f"/console/judgements/{found.id}/statement", form)


@recipe("POST /console/judgements/{judgement_id}/proposal")
async def propose_judgement(cast: Cast) -> Visit:
    found = await judgement_of(cast, BUTLER[0], heard=True)
    form = {"move": "propose", "tag": found.tag, "level": "warning", "text": "属实"}
    return Visit(f"/console/judgements/{found.id}/proposal", form)


@recipe("POST /console/judgements/{judgement_id}/decision")
async def decide_judgement(cast: Cast) -> Visit:
    found = await judgement_of(cast, BUTLER[0], heard=True, proposed=True)
    form = {"move": "decide", "tag": found.tag, "text": "同意"}
    return Visit(f"/console/judgements/{found.id}/decision", form)


@recipe("GET /console/sheets/{month}")
async def read_sheet(cast: Cast) -> Visit:
    return Visit(f"/console/sheets/{await sheet_of_a_month(cast)}")


@recipe("GET /console/sheets/{month}/file")
async def fetch_sheet(cast: Cast) -> Visit:
    return Visit(f"/console/sheets/{await sheet_of_a_month(cast)}/file")


@recipe("POST /console/sheets/{month}/correction")
async def correct_sheet(cast: Cast) -> Visit:
    path = f"/console/sheets/{await sheet_of_a_month(cast)}/correction"
    return Visit(path, {"move": "correct", "reason": "补录工单"})


@recipe("POST /console/places")
async def add_place(cast: Cast) -> Visit:
    assert cast.house
    code = cast.house.draw.id()[-12:]
    form = {"move": "add", "code": code, "name": "样例街道", "kind": "street"}
    return Visit("/console/places", form)


@recipe("GET /console/places/{place_id}")
async def see_place(cast: Cast) -> Visit:
    return Visit(f"/console/places/{(await building(cast)).id}")


@recipe("POST /console/places/{place_id}")
async def change_place(cast: Cast) -> Visit:
    place = await building(cast)
    form = {"move": "change", "code": place.code, "name": "新名", "kind": "building"}
    return Visit(f"/console/places/{place.id}", {**form, "parent": place.parent, "tag": place.tag})


@recipe("POST /console/places/{place_id}/shifts")
async def put_shift(cast: Cast) -> Visit:
    assert cast.house
    place = await building(cast)
    butler = await enrolled(cast, place.id)
    day = (cast.house.clock() + timedelta(days=3)).astimezone(SHANGHAI).date()
    form = {"move": "put", "staff_id": butler.staff_id}
    return Visit(
        f"/console/places/{place.id}/shifts",
        {**form, "begins": f"{day}T09:00", "ends": f"{day}T18:00"},
    )


@recipe("POST /console/places/{place_id}/tenancies")
async def tenant_comes(cast: Cast) -> Visit:
    assert cast.house
    place = await building(cast)
    form = {"move": "come", "uscc": "91440104000000019T", "name": "样例公司"}
    day = civil_date(cast.house.clock()).isoformat()
    return Visit(f"/console/places/{place.id}/tenancies", {**form, "on": day})


@recipe("POST /console/butlers")
async def enrol(cast: Cast) -> Visit:
    form = {"move": "enrol", "staff_id": await account(cast), "agency": "样例机构"}
    return Visit("/console/butlers", form)


@recipe("GET /console/butlers/{staff_id}")
async def see_butler(cast: Cast) -> Visit:
    return Visit(f"/console/butlers/{(await enrolled(cast)).staff_id}")


@recipe("POST /console/butlers/{staff_id}")
async def describe(cast: Cast) -> Visit:
    butler = await enrolled(cast)
    form = {"move": "describe", "agency": "另一机构", "tag": butler.tag}
    return Visit(f"/console/butlers/{butler.staff_id}", form)


@recipe("POST /console/butlers/{staff_id}/leave")
async def decide_leave(cast: Cast) -> Visit:
    butler = await on_leave(cast, await enrolled(cast))
    form = {"move": "grant", "leave": butler.leaves[0].id, "tag": butler.tag}
    return Visit(f"/console/butlers/{butler.staff_id}/leave", form)


@recipe("POST /console/leave")
async def ask_leave(cast: Cast) -> Visit:
    """Whoever is a butler here has a record: also who tries it."""
    assert cast.house
    for one in await cast.house.butlers.butlers.unrecorded():
        await enrolled(cast, staff_id=one.id)
    day = (cast.house.clock() + timedelta(days=5)).astimezone(SHANGHAI).date()
    form = {"move": "ask", "begins": f"{day}T09:00", "ends": f"{day}T18:00", "reason": "体检"}
    return Visit("/console/leave", form)


@recipe("POST /console/alerts/read")
async def read_all_alerts(cast: Cast) -> Visit:
    assert cast.house
    return Visit("/console/alerts/read", {"until": cast.house.clock().isoformat()})


@recipe("GET /console/alerts/{alert_id}")
async def open_alert(cast: Cast) -> Visit:
    alerting = Alerting(cast)

    async def own(staff_id: str) -> str:
        return f"/console/alerts/{await alerting.tell(staff_id)}"

    return Visit("/console/alerts/nobodys", own=own)


@recipe("POST /console/alerts/settings")
async def choose_alerts(_: Cast) -> Visit:
    """Of who has chosen nothing yet."""
    form = {"move": "choose", "tag": "0", "now": "sms", "digest_at": "09:00"}
    return Visit("/console/alerts/settings", form)


@recipe("POST /console/alerts/{alert_id}/settlement")
async def settle_alert(cast: Cast) -> Visit:
    alert_id = await Alerting(cast).undelivered("somebody")
    return Visit(f"/console/alerts/{alert_id}/settlement")


@recipe("POST /console/tickets/{number}/caller")
async def see_caller(cast: Cast) -> Visit:
    assert cast.house
    made = await called(cast.house)
    return Visit(f"/console/tickets/{made.number}/caller")
