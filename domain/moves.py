"""Moves: a proven identity follows its person to the WeChat they hold in their hand.

Papers, consents and subjects hang on the person's id and stay where they are; what moves is
which WeChat account leads to it. One identity has one WeChat account.
"""

from dataclasses import replace

from domain.identity import MOVED, Account, AccountStore, NewPersons, SessionStore, SignInAgain
from domain.time import in_words
from domain.transactions import Act, Conflict, NoticeKind, Tell, Unit


class Moves:
    """Leading WeChat accounts to persons."""

    def __init__(
        self,
        *,
        accounts: AccountStore,
        sessions: SessionStore,
        persons: NewPersons,
        tell: Tell,
        telephone: str,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._persons = persons
        self._tell = tell
        self._telephone = telephone

    async def here(self, unit: Unit, act: Act) -> Account:
        """The WeChat account of this request, while it still leads to the caller.

        Raises:
            SignInAgain: another request of it has moved an identity here meanwhile.
        """
        session = await self._sessions.get(act.session_id)
        for account in await self._accounts.leading_to(unit, person_id=act.actor):
            if session is not None and session.account_id == account.id:
                return account
        raise SignInAgain

    async def bring(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """Lead this account and its sessions to the person, and every other account away.

        All sessions of before end, and each WeChat that led to the person begins anew with a
        notice of what happened and what to do if it was somebody else.
        """
        account = await self.here(unit, act)
        await self._bring(unit, act, account, person_id=person_id, by="人脸核验")

    async def bring_from(self, unit: Unit, act: Act, *, left: str, person_id: str) -> None:
        """The same for somebody at the counter, with the account that leads to ``left``.

        Raises:
            Conflict: none does any more.
        """
        accounts = await self._accounts.leading_to(unit, person_id=left)
        if not accounts:
            raise Conflict("当事人的微信已不再使用这个账号，请其重新登录后再办。")
        await self._bring(unit, act, accounts[0], person_id=person_id, by="窗口核验")

    async def _bring(
        self, unit: Unit, act: Act, account: Account, *, person_id: str, by: str
    ) -> None:
        await self._sessions.end_all(unit, person_id=person_id, now=act.at, because=MOVED)
        for old in await self._accounts.leading_to(unit, person_id=person_id):
            await self._empty(unit, act, old, by=by)
        await self._accounts.save(unit, replace(account, person_id=person_id))
        await self._sessions.lead(unit, account=account, person_id=person_id)
        await self._tell(
            unit,
            act,
            kind=NoticeKind.ACCOUNT,
            person_id=person_id,
            title="实名身份已转到本微信",
            text=(
                f"您已通过{by}，实名身份于{in_words(act.at)}转到本微信，报告、授权和绑定的企业"
                f"都在这里，原微信已退出登录。{self._if_not_you()}"
            ),
            link="/sessions",
        )
        await unit.audit(
            act.event("person.moved", person_id, account=account.id, left=account.person_id)
        )

    async def _empty(self, unit: Unit, act: Act, old: Account, *, by: str) -> None:
        blank = act.draw.id()
        await self._persons.begin(unit, person_id=blank, now=act.at)
        await self._accounts.save(unit, replace(old, person_id=blank))
        await self._tell(
            unit,
            act,
            kind=NoticeKind.ACCOUNT,
            person_id=blank,
            title="实名身份已从本微信转出",
            text=(
                f"原在本微信认证的实名身份已通过{by}，于{in_words(act.at)}转到另一个微信，"
                f"报告、授权和绑定的企业随身份转出，本微信已退出登录。{self._if_not_you()}"
            ),
        )
        await unit.audit(act.event("account.emptied", old.id, person=blank))

    def _if_not_you(self) -> str:
        return f"如果不是您本人操作，请立即拨打信用服务窗口电话 {self._telephone}。"
