"""Checking papers of the other editions: what a stranger's QR scan may tell of a person."""

import html
from datetime import date, timedelta

import pytest
from tornado.ioloop import IOLoop

from tests.cast import Cast
from tests.paper import Paper, print_report

JUDGMENT = {"case_number": "（2025）粤0104执8861号", "published_on": "@date-200"}
PERIOD = {
    "from": (date.today() - timedelta(days=300)).isoformat(),  # noqa: DTZ011 - any day will do
    "until": (date.today() - timedelta(days=5)).isoformat(),  # noqa: DTZ011 - same
}


@pytest.fixture
def persons(io_loop: IOLoop, cast: Cast) -> Paper:
    """A person's paper."""

    async def printed() -> Paper:
        person = await cast.resident(name="屈振东", own={"judgments": [JUDGMENT]})
        await person.for_oneself()
        return await print_report(person)

    return io_loop.run_sync(printed)


async def test_a_scan_of_a_persons_paper_tells_no_counts(persons: Paper, cast: Cast) -> None:
    answer = (await cast.client.get(f"/v1/verification/{persons.code}")).json()
    assert (answer["status"], answer["counts"], answer["counts_withheld"]) == ("valid", [], True)
    assert answer["subject"] == "屈**"
    assert answer["edition"] == "person-full"
    assert "校验码" in answer["status_text"]


async def test_number_and_check_code_tell_a_persons_counts(persons: Paper, cast: Cast) -> None:
    typed = {"number": persons.report["number"], "check_code": persons.check_code}
    answer = (await cast.client.post("/v1/verification", json=typed)).json()
    assert answer["counts_withheld"] is False
    assert {one["code"]: one["count"] for one in answer["counts"]}["judgments"] == 1


async def test_the_file_tells_a_persons_counts(persons: Paper, cast: Cast) -> None:
    files = {"file": ("report.pdf", persons.pdf, "application/pdf")}
    answer = (await cast.client.post("/v1/verification/files", files=files)).json()
    assert answer["counts_withheld"] is False
    assert len(answer["counts"]) == 7


async def test_the_page_asks_for_the_check_code_with_the_number_filled_in(
    persons: Paper, cast: Cast
) -> None:
    page = (await cast.client.get(f"/v/{persons.code}")).text
    assert "data-count" not in page
    assert 'data-test="withheld"' in page
    assert f'value="{persons.report["number"]}"' in page
    assert "屈振东" not in html.unescape(page)
    form = {"number": persons.report["number"], "check_code": persons.check_code}
    page = (await cast.client.post("/v/", data=form)).text
    assert 'data-count="judgments">1<' in page
    assert 'value=""' in page
    form = {"number": persons.report["number"], "check_code": "22222222"}
    page = (await cast.client.post("/v/", data=form)).text
    assert 'class="verdict not_ours"' in page


async def test_an_expired_or_revoked_paper_of_a_person_tells_no_counts_either(
    persons: Paper, cast: Cast
) -> None:
    person, path = persons.owner, f"/v1/credit-reports/{persons.report['id']}"
    tag = (await person.get(path)).headers["ETag"]
    revoked = await person.send(
        "PUT", f"{path}/revocation", json={"reason": "不再需要"}, headers={"If-Match": tag}
    )
    revoked.raise_for_status()
    answer = (await cast.client.get(f"/v1/verification/{persons.code}")).json()
    assert (answer["status"], answer["counts"]) == ("revoked", [])


async def test_a_certificate_is_compared_by_its_four_counts(cast: Cast) -> None:
    measure = {"document_number": "强1号", "decided_on": "@date-90", "field": "fire"}
    owner = await cast.owner(sections={"compulsory_measures": [measure]})
    paper = await print_report(owner, edition="no-violation", period=PERIOD, fields=["fire"])
    answer = (await cast.client.get(f"/v1/verification/{paper.code}")).json()
    assert [(one["label"], one["count"]) for one in answer["counts"]] == [
        ("行政处罚", 0),
        ("行政强制", 1),
        ("严重失信", 0),
        ("刑事裁判", 0),
    ]
    assert answer["counts_withheld"] is False
    page = (await cast.client.get(f"/v/{paper.code}")).text
    assert "无违法违规证明版" in page
    assert 'data-count="measures">1<' in page
