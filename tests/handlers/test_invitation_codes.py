"""An invitation handed over: its mini-program code and its link, for who made it only."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.outage import Outage
from tests.problems import check_problem

CODE = "/v1/invitations/code"
LINK = "/v1/invitations/link"
BOTH = pytest.mark.parametrize("path", [CODE, LINK])


async def invited(giver: Person, cast: Cast) -> dict[str, Any]:
    """An invitation just made."""
    other = await cast.resident(name="欧阳敏")
    made: dict[str, Any] = (await giver.invite(other)).raise_for_status().json()
    return made


async def test_the_code_is_an_image(alice: Person, cast: Cast) -> None:
    made = await invited(alice, cast)
    answer = await alice.post(CODE, {"invitation": made["invitation"]})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_link_opens_the_page_of_the_invitation_until_it_lapses(
    alice: Person, cast: Cast
) -> None:
    made = await invited(alice, cast)
    link = (await alice.post(LINK, {"invitation": made["invitation"]})).json()
    assert link["expires_at"] == made["invitation_expires_at"]
    opened = await cast.sandbox.get(urlsplit(link["url"]).path)
    assert opened.headers["Location"] == f"/#/invitation?code={made['invitation']}"
    lasting = datetime.fromisoformat(link["expires_at"]) - datetime.fromisoformat(
        made["created_at"]
    )
    assert lasting <= timedelta(days=7)


@BOTH
async def test_another_does_not_find_it_nor_does_a_made_up_one_exist(
    alice: Person, charlie: Person, cast: Cast, path: str
) -> None:
    made = await invited(alice, cast)
    foreign = check_problem(
        await charlie.post(path, {"invitation": made["invitation"]}), 404, "not_found"
    )
    made_up = check_problem(await alice.post(path, {"invitation": "A" * 22}), 404, "not_found")
    assert foreign.detail == made_up.detail


@BOTH
async def test_an_invitation_that_is_over_is_not_handed_over(
    alice: Person, cast: Cast, clock: Clock, path: str
) -> None:
    made = await invited(alice, cast)
    clock.ahead = timedelta(days=7, seconds=1)
    await alice.sign_in()
    answer = await alice.post(path, {"invitation": made["invitation"]})
    check_problem(answer, 409, "invitation_over")


@BOTH
@pytest.mark.parametrize(
    ("fault", "status", "code", "sentence"),
    [
        ({"kind": "error"}, 503, "unavailable", "微信出现故障，请稍后再试。"),
        ({"kind": "malformed"}, 503, "unavailable", "微信的答复无法识别，请稍后再试。"),
        ({"kind": "errcode", "errcode": 40129}, 503, "unavailable", "微信拒绝了本系统的请求"),
        ({"kind": "errcode", "errcode": 40001}, 503, "unavailable", "微信暂时无法响应"),
    ],
)
async def test_when_wechat_does_not_serve_it_is_said(
    alice: Person,
    cast: Cast,
    outage: Outage,
    path: str,
    fault: dict[str, object],
    status: int,
    code: str,
    sentence: str,
) -> None:
    made = await invited(alice, cast)
    await outage.begin("wechat", path="/wxa/ge", **fault)
    answer = await alice.post(path, {"invitation": made["invitation"]})
    if (fault["kind"], path) == ("malformed", CODE):
        assert answer.status_code == 200  # an image has no JSON to be cut
        return
    assert sentence in str(check_problem(answer, status, code).detail)


async def test_the_invitations_secret_is_in_no_log_and_no_metric(
    alice: Person, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await invited(alice, cast)
    await alice.post(CODE, {"invitation": made["invitation"]})
    metrics = await cast.client.get("/metrics", headers={"Authorization": "Bearer operator"})
    printed = capfd.readouterr()
    assert made["invitation"] not in metrics.text + printed.out + printed.err


async def test_a_refusal_by_wechat_is_counted_by_its_code(
    alice: Person, cast: Cast, outage: Outage
) -> None:
    made = await invited(alice, cast)
    before = await refusals(cast, 40243)
    await outage.begin("wechat", kind="errcode", errcode=40243, path="generate_urllink")
    problem = check_problem(
        await alice.post(LINK, {"invitation": made["invitation"]}), 503, "unavailable"
    )
    assert problem.detail == "微信拒绝了本系统的请求，请联系区信用办。"
    assert await refusals(cast, 40243) == before + 1


async def refusals(cast: Cast, errcode: int) -> float:
    """As the operator reads them."""
    metrics = await cast.client.get("/metrics", headers={"Authorization": "Bearer operator"})
    wanted = f'credit_wechat_errcode_total{{errcode="{errcode}"}} '
    lines = [line for line in metrics.text.splitlines() if line.startswith(wanted)]
    return float(lines[0].removeprefix(wanted)) if lines else 0.0
