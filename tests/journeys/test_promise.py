"""A promise on the phone: read, filled in, signed with one's face, printed, checked, taken back."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page

from adapters.documents.evidence import verify
from tests.journeys.phone import Phone, decoded
from tests.served import Served


@pytest.fixture
def hand(phone: Page, place: Served) -> Phone:
    return Phone(phone, place)


def ready(hand: Phone, label: str) -> None:
    """An owner who can act for their enterprise."""
    hand.take(label)
    hand.sign_in()
    hand.prove_name()
    hand.bind()


def test_an_owner_signs_a_promise_and_anybody_can_check_it(
    hand: Phone, place: Served, tmp_path: Path
) -> None:
    ready(hand, "个体工商户")
    hand.fill_promise()
    hand["eligible"].wait_for()
    agreed = hand["publication-text"].inner_text()
    hand["promise-sign"].click()
    hand.sign_promise(failing=True)
    hand["face-again"].click()
    hand.sign_promise()
    code = hand["promise-code"].inner_text()
    hand["letter-download"].click(timeout=60_000)
    with hand.page.expect_download() as download:
        hand["letter-save"].click()
    file = tmp_path / "letter.pdf"
    download.value.save_as(file)
    address = decoded(file.read_bytes())
    assert code in "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file.read_bytes())
    )
    hand["evidence-download"].click()
    with hand.page.expect_download() as download:
        hand["evidence-save"].click()
    download.value.save_as(tmp_path / "evidence.zip")
    report = verify.verify((tmp_path / "evidence.zip").read_bytes())
    assert report.good, report.lines
    assert code in download.value.suggested_filename

    page = hand.page
    here = page.url
    page.goto(address)
    assert page.locator("[data-test=verdict]").get_attribute("data-status") == "valid"
    assert page.locator("[data-test=number]").inner_text() == code
    page.goto(f"{place.api}/promises?q={code}")
    page.locator("[data-test=entries] a").click()
    for line in page.locator("[data-test=entry] dd").all_inner_texts()[4:]:
        assert " ".join(line.split()) in " ".join(agreed.split())

    page.goto(here)
    hand["promise-withdraw-open"].click()
    hand["promise-withdraw-reason"].fill("已办妥产权证明")
    hand["promise-withdraw"].click()
    page.locator("[data-test=promise][data-state=withdrawn]").wait_for()
    page.goto(address)
    assert page.locator("[data-test=verdict]").get_attribute("data-status") == "revoked"


def test_who_is_not_eligible_is_told_why_and_can_object(hand: Phone) -> None:
    ready(hand, "严重失信主体名单")
    hand.fill_promise()
    hand["not-eligible"].wait_for()
    assert hand["promise-sign"].count() == 0
    hand["reason-object"].first.click()
    hand["objection-reason"].fill("该名单记录已经移出，仍在展示。")
    hand["objection-submit"].click()
    hand["objection"].wait_for()


def test_what_was_promised_to_follow_is_said_to_be_handed_in(hand: Phone) -> None:
    ready(hand, "生僻字姓名与名称")
    hand.go("/promises/new/materials-later")
    hand["promise-item"].fill("食品经营许可")
    hand["promise-material"].fill("场所平面图")
    hand.page.get_by_label("可向社会公开").check()
    hand["agree-credit-report"].check()
    hand["promise-draft"].click()
    hand["promise"].wait_for(timeout=60_000)
    hand.sign_promise()
    signed = hand["promise-code"].inner_text()
    today = f"{signed[6:10]}-{signed[10:12]}-{signed[12:14]}"
    hand["handing-in"].click()
    hand["fault-on"].wait_for()
    hand["handing-in-on"].fill(today)
    hand["handing-in-note"].fill("平面图已交 3 号窗口")
    hand["handing-in"].click()
    hand["promise-steps"].get_by_text("平面图已交 3 号窗口").wait_for()
    assert hand["handing-in"].count() == 0
