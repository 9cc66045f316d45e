"""Beside the phone: a person closes their WeChat account, and our API is told."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.phone import Phone
from tests.served import Served


def test_a_wechat_account_is_closed_and_the_api_is_told(
    phones: Callable[[], Page], place: Served
) -> None:
    phone = Phone(phones(), place)
    phone.page.goto(place.sandbox)
    phone["dev-strip"].click()
    phone["dev-cancel"].click()
    expect(phone.page.get_by_text("✓ 微信已通知后端")).to_be_visible()
