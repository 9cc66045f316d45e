"""Every page is for everyone: axe-core finds nothing serious, and nothing needs sideways scrolling.

To add a page, add its line to ``PHONE`` or ``HTML``; ``{…}`` are what ``made`` has made.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize

from tests.journeys.axe import faults
from tests.journeys.browsers import LEAVE, THERE
from tests.journeys.cinema import brought
from tests.journeys.phone import Phone, decoded
from tests.journeys.supplier import theft_reported
from tests.served import ROOT, Served

# Pages of the phone, as an enterprise's representative sees them.
PHONE = [
    "/",
    "/sign-in",
    "/agreements/privacy",
    "/verify",
    "/closed/shares",
    "/counter",
    "/real-name",
    "/face?check=x&ticket=x",
    "/phone",
    "/enterprises",
    "/request",
    "/reports",
    "/reports/{report}",
    "/reports/{certificate}",
    "/reports/{own}",
    "/reports/{report}/revoke",
    "/reports/{report}/shares",
    "/reports/{report}/object?record=x&title=样例",
    "/objections",
    "/objections/{objection}",
    "/usage-records",
    "/usage-records/{usage}",
    "/electricity",
    "/electricity/check",
    "/electricity/new",
    "/electricity/{power_draft}",
    "/electricity/{power_draft}/fill",
    "/electricity/{power}",
    "/electricity/{power_signed}",
    "/promises",
    "/promises/new/electricity",
    "/promises/{draft}",
    "/promises/{promise}",
    "/tickets",
    "/tickets/new",
    "/tickets/new?item=credit-report-service",
    "/tickets/{ticket}",
    "/tickets/{ticket}/rating",
    "/tickets/{ticket}/complaint",
    "/lectures",
    "/lectures?q=信用修复",
    "/lectures/mine",
    "/lectures/{lecture}",
    "/lectures/{lecture}/replay",
    "/certificates",
    "/staff_binding",
    "/delegations",
    "/delegations/new",
    "/invitation",
    "/invitation/accepted",
    "/consents",
    "/looks",
    "/my-data",
    "/exports",
    "/texts/{text}",
    "/collected",
    "/shared",
    "/notices",
    "/message-settings",
    "/sessions",
    "/erasure",
    "/erased/{erasure}",
    "/me",
]

# Pages of the back end.
HTML = [
    "/v/",
    "/v/{code}",
    "/v/{own_code}",
    "/v/AAAAAAAAAAAAAAAAAAAAAA",
    "/s/{share}",
    "/o/{opening}",
    "/o/{certificate_opening}",
    "/docs",
    "/privacy/collected",
    "/privacy/shared",
    "/s/AAAAAAAAAAAAAAAAAAAAAA",
    "/promises",
    "/promises/{promise_code}",
    "/v/{letter_code}",
    "/console/sign-in",
]

TOUCH = 44
# Only of the interface's document can there be more: hundreds, all made alike.
TO_OPEN = 30 if os.environ.get("CREDIT_TEST_PROFILE") == "ci" else 10_000
OPEN_ALL = f"""[...document.querySelectorAll('details')].slice(0, {TO_OPEN})
  .forEach((each) => {{ each.open = true; }})"""
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
LETTERS = """({ percent, larger }) => {
  const root = document.documentElement;
  root.style.fontSize = percent === 100 ? "" : `${percent}%`;
  if (larger) root.dataset.type = "large"; else delete root.dataset.type;
}"""
SMALL = f"""[...document.querySelectorAll(
    "#phone :is(a, button, select, textarea, summary, input:not([type=checkbox], [type=radio])),"
    + "#phone label:has(input)")]
  .filter((each) => each.checkVisibility() && !each.matches("p > a"))
  .filter((each) => each.getBoundingClientRect().height < {TOUCH} - 0.5)
  .map((each) => each.outerHTML.slice(0, 120))"""


class Reader:
    """Somebody at a screen: how wide it is, and how large their letters are."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()

    def open(self, url: str) -> None:
        """Within the phone from page to page, as people go, without loading all of it anew."""
        self.page.evaluate(LEAVE, url)
        self.page.goto(url)
        self.page.locator(THERE).wait_for()
        for _ in range(3):  # what opens may hold more to open
            self.page.evaluate(OPEN_ALL)
            self.page.wait_for_timeout(50)

    def look(self, *, width: int = 375, percent: int = 100, larger: bool = False) -> None:
        """``percent`` is the text size of the browser, ``larger`` the switch of the phone page."""
        self.page.set_viewport_size(ViewportSize(width=width, height=812))
        self.page.evaluate(LETTERS, {"percent": percent, "larger": larger})

    def faults(self) -> list[str]:
        """What axe-core finds serious, and where."""
        return faults(self.page)

    def overflow(self) -> int:
        """Pixels that stand out to the side."""
        whole, seen = self.page.evaluate(WIDTHS)
        return int(whole - seen)


@dataclass(frozen=True)
class Made:
    """What the pages are about, and where the phone was left."""

    state: StorageState
    names: dict[str, str]


def opened(hand: Phone, bank: Page, report: str, prefix: str) -> dict[str, str]:
    """The report is shared, and a bank opens it."""
    share = hand.share(report, "某某银行越秀支行", "经营贷款")
    bank.goto(share)
    bank.locator("input[name=name]").fill("某某银行 张三")
    bank.locator("main form button").click()
    bank.wait_for_url("**/o/*")
    return {
        f"{prefix}share": share.split("/")[-1],
        f"{prefix}opening": bank.url.split("/")[-1],
    }


