"""What is mine, in a browser: who looked, all of it taken along, taken back, and gone."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
from playwright.sync_api import Browser, Page

from tests.journeys.phone import Phone, check_offline, decoded, open_share
from tests.served import Served

SUBJECT = "处罚公示期已满"
ENTERPRISE = "广州麓湖样例汽车服务有限公司"
AGENT, AGENT_NAME, AGENT_PHONE = "医院（事业单位）", "温岚", "13800138022"
BANK, OPENER, LOAN = "越秀样例银行", "越秀样例银行 信贷部", "贷款审批"
ARCHIVED = {"index.html", "data.json"}
ERASED = "ZX"


def test_the_subject_sees_who_looked_takes_it_all_along_and_a_bank_still_verifies(
    phones: Callable[[], Page], browser: Browser, place: Served, tmp_path: Path
) -> None:
    subject, agent = Phone(phones(), place), Phone(phones(), place)
    paper = subject.whole_way(SUBJECT, tmp_path)
    link = subject.share(subject.report_id, BANK, LOAN)
    read_as_agent(agent, invited_by=subject)
    bank = browser.new_context(locale="zh-CN").new_page()
    open_share(bank, link, OPENER)

    told = looks(subject)
    assert LOAN in told["recipient"]
    assert OPENER in told["recipient"]
    assert AGENT_NAME[:1] in told["agent"]
    assert "办理用电" in told["agent"]
    for kind in ("recipient", "agent"):
        assert re.search(r"\d{4}年\d+月\d+日 \d\d:\d\d", told[kind]), told[kind]
        assert "依据：" in told[kind]

    exported = ZipFile(BytesIO(subject.export(tmp_path)))
    assert set(exported.namelist()) > ARCHIVED
    data = json.loads(exported.read("data.json"))
    page = exported.read("index.html").decode()
    for said in (ENTERPRISE, OPENER, LOAN):
        assert said in page
        assert said in json.dumps(data, ensure_ascii=False)
    assert paper in [exported.read(name) for name in exported.namelist() if name.endswith(".pdf")]

    withdraw(subject, "credit-report")
    answer = bank.goto(link)
    assert answer
    assert answer.status == 410
    assert subject.erase().startswith(ERASED)

    check_as_bank(bank, place, paper, tmp_path)
    bank.context.close()


def read_as_agent(agent: Phone, *, invited_by: Phone) -> None:
    """Somebody who acts for the enterprise asks for its report and reads it."""
    code = invited_by.invite(AGENT_NAME, AGENT_PHONE)
    agent.take(AGENT)
    agent.sign_in()
    agent.prove_name()
    agent.bind_phone()
    agent.accept(code)
    agent.request(agreeing=False)


def looks(phone: Phone) -> dict[str, str]:
    """From my data: what each kind of person who looked did, as it is told."""
    phone.go("/my-data")
    phone["my-data-looks"].click()
    items = phone["look-item"]
    items.first.wait_for()
    return {str(one.get_attribute("data-who-kind")): one.inner_text() for one in items.all()}


def withdraw(phone: Phone, agreement: str) -> None:
    phone.go("/consents")
    item = phone.page.locator(f"[data-test=consent-item][data-agreement={agreement}]").first
    item.locator("[data-test=withdraw]").click()
    item.locator("[data-test=withdrawn]").wait_for()


def check_as_bank(page: Page, place: Served, paper: bytes, folder: Path) -> None:
    """By code, by number and check code, by file, and without asking us at all."""
    page.goto(decoded(paper))
    by_code = verdict(page)
    printed = "\n".join(
        sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(paper)
    )
    number = re.search(r"报告编号 ([0-9A-Z]{22})", printed)
    check_code = re.search(r"校 验 码 ([0-9A-Z]{4} [0-9A-Z]{4})", printed)
    assert number, printed
    assert check_code, printed
    page.goto(f"{place.api}/v/")
    page.locator("#number").fill(number[1])
    page.locator("#check_code").fill(check_code[1])
    page.get_by_role("button", name="核验", exact=True).click()
    by_number = verdict(page)
    page.goto(f"{place.api}/v/")
    page.locator("#file").set_input_files(folder / "report.pdf")
    page.get_by_role("button", name="上传核验").click()
    assert [by_code, by_number, verdict(page)] == ["valid"] * 3
    check_offline(place, folder / "report.pdf")


def verdict(page: Page) -> str:
    return page.locator("[data-test=verdict]").get_attribute("data-status") or ""
