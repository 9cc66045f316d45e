"""A report shared, and opened by its recipient."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from domain.time import SHANGHAI
from tests.cast import Cast, Person

BANK = "样例银行越秀支行"
OPENER = "样例银行信贷部 王小明"
PURPOSE = "办理流动资金贷款"


def day(ahead: int = 0) -> str:
    """A day in Shanghai, so many days ahead."""
    return f"{datetime.now(SHANGHAI).date() + timedelta(days=ahead)}"


async def asked(person: Person, report_id: str, **given: object) -> httpx.Response:
    """A request to share with the bank, once and until tomorrow unless said."""
    body = {"recipient": BANK, "purpose": PURPOSE, "once": True, "until": day(1), **given}
    return await person.post(f"/v1/credit-reports/{report_id}/shares", body)


async def share(person: Person, report_id: str, **given: object) -> dict[str, Any]:
    """A share, with the path of its link."""
    made: dict[str, Any] = (await asked(person, report_id, **given)).raise_for_status().json()
    return made | {"path": urlsplit(made["url"]).path}


async def listed(person: Person, report_id: str) -> list[dict[str, Any]]:
    """The shares of a report as the person sees them."""
    answer = await person.get(f"/v1/credit-reports/{report_id}/shares")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def post_name(cast: Cast, path: str, name: str = OPENER) -> httpx.Response:
    """Sends the form of a link."""
    return await cast.client.post(path, data={"name": name})


async def opened(cast: Cast, path: str, name: str = OPENER) -> str:
    """Opens a link; the path of the opening."""
    answer = await post_name(cast, path, name)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]
