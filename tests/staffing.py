"""The staff as they come to work: with a browser that keeps cookies and sends the forms it got."""

import html
import re
import uuid
from typing import Any

import httpx
import pyotp

from domain.staff.accounts import StaffAccount
from domain.staff.roles import Role
from domain.transactions import Act
from handlers.house import House
from tests.cast import Cast

PASSWORD = "清风徐来 水波不兴 2026"
STEP = 30
SAME = {"Sec-Fetch-Site": "same-origin"}
PAGE = {"Accept": "text/html"}
FOLLOWING = re.compile(r'rel="next" href="([^"]+)"')


class Colleague:
    """One browser of one member of the staff."""

    def __init__(self, cast: Cast, account: StaffAccount, totp: str, step: int) -> None:
        self.account = account
        self.totp = totp
        self.step = step
        # Nothing here speaks TLS, and to load the certificates anew takes 25 ms.
        plain: Any = {"timeout": 30, "trust_env": False, "verify": False}
        self.client = httpx.AsyncClient(base_url=cast.client.base_url, **plain)

    async def close(self) -> None:
        await self.client.aclose()

    def code(self) -> str:
        """The next that was not used yet."""
        self.step += 1
        return pyotp.TOTP(self.totp).generate_otp(self.step)

    def credentials(self, **given: str) -> dict[str, str]:
        return {"login": self.account.login, "password": PASSWORD, "code": self.code(), **given}

    async def sign_in(self, **given: str) -> httpx.Response:
        return await self.client.post(
            "/console/sign-in", data=self.credentials(**given), headers={**SAME, **PAGE}
        )

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, headers={**PAGE, **more.pop("headers", {})}, **more)

    async def page(self, path: str) -> str:
        """What stands on a page that is shown; a refusal shows nothing either, so it fails."""
        return (await self.get(path)).raise_for_status().text

    async def listed(self, path: str) -> str:
        """All pages of a list: what other tests left stands in it too, often before one's own."""
        pages = [await self.page(path)]
        while following := FOLLOWING.search(pages[-1]):
            pages.append(await self.page(html.unescape(following[1])))
        return "".join(pages)

    async def xsrf(self) -> str:
        """Of this session, from its first page."""
        page = await self.page("/console")
        found = re.search(r'name="xsrf" value="([^"]+)"', page)
        assert found
        return found[1]

    async def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> Any:
        """A form of a page that this session was shown."""
        data = {"xsrf": await self.xsrf(), **(form or {})}
        headers = {**SAME, **more.pop("headers", {})}
        return await self.client.post(path, data=data, headers=headers, **more)


def act(house: House, actor: str = "system") -> Act:
    return Act(
        at=house.clock(),
        actor=actor,
        trace_id="test",
        draw=house.draw,
        commit=house.transactions.plain(),
    )


async def invited(house: House, *roles: Role) -> tuple[StaffAccount, str, str]:
    """An account that is granted, the secret of its invitation, and its release code."""
    login = f"t{uuid.uuid4().hex[:12]}"
    proposed = await house.staff.propose(
        act(house, "proposer"), login=login, name="周敏", roles=roles
    )
    _, release = await house.staff.approve(act(house, "approver"), staff_id=proposed.id)
    account, secret = await house.staff.invite(act(house, "proposer"), staff_id=proposed.id)
    return account, secret, release


async def hired(cast: Cast, *roles: Role) -> Colleague:
    """Somebody whose account is in use, not signed in."""
    house = cast.house
    assert house
    _, secret, release = await invited(house, *roles)
    totp = pyotp.random_base32()
    step = int(house.clock().timestamp()) // STEP - 1
    code = pyotp.TOTP(totp).generate_otp(step)
    account = await house.staff.set_up(
        act(house),
        secret=secret,
        release=release,
        password=PASSWORD,
        totp_secret=totp,
        code=code,
    )
    return Colleague(cast, account, totp, step)


async def at_work(cast: Cast, *roles: Role) -> Colleague:
    """Somebody signed in."""
    colleague = await hired(cast, *roles)
    answer = await colleague.sign_in()
    assert answer.status_code == 303, answer.text
    return colleague
