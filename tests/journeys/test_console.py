"""The console in a browser: the first administrators, another account, and a service closed."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from tests.journeys.desk import Desk, made
from tests.served import Served


@pytest.fixture
def desks(phones: Callable[[], Page], place: Served) -> Callable[[str], Desk]:
    return lambda login: Desk(phones(), place, login)


def test_from_the_command_line_to_a_service_closed(
    desks: Callable[[str], Desk], place: Served
) -> None:
    wang, li, he = desks("wang"), desks("liqiang"), desks("hexiao")
    wang.set_up(made(place, "wang", "王敏", "administrator"))
    li.set_up(made(place, "liqiang", "李强", "security_administrator"))
    wang.sign_in()
    wang.for_everyone()
    page = wang.page
    page.get_by_label("登录名").fill("he")
    page.get_by_label("姓名").fill("何晓")
    page.get_by_label("信用办").check()
    page.locator("[data-test=propose]").click()
    assert "“登录名”应为" in page.locator(".fault").inner_text()
    assert page.get_by_label("信用办").is_checked()
    page.get_by_label("登录名").fill("hexiao")
    page.locator("[data-test=propose]").click()
    row = "tr[data-login=hexiao]"
    page.locator(f"{row}[data-state=proposed]").wait_for()
    assert page.locator("[data-test=approve]").count() == 0

    li.sign_in()
    li.go("/console")
    li.page.locator("[data-test=awaiting] a").click()
    li.page.locator(f"{row} [data-test=approve]").click()
    release = li.page.locator("[data-test=release-code]").inner_text()
    page.reload()
    page.locator(f"{row} [data-test=invite]").click()
    address = page.locator("[data-test=invitation-address]").inner_text()

    he.set_up(address, release=release)
    he.sign_in(at="/console")
    he.for_everyone()
    he.go("/console/counter")
    he.go("/console/services")
    section = he.page.locator("[data-service=promises]")
    section.locator("input[name=sentence]").fill("系统升级，今晚恢复。")
    section.locator("[data-test=close]").click()
    he.page.locator("[data-service=promises][data-open=false]").wait_for()
    said = httpx.get(f"{place.api}/v1/start").json()["services"]
    assert next(one for one in said if one["code"] == "promises")["sentence"]
    section.locator("[data-test=open]").click()
    he.page.locator("[data-service=promises][data-open=true]").wait_for()
    he.page.get_by_label("按编号查找").fill("44010420260101000001")
    he.page.keyboard.press("Enter")
    he.page.locator("[data-test=none]").wait_for()
    he.for_everyone()
    he.page.locator("[data-test=sign-out]").click()
    he.page.goto(f"{place.api}/console")
    he.page.wait_for_url("**/console/sign-in*")


def test_the_auditor_searches_the_log_on_a_screen_of_any_width(
    desks: Callable[[str], Desk], place: Served
) -> None:
    sun = desks("sunyue")
    sun.set_up(made(place, "sunyue", "孙悦", "security_auditor"))
    sun.sign_in(at="/console/audit")
    sun.for_everyone()
    page = sun.page
    page.get_by_label("操作人").fill("sunyue")
    page.locator("[data-test=search]").click()
    page.locator("[data-event]").first.wait_for()
    sun.for_everyone()
    page.locator("[data-event] a").first.click()
    page.locator("[data-proof]").wait_for()
    sun.for_everyone()
