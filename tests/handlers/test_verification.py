"""Anyone can check a paper: by code, by typing, by file. What is not ours all looks alike."""

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.paper import Paper, print_report
from tests.problems import check_problem


async def by_code(cast: Cast, code: str) -> dict[str, Any]:
    answer = await cast.client.get(f"/v1/verification/{code}")
    verdict: dict[str, Any] = answer.raise_for_status().json()
    return verdict


async def typed(cast: Cast, number: str, check_code: str) -> dict[str, Any]:
    body = {"number": number, "check_code": check_code}
    answer = await cast.client.post("/v1/verification", json=body)
    verdict: dict[str, Any] = answer.raise_for_status().json()
    return verdict


async def send_file(cast: Cast, content: bytes) -> httpx.Response:
    files = {"file": ("report.pdf", content, "application/pdf")}
    return await cast.client.post("/v1/verification/files", files=files)


async def by_file(cast: Cast, content: bytes) -> dict[str, Any]:
    verdict: dict[str, Any] = (await send_file(cast, content)).raise_for_status().json()
    return verdict


async def revoke(paper: Paper) -> None:
    path = f"/v1/credit-reports/{paper.report['id']}"
    tag = (await paper.owner.get(path)).headers["ETag"]
    answer = await paper.owner.send(
        "PUT", f"{path}/revocation", json={"reason": "不再需要"}, headers={"If-Match": tag}
    )
    answer.raise_for_status()


# -- a genuine paper -----------------------------------------------------------------------


async def test_the_code_of_a_genuine_paper_shows_what_stands_on_it(
    paper: Paper, cast: Cast
) -> None:
    verdict = await by_code(cast, paper.code)
    assert verdict["status"] == "valid"
    assert verdict["number"] == paper.report["number"]
    assert verdict["pages"] == paper.report["pages"]
    assert verdict["expires_at"] == paper.report["expires_at"]
    assert verdict["issued_on"].replace("-", "") == paper.report["number"][:8]
    content = await paper.owner.content(paper.report["id"])
    assert verdict["counts"] == content["counts"]


async def three_ways(paper: Paper, cast: Cast) -> list[dict[str, Any]]:
    return [
        await by_code(cast, paper.code),
        await typed(cast, paper.report["number"], paper.check_code),
        await by_file(cast, paper.pdf),
    ]


async def test_a_sample_is_never_called_genuine(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    """Whichever way it is checked, and also when it is over; all of development is a sample."""
    paper = await print_report(alice)
    for verdict in await three_ways(paper, cast):
        assert (verdict["status"], verdict["sample"]) == ("valid", True)
        assert verdict["status_text"].startswith("这是样例报告")
        assert "真实" not in verdict["status_text"]
    clock.ahead = timedelta(days=31)
    for verdict in await three_ways(paper, cast):
        assert (verdict["status"], verdict["sample"]) == ("expired", True)
        assert "样例" in verdict["status_text"]
        assert "过有效期" in verdict["status_text"]
    clock.ahead = timedelta()
    reports = installation.database["credit_reports"]
    await reports.update_one({"_id": paper.report["id"]}, {"$set": {"issue.sample": False}})
    for verdict in await three_ways(paper, cast):
        assert verdict["sample"] is False
        assert "样例" not in verdict["status_text"]


async def test_a_verdict_shows_the_least_that_tells_an_altered_sheet(
    paper: Paper, cast: Cast
) -> None:
    verdict = await by_code(cast, paper.code)
    assert set(verdict) == {
        *("status", "status_text", "number", "issued_on", "expires_at", "subject", "pages"),
        *("edition", "edition_label", "counts", "counts_withheld", "sample"),
        *("time_stamp", "time_stamp_text", "paper", "facts"),
    }
    enterprise = paper.owner.persona["enterprise"]
    assert verdict["subject"] != enterprise["name"]
    assert "*" in verdict["subject"]
    assert enterprise["uscc"] not in str(verdict)
    assert "穗越罚" not in str(verdict)


async def test_all_three_ways_say_the_same_of_a_genuine_paper(paper: Paper, cast: Cast) -> None:
    scanned = await by_code(cast, paper.code)
    assert await typed(cast, paper.report["number"], paper.check_code) == scanned
    uploaded = await by_file(cast, paper.pdf)
    assert {**uploaded, "status_text": ""} == {**scanned, "status_text": ""}
    assert "每一行" in uploaded["status_text"]
    assert "核对" in scanned["status_text"]


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda text: f" {text[:4]} {text[4:]} ",
        lambda text: f"{text[:4]}-{text[4:]}",
        lambda text: f"{text[:4]}　{text[4:]}\n",
    ],
    ids=["lower case", "blanks", "dash", "full-width blank"],
)
async def test_a_number_is_understood_however_it_is_typed(
    paper: Paper, cast: Cast, write: Any
) -> None:
    verdict = await typed(cast, write(paper.report["number"]), write(paper.check_code))
    assert verdict["status"] == "valid"


