"""Electricity without a title deed: from the self-check to the power, to a breach, to the bank."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from playwright.sync_api import Page, expect

from domain.time import SHANGHAI
from tests.journeys.desk import Administration, Desk
from tests.journeys.phone import Phone, decoded
from tests.served import Served, served

PLAN = "由公变台区低压供电，不需外线工程"
ACCOUNT = "0300000000000001"
LATER = timedelta(days=20)
DAY = datetime.now(SHANGHAI).date() + timedelta(days=8)
SURVEYED = [(f"{DAY}T09:00", f"{DAY}T11:00"), (f"{DAY}T14:00", f"{DAY}T16:00")]
PAPERS = {"营业执照": "licence"}
HEARD = """async ([number, most]) => {
    const answer = await fetch(`/sandbox/grid/${number}`);
    return answer.ok && (await answer.json()).deliveries.length >= most;
}"""


class Supplier(Protocol):
    """What the power company does, by whichever way it does it; each step is done on return."""

    def returns(self, number: str, paper: str, reason: str) -> None: ...
    def takes(self, number: str) -> None: ...
    def proposes(self, number: str, begins: str, ends: str) -> None: ...
    def replies(self, number: str, plan: str) -> None: ...
    def energises(self, number: str, account: str) -> None: ...


class ByHand:
    """Each step by hand, at the power company's desk in the console."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def returns(self, number: str, paper: str, reason: str) -> None:
        page = self._open(number)
        page.locator("summary", has_text="退回补正").click()
        page.get_by_label(paper, exact=True).check()
        page.locator("#return-reason").fill(reason)
        self._make("return", "returned")

    def takes(self, number: str) -> None:
        self._open(number)
        self._make("accept", "accepted")

    def proposes(self, number: str, begins: str, ends: str) -> None:
        page = self._open(number)
        page.locator("#begins").fill(begins)
        page.locator("#ends").fill(ends)
        self._make("survey", "survey")

    def replies(self, number: str, plan: str) -> None:
        self._open(number).locator("#plan").fill(plan)
        self._make("reply_plan", "plan_replied")

    def energises(self, number: str, account: str) -> None:
        self._open(number).locator("#account").fill(account)
        self._make("energise", "energised")

    def _open(self, number: str) -> Page:
        self._desk.go(f"/console/electricity/{number}")
        return self._desk.page

    def _make(self, move: str, state: str) -> None:
        self._desk.page.locator(f"[data-test={move}]").click()
        self._desk.page.locator(f"[data-test=application][data-state={state}]").wait_for()


class ByItsSystem:
    """Its own system takes each step and tells of it over the partner interface."""

    def __init__(self, hand: Phone, place: Served) -> None:
        self._page = hand.page
        self._place = place
        # What it has heard of us before each of its steps.
        self._deliveries = iter((1, 2, 2, 3, 4, 4))

    def returns(self, number: str, paper: str, reason: str) -> None:
        self._make(number, "return", papers=[PAPERS[paper]], reason=reason)

    def takes(self, number: str) -> None:
        self._make(number, "accept")

    def proposes(self, number: str, begins: str, ends: str) -> None:
        self._make(number, "survey", begins_at=f"{begins}:00+08:00", ends_at=f"{ends}:00+08:00")

    def replies(self, number: str, plan: str) -> None:
        self._make(number, "reply_plan", plan=plan)

    def energises(self, number: str, account: str) -> None:
        self._make(number, "energise", account=account)

    def _make(self, number: str, kind: str, **detail: object) -> None:
        self._page.wait_for_function(HEARD, arg=[number, next(self._deliveries)])
        address = f"{self._place.sandbox}/sandbox/grid/{number}"
        answer = httpx.put(address, json={"kind": kind, "detail": detail}, trust_env=False)
        (sent,) = answer.raise_for_status().json()["sent"]
        assert sent["status"] == 200, sent