def promised(hand: Phone, folder: Path) -> dict[str, str]:
    """A promise that is signed, and a draft of another."""
    hand.fill_promise()
    hand.sign_promise()
    code = hand["promise-code"].inner_text()
    names = {"promise": hand.report_id, "promise_code": code}
    hand["letter-download"].click(timeout=60_000)
    with hand.page.expect_download() as download:
        hand["letter-save"].click()
    download.value.save_as(folder / "letter.pdf")
    letter = decoded((folder / "letter.pdf").read_bytes())
    names["letter_code"] = letter.partition("#")[0].split("/")[-1]
    hand.fill_promise()
    return {**names, "draft": hand.report_id}


def applied(hand: Phone) -> dict[str, str]:
    """Applications for electricity: a draft with a paper, one to be promised, one promised."""
    names = {}
    for name in ("power_draft", "power", "power_signed"):
        hand.begin_application()
        hand.hand_in("licence")
        names[name] = hand.report_id
        if name != "power_draft":
            hand.hand_in("devices")
            hand.submit("report_ok")
    hand.promise_application()
    return names


@pytest.fixture(scope="module")
def made(browser: Browser, place: Served, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A representative with a report, a share opened by a bank, an invitation and an objection."""
    context = browser.new_context(viewport=ViewportSize(width=375, height=812), locale="zh-CN")
    context.set_default_timeout(15_000)
    hand = Phone(context.new_page(), place)
    folder = tmp_path_factory.mktemp("papers")
    paper = hand.whole_way("A 级纳税人与多项荣誉", folder)
    names = {"report": hand.report_id, "code": decoded(paper).split("/")[-1]}
    names["objection"] = hand.object("registration", "登记的住所已经变更。")
    hand.invite("王小明", "13800138099")
    names |= opened(hand, context.new_page(), names["report"], "")
    names["certificate"] = hand.request(agreeing=False, edition="no-violation")
    names |= opened(hand, context.new_page(), names["certificate"], "certificate_")
    names |= applied(hand)
    hand.go("/")
    hand["quick-self"].click()
    hand["agree-credit-report"].check()
    hand["request-report"].click()
    hand["report-summary"].wait_for(timeout=60_000)
    names["own"] = hand.report_id
    names["own_code"] = decoded(hand.download(folder)).split("/")[-1]
    names |= promised(hand, folder)
    names["ticket"] = hand.ask("怎样修复信用？")
    names["usage"] = theft_reported(place, "A 级纳税人与多项荣誉")
    names["lecture"] = brought(place, tmp_path_factory.mktemp("lecture"))
    names["text"] = hand.text_of("credit-report")
    hand.export(folder)
    made = Made(state=context.storage_state(), names=names)
    context.close()
    left = browser.new_context(viewport=ViewportSize(width=375, height=812), locale="zh-CN")
    names["erasure"] = Phone(left.new_page(), place).leave("什么都没有的居民")
    left.close()
    return made


@pytest.fixture(scope="module")
def reader(browser: Browser, made: Made) -> Iterator[Reader]:
    context = browser.new_context(storage_state=made.state, locale="zh-CN")
    context.set_default_timeout(15_000)
    yield Reader(context)
    context.close()


def test_every_page_of_the_phone_is_listed() -> None:
    pages = re.findall(r'path: "([^"]+)"', (ROOT / "sandbox/phone/pages.js").read_text("utf-8"))
    patterns = [re.sub(r":\w+", "[^/]+", page) for page in pages]
    listed = [path.partition("?")[0] for path in PHONE]
    assert [one for one in patterns if not any(re.fullmatch(one, path) for path in listed)] == []
    assert len(pages) > 20


@pytest.mark.parametrize("path", PHONE)
def test_a_page_of_the_phone_is_for_everyone(
    path: str, reader: Reader, made: Made, place: Served
) -> None:
    reader.open(f"{place.sandbox}/#{path.format(**made.names)}")
    assert reader.page.locator("[data-test=problem]").count() == 0
    for larger in (False, True):
        reader.look(larger=larger)
        assert reader.faults() == []
        assert reader.page.evaluate(SMALL) == []
        reader.look(width=320, larger=larger)
        assert reader.overflow() <= 0
    reader.look(percent=200)
    assert reader.overflow() <= 0
    reader.look(percent=200, width=320)
    assert reader.overflow() <= 0


@pytest.mark.parametrize("path", HTML)
def test_a_page_of_the_back_end_is_for_everyone(
    path: str, reader: Reader, made: Made, place: Served
) -> None:
    reader.open(f"{place.api}{path.format(**made.names)}")
    reader.look()
    assert reader.faults() == []
    reader.look(width=320)
    assert reader.overflow() <= 0
    reader.look(percent=200)
    assert reader.overflow() <= 0
    reader.look(percent=200, width=320)
    assert reader.overflow() <= 0


def test_larger_type_is_there_before_the_first_paint_of_every_visit(
    phone: Page, place: Served
) -> None:
    phone.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        " window.early = document.documentElement.dataset.type; })"
    )
    phone.goto(place.sandbox)
    switch = phone.locator("[data-test=larger-type]")
    usual = switch.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")
    switch.click()
    assert switch.get_attribute("aria-checked") == "true"
    for _ in range(2):
        phone.reload()
        assert phone.evaluate("window.early") == "large"
        larger = switch.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")
        assert larger >= 1.2 * usual
    switch.click()
    phone.reload()
    assert phone.evaluate("window.early ?? ''") == ""