async def test_nobody_needs_to_sign_in_and_nothing_is_kept_by_anybody(
    paper: Paper, cast: Cast
) -> None:
    answer = await cast.client.get(f"/v1/verification/{paper.code}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


# -- what a paper is worth later -----------------------------------------------------------


async def test_a_paper_whose_time_is_over_is_expired_everywhere(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.ahead = timedelta(days=31)
    verdicts = [
        await by_code(cast, paper.code),
        await typed(cast, paper.report["number"], paper.check_code),
        await by_file(cast, paper.pdf),
    ]
    assert [verdict["status"] for verdict in verdicts] == ["expired"] * 3
    assert verdicts[0]["number"] == paper.report["number"]


async def test_a_revoked_paper_is_revoked_everywhere(alice: Person, cast: Cast) -> None:
    paper = await print_report(alice)
    await revoke(paper)
    verdicts = [
        await by_code(cast, paper.code),
        await typed(cast, paper.report["number"], paper.check_code),
        await by_file(cast, paper.pdf),
    ]
    assert [verdict["status"] for verdict in verdicts] == ["revoked"] * 3
    assert "作废" in verdicts[0]["status_text"]


async def test_a_paper_with_a_successor_is_superseded(
    alice: Person, cast: Cast, clock: Clock
) -> None:
    old = await print_report(alice)
    clock.ahead = timedelta(hours=2)
    await alice.sign_in()
    new = await print_report(alice)
    assert (await by_code(cast, old.code))["status"] == "superseded"
    assert (await by_code(cast, new.code))["status"] == "valid"


async def test_a_paper_stays_genuine_when_its_owner_signs_out_or_parts(
    alice: Person, cast: Cast
) -> None:
    """It is in other hands: a bank's, a court's."""
    paper = await print_report(alice)
    await alice.send("DELETE", f"/v1/subjects/{alice.subject_id}")
    await alice.send("DELETE", "/v1/sessions")
    assert (await by_code(cast, paper.code))["status"] == "valid"


# -- what is not ours ----------------------------------------------------------------------


async def test_whatever_is_not_ours_is_answered_alike(paper: Paper, cast: Cast) -> None:
    """Nothing can be counted through: a right number with a wrong code is as unknown as any."""
    number, check_code = paper.report["number"], paper.check_code
    wrong = ("A" if check_code[0] != "A" else "B") + check_code[1:]
    answers = [
        await by_code(cast, "A" * 22),
        await by_code(cast, paper.code[:-1] + ("A" if paper.code[-1] != "A" else "B")),
        await by_code(cast, paper.code.swapcase()),
        await by_code(cast, "x"),
        await typed(cast, number, wrong),
        await typed(cast, number[:-1] + "?", check_code),
        await typed(cast, "20260101000000ABCDEFGH", check_code),
        await typed(cast, "{$ne: null}", "' OR 1=1"),
    ]
    assert answers == [answers[0]] * len(answers)
    assert answers[0]["status"] == "not_ours"
    assert answers[0]["number"] is answers[0]["subject"] is answers[0]["pages"] is None
    assert answers[0]["counts"] == []


async def test_a_file_with_one_bit_changed_is_not_ours(paper: Paper, cast: Cast) -> None:
    chance = random.Random(7)  # noqa: S311 - the same bits each time
    for _ in range(10):
        content = bytearray(paper.pdf)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        assert (await by_file(cast, bytes(content)))["status"] == "not_ours"


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf + b"\n",
        lambda pdf: pdf + b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        lambda pdf: pdf[:-1],
        lambda pdf: b"\n" + pdf,
        lambda _: b"%PDF-1.7",
    ],
    ids=["byte appended", "object appended", "cut", "byte before", "another file"],
)
async def test_a_file_with_something_added_or_missing_is_not_ours(
    paper: Paper, cast: Cast, change: Any
) -> None:
    verdict = await by_file(cast, change(paper.pdf))
    assert verdict["status"] == "not_ours"
    assert "改动" in verdict["status_text"]
    assert (await by_file(cast, paper.pdf))["status"] == "valid"


