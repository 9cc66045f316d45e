"""How short the way to a report is, and that a slow and lossy network does not end it."""

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.phone import Phone
from tests.proof import Proof
from tests.served import Served

COUNT = """
window.sessionStorage.taps ??= 0;
document.addEventListener("click", (event) => {
  if (event.isTrusted && event.target.closest("#phone")) window.sessionStorage.taps++;
}, true);
document.addEventListener("input", (event) => {
  if (!event.target.matches("#phone :is(input[type=text], input:not([type]), textarea)")) return;
  window.sessionStorage.typed = `${window.sessionStorage.typed ?? ""} ${event.target.id}`;
}, true);
"""
KILOBITS = 300
ROUND_TRIP = 150
ONE_IN = 20


@pytest.fixture
def counted(phone: Page, place: Served) -> Phone:
    """A phone that counts what is tapped and where something is typed."""
    phone.add_init_script(COUNT)
    return Phone(phone, place)


def taps(phone: Phone) -> int:
    return int(phone.page.evaluate("window.sessionStorage.taps"))


def typed(phone: Phone) -> set[str]:
    return set(str(phone.page.evaluate("window.sessionStorage.typed ?? ''")).split())


def test_a_newcomer_types_name_and_id_number_only_and_three_taps_make_a_report(
    counted: Phone, proof: Proof
) -> None:
    counted.take("有失信记录的居民")
    counted.sign_in()
    counted["quick-self"].click()
    counted.prove_name()
    counted.go("/")
    counted["quick-self"].wait_for()
    before = taps(counted)
    counted["quick-self"].click()
    counted["agree-credit-report"].check()
    counted["request-report"].click()
    counted["report-summary"].wait_for(timeout=60_000)
    assert taps(counted) - before <= 3
    assert typed(counted) == {"field-name", "field-id_number"}
    proof("taps from home to a ready report of a verified person", taps(counted) - before, "ready")


def test_three_taps_make_a_report_of_the_enterprise(counted: Phone, proof: Proof) -> None:
    counted.take("一般处罚一条")
    counted.sign_in()
    counted.prove_name()
    counted.bind()
    counted.go("/")
    counted["quick-enterprise"].wait_for()
    before = taps(counted)
    counted["quick-enterprise"].click()
    counted["agree-credit-report"].check()
    counted["request-report"].click()
    counted["report-summary"].wait_for(timeout=60_000)
    assert taps(counted) - before <= 3
    proof("taps from home to a ready report of the enterprise", taps(counted) - before, "ready")


def slow(page: Page) -> list[str]:
    """From now on 300 kbit/s; one request in twenty is lost, on the way or on the way back."""
    client = page.context.new_cdp_session(page)
    speed = KILOBITS * 1000 / 8
    conditions = {
        "offline": False,
        "latency": ROUND_TRIP,
        "downloadThroughput": speed,
        "uploadThroughput": speed,
    }
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", conditions)
    seen: list[str] = []

    def meddle(route: Route) -> None:
        seen.append(route.request.url)
        if (len(seen) + ONE_IN // 2) % ONE_IN:
            route.continue_()
            return
        if len(seen) % (2 * ONE_IN) > ONE_IN:
            route.fetch()  # It reaches the server; the answer is lost.
        route.abort()

    page.route("**/backend/**", meddle)
    return seen


def test_at_300_kbit_with_one_request_in_twenty_lost_it_still_finishes(
    counted: Phone, proof: Proof
) -> None:
    counted.page.set_default_timeout(120_000)
    counted.take("严重处罚一条")
    seen = slow(counted.page)
    counted.sign_in()
    counted.prove_name()
    counted.bind()
    counted.request()
    counted.go("/reports")
    counted["report-item"].wait_for()
    lost = (len(seen) + ONE_IN // 2) // ONE_IN
    assert lost >= 2, f"only {len(seen)} requests"
    assert counted["report-item"].count() == 1
    proof("requests of a journey at 300 kbit/s, one in 20 lost", len(seen), "finished")
