"""What the power company reported, on the phone: told, read, objected to."""

from playwright.sync_api import Page

from tests.journeys.phone import Phone
from tests.journeys.supplier import theft_reported
from tests.served import Served

WHO = "失信被执行人"


def test_theft_is_told_read_and_objected_to(phone: Page, place: Served) -> None:
    hand = Phone(phone, place)
    hand.take(WHO)
    hand.sign_in()
    hand.prove_name()
    hand.bind()
    record_id = theft_reported(place, WHO)
    hand.go("/my-data")
    hand["my-data-usage"].click()
    item = phone.locator(f"a[href='#/usage-records/{record_id}']")
    item.wait_for()
    while item.get_attribute("data-state") != "noticed":
        phone.reload()
        item.wait_for()
    item.click()
    hand["usage"].wait_for()
    assert "绕越计量装置用电" in hand["usage"].inner_text()
    assert hand["usage-object-by"].is_visible()
    hand["usage-reason"].fill("电表是供电局自己装的")
    hand["usage-object"].click()
    hand["usage-objection"].wait_for()
    assert hand["usage"].get_attribute("data-state") == "objected"
    assert hand["usage-reason"].count() == 0
    assert "答复" in hand["usage-steps"].inner_text()