async def test_nothing_that_is_uploaded_or_asked_is_stored(
    paper: Paper, cast: Cast, stored: Stored
) -> None:
    before = await stored()
    await by_file(cast, paper.pdf + b"\n")
    await by_code(cast, "A" * 22)
    await typed(cast, paper.report["number"], "WRONGWRO")
    assert await stored() == before
    await by_file(cast, paper.pdf)
    assert await stored() == {**before, "looks": before["looks"] + 1}


async def test_a_head_that_tells_whether_a_code_is_ours_is_a_look_as_a_get_is(
    paper: Paper, cast: Cast, stored: Stored
) -> None:
    before = await stored()
    ours, none = [await cast.client.head(f"/v/{code}") for code in (paper.code, "A" * 22)]
    assert ours.headers["Content-Length"] != none.headers["Content-Length"]
    assert await stored() == {**before, "looks": before["looks"] + 1}


# -- uploads that are none -----------------------------------------------------------------


async def test_an_upload_is_one_file(paper: Paper, cast: Cast) -> None:
    def part(name: str, content: bytes) -> tuple[str, tuple[str, bytes, str]]:
        return name, ("report.pdf", content, "application/pdf")

    for files in (
        [part("file", b"")],
        [part("other", paper.pdf)],
        [part("file", paper.pdf), part("file", paper.pdf)],
    ):
        answer = await cast.client.post("/v1/verification/files", files=files)
        problem = check_problem(answer, 422, "invalid")
        assert [fault.pointer for fault in problem.errors] == ["/file"]


async def test_a_form_around_the_file_changes_nothing(paper: Paper, cast: Cast) -> None:
    """wx.uploadFile sends form fields along."""
    answer = await cast.client.post(
        "/v1/verification/files",
        data={"from": "mini-program"},
        files={"file": ("报告.pdf", paper.pdf, "application/octet-stream")},
    )
    assert answer.json()["status"] == "valid"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/pdf",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'x' * 300}",
        f"multipart/form-data; boundary={'x' * 30_000}",
        "multipart/form-data; boundary*=utf-8''%ff",
    ],
)
async def test_an_upload_of_another_type_is_refused(cast: Cast, media_type: str) -> None:
    answer = await cast.client.post(
        "/v1/verification/files", content=b"%PDF", headers={"Content-Type": media_type}
    )
    check_problem(answer, 415, "wrong_media_type")


HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


@pytest.mark.parametrize(
    "body",
    [b"", b"no parts", HEAD[:40], HEAD + b"%PDF", HEAD + b"%PDF\r\n--x\r\n", b"--x\r\n" * 99],
    ids=["empty", "no parts", "in a header", "in the file", "before the end", "boundaries only"],
)
async def test_an_upload_cut_off_anywhere_is_refused(cast: Cast, body: bytes) -> None:
    """A part of a genuine file must not be called altered."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await cast.client.post("/v1/verification/files", content=body, headers=headers)
    check_problem(answer, 400, "malformed")
    whole = HEAD + b"%PDF\r\n--x--\r\n"
    control = await cast.client.post("/v1/verification/files", content=whole, headers=headers)
    assert control.json()["status"] == "not_ours"


async def test_an_upload_of_more_than_ten_parts_is_malformed(cast: Cast) -> None:
    """Each part costs work, however small."""

    async def among(others: int) -> httpx.Response:
        body = b"--x\r\na:b\r\n\r\n\r\n" * others + HEAD + b"%PDF\r\n--x--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        return await cast.client.post("/v1/verification/files", content=body, headers=headers)

    assert (await among(9)).json()["status"] == "not_ours"
    check_problem(await among(10), 400, "malformed")


async def test_a_file_larger_than_the_limit_is_413(cast: Cast) -> None:
    answer = await send_file(cast, b"%PDF" + b"\0" * (20 * 1024 * 1024))
    check_problem(answer, 413, "too_large")
