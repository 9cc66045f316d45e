"""Erasing in a browser: what stays is read before, the word is typed, a bank still verifies."""

from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.phone import Phone, decoded
from tests.served import Served


def test_a_person_erases_the_account_and_a_bank_still_verifies_the_paper(
    phone: Page, place: Served, tmp_path: Path
) -> None:
    hand = Phone(phone, place)
    paper = hand.whole_way("刚刚成立的企业", tmp_path)
    hand.go("/me")
    hand["me-erasure"].click()
    rules = hand["erasure-rule"]
    rules.first.wait_for()
    assert "《网络安全法》" in "".join(rules.all_inner_texts())
    hand["erase-confirm"].fill("注 销")
    hand["erase"].click()
    hand["fault-confirm"].wait_for()
    number = hand.erase()
    assert number.startswith("ZX")
    phone.goto(decoded(paper))
    assert "请核对纸面上的编号" in phone.inner_text("main")
    hand.go("/")
    hand["sign-in-entry"].wait_for()
    hand.go(f"/erased/{number}")
    hand["erasure-state"].wait_for()
    assert (
        "清除" in hand["erasure-state"].inner_text() or "完成" in hand["erasure-state"].inner_text()
    )
    hand.go("/")
    hand.sign_in()
    hand.go("/me")
    assert "未认证" in hand["me-name"].inner_text()
