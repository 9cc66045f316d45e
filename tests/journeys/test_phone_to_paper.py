"""The main journey in a browser: from sign-in to a paper that proves itself, and its end."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Page

from adapters.documents import qr
from adapters.documents.keys import KeyMaterial, make_development_keys
from adapters.documents.maker import PaperPress, PaperSettings
from content.catalogue import load
from server.draw import now
from tests.journeys.phone import Phone, check_offline, decoded
from tests.served import Served


@pytest.fixture
def hand(phone: Page, place: Served) -> Phone:
    return Phone(phone, place)


def checked(page: Page, address: str) -> tuple[str, dict[str, int]]:
    """What the verification page says: its standing and its counts."""
    page.goto(address)
    standing = page.locator("[data-test=verdict]").get_attribute("data-status") or ""
    counts = {
        str(count.get_attribute("data-count")): int(count.inner_text())
        for count in page.locator("[data-count]").all()
    }
    return standing, counts


def printed_counts(pdf: bytes) -> dict[str, int]:
    """The eight counts as they stand on the first sheet."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    found = re.search(r"(行政管理(?:\s\S{2,4}){7})\s((?:\d+\s){8})", text)
    assert found, text
    return dict(zip(found[1].split(), map(int, found[2].split()), strict=True))


def test_from_sign_in_to_a_paper_that_proves_itself_until_it_is_revoked(
    hand: Phone, place: Served, tmp_path: Path
) -> None:
    pdf = hand.whole_way("守信经营的企业", tmp_path)
    assert pdf.startswith(b"%PDF-")
    address = decoded(pdf)
    assert address.startswith(f"{place.api}/v/")
    standing, counts = checked(hand.page, address)
    assert standing == "valid"
    assert len(counts) == 8
    check_offline(place, tmp_path / "report.pdf")

    hand.go("/reports")
    hand["report-item"].first.click()
    hand["revoke-entry"].click()
    hand["revoke-reason"].fill("用途变更")
    hand["revoke"].click()
    hand.page.locator("[data-test=report-state][data-state=revoked]").wait_for()
    assert checked(hand.page, address)[0] == "revoked"


def test_a_genuine_code_on_an_altered_paper_is_seen_by_its_counts(
    hand: Phone, place: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = hand.whole_way("轻微处罚一条", tmp_path)
    address = decoded(genuine)
    forged = without_penalties(genuine, address, place, tmp_path, monkeypatch)
    assert decoded(forged) == address

    standing, counts = checked(hand.page, decoded(forged))
    assert standing == "valid"
    assert printed_counts(genuine)["行政管理"] == counts["administration"]
    assert printed_counts(forged)["行政管理"] != counts["administration"]

    answer = httpx.post(f"{place.api}/v1/verification/files", files={"file": forged})
    assert answer.json()["status"] == "not_ours"
    answer = httpx.post(f"{place.api}/v1/verification/files", files={"file": genuine})
    assert answer.json()["status"] == "valid"


def without_penalties(
    pdf: bytes, address: str, place: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> bytes:
    """A forger's paper: the same report less its penalty, the genuine code, another seal."""
    attachment = pypdfium2.PdfDocument(pdf).get_attachment(0)
    snapshot = json.loads(bytes(attachment.get_data()))
    group = snapshot["sections"][1]["groups"][1]
    snapshot["counts"][0]["count"] -= len(group["records"])
    group["records"] = []
    templates = load(district="440104").templates
    keys = KeyMaterial.of(make_development_keys(folder / "forger"))
    monkeypatch.setattr(qr, "address", lambda **_: address)
    press = PaperPress(PaperSettings(templates=templates, keys=keys, public_url=place.api))
    with ThreadPoolExecutor(1) as beside:  # Playwright's loop runs in this thread
        made = beside.submit(
            press.make, snapshot=snapshot, code="x" * 22, check_code="ABCDEFGH", signed_at=now()
        )
        return made.result().pdf
