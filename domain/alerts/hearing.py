"""What WeChat tells by itself of a message to the staff: whether it arrived after all."""

from datetime import timedelta

from domain.alerts.alerts import Alert, Because, Channel, State
from domain.alerts.carrying import keep
from domain.alerts.ports import AlertStore, ContactsStore, Moved, PushStore
from domain.alerts.pushes import Push, PushState
from domain.pushes import SubscriptionSent, Told
from domain.transactions import Act, Again, Unit

# The answer to the call itself is on its way, and will say which message is meant.
UNTIL_ANSWERED = Again(after=timedelta(seconds=5))
# On its way to another channel, or on the board, but not yet told by anything else.
OPEN = frozenset({State.PUSHED, State.WAITING, State.UNDELIVERED})


class Hearing:
    """Follows up on the news of one template, each heard once."""

    def __init__(
        self, *, alerts: AlertStore, pushes: PushStore, contacts: ContactsStore, template_id: str
    ) -> None:
        self._alerts = alerts
        self._pushes = pushes
        self._contacts = contacts
        self._template_id = template_id

    async def sent(self, act: Act, told: Told, /) -> Again | None:
        """Settle the message meant: by WeChat's id, else the oldest of unknown outcome."""
        if not isinstance(told, SubscriptionSent) or told.template_id != self._template_id:
            return None
        push = await self._pushes.by_their_id(told.message_id)
        if push is None:
            contacts = await self._contacts.by_openid(told.openid)
            open_ones = await self._pushes.doubtful(staff_id=contacts.staff_id) if contacts else ()
            if any(one.state is PushState.SENDING for one in open_ones):
                return UNTIL_ANSWERED
            push = next(iter(open_ones), None)
        if push is None or push.state not in {PushState.UNKNOWN, PushState.SENT}:
            return None
        return await self._settle(act, push, told)

    async def _settle(self, act: Act, push: Push, told: SubscriptionSent) -> Again | None:
        arrived = told.errcode == 0
        after = (
            push.sent(act.at, their_id=told.message_id, errcode=0)
            if arrived
            else push.failed(act.at, Because.REFUSED, errcode=told.errcode)
        )
        if arrived and push.state is PushState.SENT:
            return None
        were = [one for one in await self._alerts.some(push.alerts) if one.push_id == push.id]

        async def work(unit: Unit) -> None:
            await self._pushes.replace(unit, after, was=push)
            for was in were:
                alert = _arrived(act, was) if arrived else _failed(act, was)
                await keep(unit, act, self._alerts, alert, was=was, worked=False)

        try:
            await act.commit(work)
        except Moved:
            return UNTIL_ANSWERED
        return None


def _arrived(act: Act, alert: Alert) -> Alert:
    return alert.delivered(act.at, Channel.WECHAT) if alert.state in OPEN else alert


def _failed(act: Act, alert: Alert) -> Alert:
    """What was taken for delivered, or waited for this, goes on to the next channel."""
    taken = alert.state is State.DELIVERED and alert.by is Channel.WECHAT
    if taken or alert.state is State.PUSHED:
        return alert.missing(act.at, Channel.WECHAT, Because.REFUSED)
    return alert
