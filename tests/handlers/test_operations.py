"""What operators see: numbers of routes, never of what callers invent."""

import pytest
from structlog.testing import LogCapture

from handlers import access_log
from tests.cast import Cast
from tests.stand_ins import capturing


async def metrics(cast: Cast) -> str:
    headers = {"Authorization": "Bearer operator"}
    return (await cast.client.get("/metrics", headers=headers)).raise_for_status().text


async def test_a_method_that_nobody_knows_is_neither_measured_nor_logged_by_its_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = LogCapture()
    monkeypatch.setattr(access_log, "log", capturing(capture))
    answer = await cast.client.request("BREW-COFFEE", "/healthz")
    assert answer.status_code == 405
    text = await metrics(cast)
    assert "BREW" not in text
    assert 'credit_requests_total{method="OTHER",route="/healthz",status="405"}' in text
    methods = {line["method"] for line in capture.entries if line["event"] == "request"}
    assert "OTHER" in methods
    assert "BREW-COFFEE" not in methods


async def test_a_route_is_measured_by_its_template(cast: Cast) -> None:
    code = "QRcodeOfNoPaperAtAll22"
    await cast.client.get(f"/v1/verification/{code}")
    await cast.client.get(f"/nowhere/{code}")
    text = await metrics(cast)
    assert code not in text
    assert 'route="/v1/verification/{code}"' in text
