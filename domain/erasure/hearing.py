"""What follows when WeChat says that an account was closed or an authorisation taken back."""

import re
from typing import Protocol

from domain.erasure.service import Erasing
from domain.pushes import AccountCancelled, AuthorisationRevoked, Told
from domain.transactions import Act, Again, Unit

# WeChat's number of the telephone; of what its other numbers name (nickname, picture, …) this
# product never takes anything.
PHONE = "8"
_NUMBER = re.compile(r"[0-9]{1,4}")
MOST_NUMBERS = 20


class Account(Protocol):
    """A WeChat account, narrowly."""

    @property
    def id(self) -> str:
        """Its own id."""

    @property
    def person_id(self) -> str:
        """Whom it leads to."""


class AccountOf(Protocol):
    """WeChat accounts, narrowly."""

    async def __call__(self, unit: Unit, *, appid: str, openid: str) -> Account | None:
        """The account, if anybody ever signed in with it."""


class ForgetPhone(Protocol):
    """People, narrowly."""

    async def __call__(self, unit: Unit, *, person_id: str) -> bool:
        """No telephone any more; whether there was one."""


class Hearing:
    """Erases what WeChat says must go; the same news twice changes nothing.

    A closed account takes everything of its person along, also if another WeChat account should
    lead to the same person: WeChat's rule is about the user, and the identity has one account.
    """

    def __init__(
        self, *, appid: str, account_of: AccountOf, erasing: Erasing, forget_phone: ForgetPhone
    ) -> None:
        self._appid = appid
        self._account_of = account_of
        self._erasing = erasing
        self._forget_phone = forget_phone

    async def cancelled(self, act: Act, told: Told, /) -> Again | None:
        """The account's person is erased."""
        if not isinstance(told, AccountCancelled):
            return None
        openid = told.openid

        async def work(unit: Unit) -> None:
            account = await self._account_of(unit, appid=self._appid, openid=openid)
            if account is not None:
                await self._erasing.begin(
                    unit, act, person_id=account.person_id, because="account_cancelled"
                )

        await act.commit(work)
        return None

    async def revoked(self, act: Act, told: Told, /) -> Again | None:
        """What was taken back goes: the telephone; of the rest there is nothing here."""
        if not isinstance(told, AuthorisationRevoked):
            return None
        openid = told.openid
        numbers = tuple(dict.fromkeys(n for n in told.revoked if _NUMBER.fullmatch(n)))

        async def work(unit: Unit) -> None:
            account = await self._account_of(unit, appid=self._appid, openid=openid)
            if account is None:
                return
            gone = PHONE in numbers and await self._forget_phone(unit, person_id=account.person_id)
            await unit.audit(
                act.event(
                    "authorisation.revoked",
                    account.person_id,
                    revoked=",".join(numbers[:MOST_NUMBERS]),
                    erased="phone" if gone else "",
                )
            )

        await act.commit(work)
        return None