@pytest.fixture(scope="module", params=[False, True], ids=["by hand", "by its system"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One of its own, for its clock will move; the partner interface off, and on."""
    folder = tmp_path_factory.mktemp("power")
    with served(folder, moving=True, grid=request.param, report_reuse_seconds=0) as place:
        yield place


@pytest.fixture
def administration(phones: Callable[[], Page], place: Served) -> Administration:
    return Administration(lambda login: Desk(phones(), place, login), place)


def ready(hand: Phone, label: str) -> None:
    """An owner who can act for their enterprise."""
    hand.take(label)
    hand.sign_in()
    hand.prove_name()
    hand.bind()


def check_oneself(hand: Phone) -> None:
    """Four questions, before anybody signs in."""
    hand.take("个体工商户")
    hand["entry-electricity"].click()
    hand["check-entry"].click()
    answers = {
        "business": "business-new",
        "premises": "no_title",
        "bad_record": "no",
        "bad_usage": "no",
    }
    for question, answer in answers.items():
        hand.page.locator(f"[data-test=check-{question}][value={answer}]").check()
    hand["check-submit"].click()
    hand.page.locator("[data-test=likely][data-proof=credit]").wait_for()
    assert "权属证明" not in hand["likely-papers"].inner_text()
    assert "工作日" in hand["likely-steps"].inner_text()


def resumed(first: Phone, second: Phone) -> None:
    """A draft begun on one phone goes on on another; the later of two is told, nothing is lost."""
    first.go("/electricity/new")
    first["wanted-next"].click()
    expect(first["fault-address"]).to_have_text("请填写用电地址。")
    first["wanted-capacity"].fill("很多")
    first["wanted-save"].click()
    first["fault-capacity"].wait_for()
    first["wanted-capacity"].fill("")
    first["wanted-address"].fill("样例路 8 号")
    first["wanted-save"].click()
    expect(first["lacking"]).to_contain_text("容量")
    first["application-fill"].click()
    first["wanted-use"].fill("仓储")

    second.take("个体工商户")
    second.sign_in()
    second.page.locator("[data-test=todo-item]", has_text="继续填写用电申请").click()
    second["application-fill"].click()
    expect(second["wanted-address"]).to_have_value("样例路 8 号")
    second.fill_in()
    second["wanted-next"].click()
    second["paper"].first.wait_for()
    expect(second["application-capacity"]).to_have_text("10 千瓦")

    first["wanted-save"].click()
    expect(first["changed-elsewhere"]).to_contain_text("便利店经营")
    expect(first["wanted-use"]).to_have_value("仓储")
    first["take-theirs"].click()
    expect(first["wanted-use"]).to_have_value("便利店经营")


def letter(hand: Phone, folder: Path) -> tuple[str, str]:
    """The promise code, and what the letter's QR code says."""
    hand["contents"].click()
    hand["application-promise"].click()
    code = hand["promise-code"].inner_text()
    hand["letter-download"].click(timeout=60_000)
    with hand.page.expect_download() as download:
        hand["letter-save"].click()
    file = folder / "letter.pdf"
    download.value.save_as(file)
    hand["to-application"].click()
    return code, decoded(file.read_bytes())


def state(hand: Phone) -> str:
    """As the page says now."""
    hand.page.reload()
    hand["application"].wait_for()
    return hand["application"].get_attribute("data-state") or ""


def supplied(hand: Phone, supplier: Supplier, number: str) -> None:
    """The supplier's steps, each seen on the phone, up to the power."""
    supplier.returns(number, "营业执照", "照片不清楚，请重新拍摄。")
    assert state(hand) == "returned"
    expect(hand["returned"]).to_contain_text("不清楚")
    hand["application-hand-in"].click()
    expect(hand["fault-paper-licence"].first).to_have_text("请上传营业执照。")
    hand.hand_in("licence")
    hand["application-hand-in"].click()
    hand.page.locator("[data-test=application][data-state=promise_signed]").wait_for()
    supplier.takes(number)
    # The page that lies open asks by itself.
    hand.page.locator("[data-test=application][data-state=accepted]").wait_for(timeout=60_000)
    assert hand["next"].get_attribute("data-due")
    supplier.proposes(number, *SURVEYED[0])
    assert state(hand) == "survey"
    expect(hand["survey-time"]).to_contain_text(f"{DAY.month}月{DAY.day}日 09:00")
    hand["survey-other"].click()
    hand["survey-wish"].fill("周二下午")
    hand["survey-wish-send"].click()
    expect(hand["survey-set"]).to_contain_text("周二下午")
    supplier.proposes(number, *SURVEYED[1])
    hand.go("/notices")
    hand["notice-item"].first.click()
    hand["survey-agree"].click()
    expect(hand["survey-set"]).to_contain_text("您已确认")
    supplier.replies(number, PLAN)
    assert state(hand) == "plan_replied"
    expect(hand["plan"]).to_have_text(PLAN)
    supplier.energises(number, ACCOUNT)
    assert state(hand) == "energised"
    expect(hand["new-account"]).to_have_text(ACCOUNT)
    assert hand["application-withdraw-open"].count() == 0


def order(office: Desk, code: str, what: str) -> None:
    office.go(f"/console/promises/{code}")
    office.page.get_by_label("需改正的内容").fill(what)
    office.page.get_by_label("改正期限（工作日）").fill("5")
    office.page.locator("[data-test=order]").click()
    office.page.locator("[data-test=promise][data-state=ordered]").wait_for()


def breach(hand: Phone) -> str:
    """As the application says now."""
    hand.page.reload()
    hand["application"].wait_for()
    return hand["breach"].get_attribute("data-breach") or ""


def found_broken(office: Desk, supervisor: Desk, code: str) -> None:
    """One proposes, another confirms."""
    page = office.page
    office.go(f"/console/promises/{code}")
    page.get_by_label("全部未履行").check()
    page.get_by_label("未履行内容").fill("经责令改正仍擅自转供电。")
    page.locator("[data-test=propose]").click()
    page.locator("[data-test=promise][data-state=proposed]").wait_for()
    supervisor.go(f"/console/promises/{code}")
    supervisor.page.locator("[data-test=confirm]").click()
    supervisor.page.locator("[data-test=promise][data-state=broken]").wait_for()


def test_an_owner_without_title_gets_power_breaks_the_promise_and_a_bank_reads_it(
    phones: Callable[[], Page], administration: Administration, place: Served, tmp_path: Path
) -> None:
    first, second = Phone(phones(), place), Phone(phones(), place)
    check_oneself(first)
    ready(first, "个体工商户")
    resumed(first, second)
    second.hand_in("licence", "devices")
    second.submit("report_ok")
    number = second.promise_application()
    code, address = letter(second, tmp_path)

    clerk = administration.man("yangfan", "杨帆", "供电局经办")
    supplier = ByItsSystem(second, place) if place.grid else ByHand(clerk)
    supplied(second, supplier, number)
    office = administration.man("hexiao", "何晓", "信用办")
    supervisor = administration.man("sunli", "孙丽", "督办")
    office.go(f"/console/electricity/{number}")
    seen = office.page.locator("[data-test=application]")
    assert seen.get_attribute("data-state") == "energised"
    assert office.page.locator("[data-test=energise]").count() == 0

    order(office, code, "停止转供电")
    assert breach(second) == "open"
    office.page.locator("[data-test=correct]").click()
    office.page.locator("[data-test=promise][data-state=signed]").wait_for()
    assert breach(second) == "corrected"
    order(office, code, "拆除转供电线路")
    assert office.page.locator("[data-test=propose]").count() == 0
    place.later(LATER)
    for desk in (office, supervisor):
        desk.later(LATER)
        desk.sign_in(at="/console")
    found_broken(office, supervisor, code)
    assert breach(second) == "confirmed"
    second["breach-promise"].click()
    second.page.locator("[data-test=promise][data-state=broken]").wait_for()
    second["breach-object"].wait_for()

    anybody = phones()
    anybody.goto(f"{place.api}/promises?q={code}")
    anybody.locator("[data-test=entries] a").click()
    expect(anybody.locator("[data-test=entry]")).to_contain_text("已认定违诺")
    anybody.goto(address)
    assert anybody.locator("[data-test=verdict]").get_attribute("data-status") == "revoked"
    assert anybody.locator("[data-test=number]").inner_text() == code
    assert "违诺" in anybody.locator("main").inner_text()


@pytest.mark.parametrize("place", [False], ids=["by hand"], indirect=True)
def test_who_is_blocked_is_told_why_and_goes_on_with_the_same_draft(
    phone: Page, place: Served
) -> None:
    place.later(timedelta())
    hand = Phone(phone, place)
    ready(hand, "严重失信主体名单")
    hand.begin_application()
    hand.hand_in("licence", "devices")
    hand["material-remove"].last.click()
    hand.page.locator("[data-paper=devices] .badge", has_text="还没有上传").wait_for()
    hand.hand_in("devices")
    hand.submit("report_blocked")
    reason = hand["reason"].first.inner_text()
    assert "失信" in reason
    assert "修复" in reason
    assert hand["reason-object"].first.is_visible()
    hand["application-ordinary"].click()
    hand.page.locator("[data-test=application][data-state=draft]").wait_for()
    assert hand["lacking"].count() == 0
    assert hand.page.locator("[data-paper=licence] .badge").inner_text() == "已上传"
    hand.hand_in("title_proof")
    hand.submit("identity_ok")
    hand["application-withdraw-open"].click()
    hand["application-withdraw-reason"].fill("铺面不租了")
    hand["application-withdraw"].click()
    hand.page.locator("[data-test=application][data-state=withdrawn]").wait_for()
    expect(hand["application-steps"]).to_contain_text("铺面不租了")
