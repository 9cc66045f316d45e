"""Sending the code by which a telephone is proven: once, and what surely did not go out is said."""

from contextlib import suppress
from datetime import timedelta

from domain.alerts.contacts import CODE_LASTS, Contacts
from domain.alerts.ports import ContactsStore, Gateway, Moved, Sms, Verdict
from domain.alerts.texts import CODE, SmsTexts
from domain.transactions import Act, Again

SEND_CODE = "staff-phone-code"
TRIES = 5
WENT_OUT = frozenset({Verdict.SENT, Verdict.ACCEPTED, Verdict.UNKNOWN})


class PhoneCodes:
    """What a worker does for who has typed a telephone into the console."""

    def __init__(self, *, store: ContactsStore, gateway: Gateway | None, texts: SmsTexts) -> None:
        self._store = store
        self._gateway = gateway
        self._texts = texts

    async def work(self, act: Act, *, staff_id: str) -> Again | None:
        """Send the code that waits, once: who is killed has sent it, for all that is known.

        What surely did not go out is said on the page, where another can be asked for.
        """
        contacts = await self._store.get(staff_id)
        proving = contacts.proving
        if self._gateway is None or proving is None or proving.sent_at is not None:
            return None
        if not proving.holds(act.at):
            return None
        try:
            await self._commit(act, contacts.code_going(act.at))
        except Moved:
            return Again(after=timedelta())
        minutes = str(int(CODE_LASTS.total_seconds() // 60))
        outcome = await self._gateway.send(
            Sms(
                request_id=proving.id,
                phone=proving.phone,
                template=self._texts.id_of(CODE),
                words=self._texts.words(CODE, code=proving.code, minutes=minutes),
            )
        )
        if outcome.verdict not in WENT_OUT:
            await self._not_sent(act, staff_id, proving.id)
        return None

    async def _not_sent(self, act: Act, staff_id: str, proving_id: str) -> None:
        for _ in range(TRIES):
            contacts = await self._store.get(staff_id)
            after = contacts.code_failed(proving_id)
            if after == contacts:
                return
            with suppress(Moved):
                await self._commit(act, after)
                return

    async def _commit(self, act: Act, contacts: Contacts) -> None:
        await act.commit(lambda unit: self._store.replace(unit, contacts))
