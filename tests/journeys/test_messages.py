"""What a button leads to in WeChat is named before the tap, and chosen under 消息设置."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.phone import Phone
from tests.served import Served


@pytest.fixture
def hand(phones: Callable[[], Page], place: Served) -> Phone:
    return Phone(phones(), place)


def test_the_request_page_names_three_messages_and_wechat_is_asked_in_the_tap(hand: Phone) -> None:
    hand.take("经营异常名录")
    hand.sign_in()
    hand.prove_name()
    hand.bind()
    hand.go("/request")
    offers = hand["message-offer"]
    expect(offers).to_have_count(3)
    expect(offers.first).to_contain_text("报告办理结果通知")
    expect(offers.first).to_contain_text("还可发送 0 条")
    templates = [offer.get_attribute("data-template") for offer in offers.all()]
    assert all(template and len(template) == 43 for template in templates)
    hand.page.locator("[data-test=purpose][value=electricity]").check()
    hand["agree-credit-report"].check()
    hand["dev-subscribe"].evaluate("select => { select.value = 'ask' }")
    hand["dev-subscribe"].dispatch_event("change")
    hand["request-report"].click()
    hand["subscribe-accept"].click()
    hand["report-summary"].wait_for(timeout=60_000)


def test_a_person_chooses_ways_quiet_hours_and_the_digest(hand: Phone) -> None:
    hand.take("处罚已修复")
    hand.sign_in()
    hand.go("/me")
    hand["me-messages"].click()
    hand["way-objection"].select_option("digest")
    hand["quiet-begins"].fill("21:30")
    hand["digest-at"].fill("08:15")
    hand["message-settings-save"].click()
    expect(hand["message-settings-save"]).to_have_text("保存")
    hand.page.reload()
    expect(hand["way-objection"]).to_have_value("digest")
    expect(hand["quiet-begins"]).to_have_value("21:30")
    hand["quiet-ends"].fill("21:30")
    hand["message-settings-save"].click()
    expect(hand["fault-quiet"]).to_contain_text("不能是同一时刻")
