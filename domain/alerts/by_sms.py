"""Telling the staff by SMS, through a gateway if there is one."""

from domain.alerts.alerts import Because
from domain.alerts.contacts import Contacts
from domain.alerts.ports import Gateway, Outcome, Sms, Verdict
from domain.alerts.pushes import Push
from domain.alerts.texts import ALERT, SEVERAL, SmsTexts
from domain.transactions import Act, Unit


class BySms:
    """The gateway knows a message by the id of the push, and says what became of it."""

    def __init__(self, *, gateway: Gateway | None, texts: SmsTexts) -> None:
        self._gateway = gateway
        self._texts = texts

    async def hindrance(self, contacts: Contacts, /) -> Because | None:
        """Neither a gateway nor a telephone goes without saying."""
        if self._gateway is None:
            return Because.NO_GATEWAY
        return None if contacts.phone else Because.NOT_BOUND

    async def spend(self, _: Unit, __: Act, ___: Contacts, /) -> int:
        """Nothing is counted."""
        return 0

    async def send(self, push: Push, contacts: Contacts, /) -> Outcome:
        """Once."""
        if self._gateway is None:
            return Outcome(verdict=Verdict.REFUSED)
        name = ALERT if push.count == 1 else SEVERAL
        sms = Sms(
            request_id=push.id,
            phone=contacts.phone,
            template=self._texts.id_of(name),
            words=self._texts.words(name, title=push.title, count=str(push.count)),
        )
        return await self._gateway.send(sms)

    async def settle(
        self, _: Unit, __: Act, ___: Contacts, /, *, push: Push, verdict: Verdict
    ) -> None:
        """Nothing is counted."""

    async def ask(self, push: Push, /) -> Outcome:
        """What the gateway says of it."""
        if self._gateway is None:
            return Outcome(verdict=Verdict.UNKNOWN)
        return await self._gateway.ask(push.id)
