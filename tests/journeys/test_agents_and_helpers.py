"""Acting for others in a browser: an agent, a bank, an elder's helper, and how each ends."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.phone import Phone, open_share
from tests.served import Served

AGENT = ("简佩珊", "13800138029")
HELPER = ("查理安", "13800138019")
ELDER = ("容婉清", "440104198706230545")


@pytest.fixture
def hands(phones: Callable[[], Page], place: Served) -> Callable[[], Phone]:
    """A phone for each who takes part."""
    return lambda: Phone(phones(), place)


def looks(phone: Phone) -> list[tuple[str, str]]:
    phone.go("/looks")
    items = phone["look-item"]
    items.first.wait_for()
    return [
        (str(one.get_attribute("data-who-kind")), str(one.get_attribute("data-action")))
        for one in items.all()
    ]


def test_an_agent_fetches_a_report_and_shares_it_until_the_representative_withdraws(
    hands: Callable[[], Phone], browser: Browser
) -> None:
    representative, agent = hands(), hands()
    representative.take("社会组织")
    representative.sign_in()
    representative.prove_name()
    representative.bind()
    representative.invite(*AGENT, agreeing=True)
    mini_link = representative.mini_link()

    agent.take("接任的法定代表人")
    agent.sign_in()
    agent.prove_name()
    agent.bind_phone()
    agent.page.goto(mini_link)
    agent["invitation-accept"].click()
    agent["invitation-accepted"].wait_for()
    report = agent.request(agreeing=False)
    link = agent.share(report, "越秀样例银行", "贷款审批")

    bank = browser.new_context(locale="zh-CN").new_page()
    opening = open_share(bank, link, "越秀样例银行 信贷部")
    assert "广州市越秀区样例餐饮行业协会" in bank.inner_text("main")

    seen = looks(representative)
    assert ("agent", "read") in seen
    assert ("recipient", "share_read") in seen

    representative.go("/delegations")
    representative["end-delegation-open"].click()
    representative["end-delegation"].click()
    representative.page.locator("[data-test=delegation-item][data-state=withdrawn]").wait_for()
    for address in (link, opening):
        answer = bank.goto(address)
        assert answer
        assert answer.status == 410
    bank.context.close()
    agent.go(f"/reports/{report}")
    agent["problem"].wait_for()
    agent.go("/")
    agent["subject-current"].wait_for()
    assert "广州市越秀区样例" not in agent["subject-current"].inner_text()


def test_an_elders_helper_follows_and_the_elder_changes_phone_and_wechat(
    hands: Callable[[], Phone],
) -> None:
    elder, helper = hands(), hands()
    elder.take("守信的居民")
    elder.sign_in()
    elder.prove_name()
    report = elder.request(agreeing=True)
    code = elder.invite(*HELPER)

    helper.take("什么都没有的居民")
    helper.sign_in()
    helper.prove_name()
    helper.bind_phone()
    helper.accept(code)
    helper.go("/reports")
    helper["report-item"].wait_for()
    helper["report-item"].click()
    helper["report-state"].wait_for()

    moved = hands()
    moved.take("机关单位")
    moved.sign_in()
    moved.prove_name(*ELDER)
    moved.go(f"/reports/{report}")
    moved["report-summary"].wait_for()
    moved.go("/delegations")
    moved["delegation-item"].wait_for()

    elder.go("/reports")
    elder["go-sign-in"].wait_for()
    helper.go(f"/reports/{report}")
    helper["report-state"].wait_for()
