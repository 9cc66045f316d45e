"""Desks of the staff in a browser, and how they come to be manned."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pyotp
from playwright.sync_api import Page, ViewportSize

from tests.forked import run_forked
from tests.journeys.axe import faults
from tests.served import Served
from tests.staffing import PASSWORD, STEP


class Desk:
    """One member of the staff at a screen."""

    def __init__(self, page: Page, place: Served, login: str) -> None:
        self.page = page
        self.place = place
        self.login = login
        self.totp = ""
        self.step = 0
        page.set_viewport_size(ViewportSize(width=1200, height=800))

    def set_up(self, address: str, *, release: str = "") -> None:
        """Password and one-time codes, from the address that was handed over."""
        self.page.goto(address)
        self.for_everyone()
        self.totp = self.page.locator("[data-test=totp-secret]").inner_text()
        if release:
            self.page.get_by_label("批准码").fill(release)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.get_by_label("再输一次").fill(PASSWORD)
        self.step = int(time.time()) // STEP - 1
        self.page.get_by_label("动态码").fill(self.code())
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/console/sign-in")

    def sign_in(self, *, at: str = "/console/staff") -> None:
        """With the keyboard alone; what was asked for is opened then."""
        self.page.goto(f"{self.place.api}{at}")
        self.page.locator("#login:focus").wait_for()
        for text in (self.login, PASSWORD, self.code()):
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        self.page.locator("[data-test=me]").wait_for()
        assert self.page.url == f"{self.place.api}{at}"

    def later(self, by: timedelta) -> None:
        """The clock of the server has moved on: the session is over, its codes are others."""
        self.step = int(time.time() + by.total_seconds()) // STEP - 1
        self.page.context.clear_cookies()

    def code(self) -> str:
        """Of the next step: none is good twice."""
        self.step += 1
        return pyotp.TOTP(self.totp).generate_otp(self.step)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.place.api}{path}")
        self.for_everyone()

    def for_everyone(self) -> None:
        """Nothing serious by axe-core, wide or narrow."""
        assert faults(self.page) == []
        self.page.set_viewport_size(ViewportSize(width=320, height=800))
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0
        self.page.set_viewport_size(ViewportSize(width=1200, height=800))


def made(place: Served, login: str, name: str, role: str) -> str:
    """The address that the command prints."""
    env = {
        "CREDIT_MONGO_URI": place.mongo_uri,
        "CREDIT_KEYS_FOLDER": str(place.folder / "keys"),
        "CREDIT_PUBLIC_URL": place.api,
    }
    told = run_forked("staff", "add", login, name, "--role", role, env=env)
    assert told.returncode == 0, told.stderr
    found = re.search(r"http\S+", told.stdout)
    assert found, told.stdout
    return found[0]


class Administration:
    """Two administrators, who man every other desk: one proposes, the other approves."""

    def __init__(self, desks: Callable[[str], Desk], place: Served) -> None:
        self._desks = desks
        self._one, self._other = desks("zhangwei"), desks("chenjing")
        self._one.set_up(made(place, "zhangwei", "张伟", "administrator"))
        self._other.set_up(made(place, "chenjing", "陈静", "security_administrator"))
        self._one.sign_in()
        self._other.sign_in()

    def man(self, login: str, name: str, role: str, *, at: str = "/console") -> Desk:
        """The desk of a new colleague with this role, signed in."""
        page, row = self._one.page, f"tr[data-login={login}]"
        self._one.go("/console/staff")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("姓名").fill(name)
        page.get_by_label(role, exact=True).check()
        page.locator("[data-test=propose]").click()
        page.locator(f"{row}[data-state=proposed]").wait_for()
        self._other.go("/console/staff")
        self._other.page.locator(f"{row} [data-test=approve]").click()
        release = self._other.page.locator("[data-test=release-code]").inner_text()
        page.reload()
        page.locator(f"{row} [data-test=invite]").click()
        desk = self._desks(login)
        desk.set_up(page.locator("[data-test=invitation-address]").inner_text(), release=release)
        desk.sign_in(at=at)
        return desk
