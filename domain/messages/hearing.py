"""What WeChat tells of messages by itself: each choice, and what became of each message."""

from datetime import timedelta

from domain.messages.ledger import Ledger
from domain.messages.messages import Because, Message, State
from domain.messages.ports import Account, Accounts, LedgerStore, MessageStore, Moved
from domain.messages.templates import Templates
from domain.pushes import SubscriptionChosen, SubscriptionSent, Told
from domain.transactions import Act, Again, Unit

# The answer to the call itself is on its way, and will say which message is meant.
UNTIL_ANSWERED = Again(after=timedelta(seconds=5))


class Hearing:
    """Follows up on both kinds of push, each heard once."""

    def __init__(
        self,
        *,
        messages: MessageStore,
        ledgers: LedgerStore,
        accounts: Accounts,
        templates: Templates,
    ) -> None:
        self._messages = messages
        self._ledgers = ledgers
        self._accounts = accounts
        self._templates = templates

    async def chosen(self, act: Act, told: Told, /) -> Again | None:
        """An acceptance in the dialogue is worth one message; a refusal ends all.

        An account that never signed in has no ledger: no page of ours asked it.
        """
        if not isinstance(told, SubscriptionChosen):
            return None
        account = await self._accounts.by_openid(told.openid)
        if account is None or (told.accepted and not told.dialogue):
            return None
        account_id = account.id

        async def work(unit: Unit) -> None:
            was = await self._ledgers.get(
                unit, account_id=account_id, template_id=told.template_id, now=act.at
            )
            after: Ledger = was.accepted(act.at) if told.accepted else was.refused(act.at)
            await self._ledgers.save(unit, after, was=was)
            what = "accepted" if told.accepted else "refused"
            await unit.audit(act.event(f"subscription.{what}", account_id))

        await act.commit(work)
        return None

    async def sent(self, act: Act, told: Told, /) -> Again | None:
        """Settle the message meant: by WeChat's id, else the oldest of unknown outcome."""
        if not isinstance(told, SubscriptionSent):
            return None
        message = await self._messages.by_wechat_id(told.message_id)
        if message is None:
            account = await self._accounts.by_openid(told.openid)
            found = await self._meant(account, told) if account else None
            if isinstance(found, Again):
                return found
            message = found
        if message is None or message.state not in {State.UNKNOWN, State.SENT}:
            return None
        return await self._settle(act, message, told)

    async def _meant(self, account: Account, told: SubscriptionSent) -> Message | Again | None:
        template = self._templates.of_id(told.template_id)
        if template is None:
            return None
        found = await self._messages.open_of(account_id=account.id, template=template.name)
        if any(one.state is State.SENDING for one in found):
            return UNTIL_ANSWERED
        return next(iter(found), None)

    async def _settle(self, act: Act, message: Message, told: SubscriptionSent) -> Again | None:
        if told.errcode == 0:
            after = message.sent(act.at, wechat_id=told.message_id)
        else:
            after = message.failed(
                act.at, Because.REFUSED, errcode=told.errcode, wechat_id=told.message_id
            )
        if message.state is after.state and message.wechat_id == after.wechat_id:
            return None

        async def work(unit: Unit) -> None:
            await self._messages.replace(unit, after, was=message)
            await unit.audit(act.event(f"message.{after.state.value}", after.id))

        try:
            await act.commit(work)
        except Moved:
            return UNTIL_ANSWERED
        return None
