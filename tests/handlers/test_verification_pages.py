"""What a QR code opens on any phone, and what is typed or uploaded on a PC, as pages."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.cast import Cast
from tests.conftest import Clock
from tests.paper import Paper

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOT_OURS = "A" * 22


def check_page(answer: httpx.Response, status: int = 200) -> str:
    """What every page keeps to; its text."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in answer.headers
    assert '<html lang="zh-CN">' in answer.text
    assert 'name="viewport"' in answer.text
    assert "<script" not in answer.text
    return answer.text


def standing(page: str) -> str:
    found = re.search(r'data-status="(\w+)"', page)
    assert found
    return found[1]


def counts(page: str) -> dict[str, int]:
    return {code: int(number) for code, number in re.findall(r'data-count="(\w+)">(\d+)<', page)}


async def scan(cast: Cast, code: str) -> httpx.Response:
    return await cast.client.get(f"/v/{code}", headers=BROWSER)


async def test_a_scanned_code_opens_a_page_that_shows_what_is_to_be_compared(
    paper: Paper, cast: Cast
) -> None:
    page = check_page(await scan(cast, paper.code))
    assert standing(page) == "valid"
    assert paper.report["number"] in page
    assert f"{paper.report['pages']} 页" in page
    assert counts(page) == {
        "administration": 1,
        "honesty": 2,
        **dict.fromkeys(("serious", "abnormal", "promises", "evaluations"), 0),
        **dict.fromkeys(("judgments", "others"), 0),
    }
    assert "只有上传 PDF 原件才能证明每一行内容" in page


async def test_a_page_says_in_words_that_a_paper_is_a_sample(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    typed = {"number": paper.report["number"], "check_code": paper.check_code}
    files = {"file": ("report.pdf", paper.pdf, "application/pdf")}
    for answer in (
        await scan(cast, paper.code),
        await cast.client.post("/v/", data=typed, headers=BROWSER),
        await cast.client.post("/v/file", files=files, headers=BROWSER),
    ):
        page = check_page(answer)
        assert "<h1>样例报告</h1>" in page
        assert "真实有效" not in page
    clock.ahead = timedelta(days=31)
    assert "<h1>样例报告，已过期</h1>" in check_page(await scan(cast, paper.code))


async def test_the_page_shows_the_subject_masked_and_nothing_of_its_records(
    paper: Paper, cast: Cast
) -> None:
    page = check_page(await scan(cast, paper.code))
    persona = paper.owner.persona
    enterprise = persona["enterprise"]
    for hidden in (enterprise["name"], enterprise["uscc"], persona["name"], "穗越罚", "纳税信用"):
        assert hidden not in page
    assert enterprise["name"][:2] in page


async def test_a_code_that_is_not_ours_opens_the_forms(cast: Cast) -> None:
    page = check_page(await scan(cast, NOT_OURS))
    assert standing(page) == "not_ours"
    assert "<details open>" in page
    assert counts(page) == {}


async def test_a_page_says_that_a_paper_is_over(paper: Paper, cast: Cast, clock: Clock) -> None:
    clock.ahead = timedelta(days=31)
    assert standing(check_page(await scan(cast, paper.code))) == "expired"


async def test_number_and_check_code_are_typed_into_a_form(paper: Paper, cast: Cast) -> None:
    form = check_page(await cast.client.get("/v/", headers=BROWSER))
    assert 'name="number"' in form
    assert 'name="check_code"' in form
    typed = {"number": f" {paper.report['number'].lower()} ", "check_code": paper.check_code}
    page = check_page(await cast.client.post("/v/", data=typed, headers=BROWSER))
    assert standing(page) == "valid"
    wrong = await cast.client.post("/v/", data={**typed, "check_code": "AAAAAAAA"})
    assert standing(check_page(wrong)) == "not_ours"


async def test_a_file_is_uploaded_by_a_form(paper: Paper, cast: Cast) -> None:
    for content, wanted in ((paper.pdf, "valid"), (paper.pdf + b"\n", "not_ours")):
        files = {"file": ("report.pdf", content, "application/pdf")}
        answer = await cast.client.post("/v/file", files=files, headers=BROWSER)
        assert standing(check_page(answer)) == wanted


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><img src=x>'])
async def test_what_is_typed_is_never_written_back(cast: Cast, typed: str) -> None:
    answer = await cast.client.post("/v/", data={"number": typed, "check_code": typed})
    assert typed not in check_page(answer)
    answer = await cast.client.post("/v/", data={typed: typed}, headers=BROWSER)
    assert typed not in check_page(answer, 422)


async def test_every_fault_of_a_form_is_told_in_words_on_a_page(cast: Cast) -> None:
    page = check_page(await cast.client.post("/v/", data={"x": ""}, headers=BROWSER), 422)
    assert "缺少“编号”" in page
    assert "缺少“校验码”" in page
    answer = await cast.client.post("/v/file", data={"file": "x"}, headers=BROWSER)
    check_page(answer, 415)
    files = {"file": ("", b"", "application/octet-stream")}
    page = check_page(await cast.client.post("/v/file", files=files, headers=BROWSER), 422)
    assert "请选择一个要核验的 PDF 文件" in page


async def test_pages_need_nothing_from_elsewhere(paper: Paper, cast: Cast) -> None:
    page = check_page(await scan(cast, paper.code))
    assert re.findall(r'(?:src|href|action)="([^"]+)"', page) == [
        *("/pages.css", "/v/", "/v/", "/v/file")
    ]
    style = await cast.client.get("/pages.css")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "http" not in style.text
