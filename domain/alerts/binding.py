"""What a member of the staff decides about where they are told, and who binds their WeChat.

Each change of where somebody is told is audited and told by an alert.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from domain.alerts.alerts import Because, Channel, Urgency
from domain.alerts.carrying import usual
from domain.alerts.contacts import (
    CODE_ALPHABET,
    CODE_LENGTH,
    PUSHED,
    AskingOver,
    Bound,
    Choice,
    Contacts,
    Proving,
)
from domain.alerts.phone_codes import SEND_CODE
from domain.alerts.ports import (
    Account,
    Carrier,
    ContactsStore,
    Gateway,
    Moved,
    TellStaff,
)
from domain.alerts.terms import Terms
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.identifiers import BadIdentifier, PhoneNumber, mask_name, parse_mobile
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.ports import HashSecret
from domain.transactions import Act, Conflict, Message, Unit

SETTINGS = "/console/alerts/settings"
STALE = "接收方式刚刚在另一个页面上改动过，请刷新后再操作。"
BOUND, UNBOUND = "工作提醒已绑定微信", "工作提醒已解除微信绑定"
PHONE, NO_PHONE = "工作提醒已绑定手机号", "工作提醒已解除手机号绑定"
NOT_ME = "如果不是您本人操作，请立即联系系统管理员。"


class Codes(Protocol):
    """Mini-program codes that lead to the page of a binding."""

    async def draw(self, scene: str) -> tuple[bytes, str]:
        """An image and its media type; raises TooMany and Unavailable."""


class OpenidOf(Protocol):
    """By which WeChat a session of the mini program was begun."""

    async def __call__(self, *, session_id: str, now: datetime) -> str:
        """Its openid; raises SignInAgain when the session has ended."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What WeChat asks before it takes a message, and how many of it are left."""

    template_id: str
    title: str
    about: str
    left: int


class Subscribed(Protocol):
    """Acceptances of a WeChat, narrowly."""

    async def __call__(self, contacts: Contacts, /) -> Subscription:
        """Of the one that is bound."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The contacts as their page shows them, and what hinders each channel."""

    contacts: Contacts
    choice: Choice
    hindered: Mapping[Channel, Because | None]
    subscription: Subscription


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A binding as the phone asks for it: whose account, masked, and until when."""

    name: str
    ends_at: datetime
    subscription: Subscription


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A binding that holds: to whose account, masked."""

    name: str
    bound: Bound
    subscription: Subscription


class Contacting:
    """Binding and unbinding, proving a telephone, choosing."""

    def __init__(
        self,
        *,
        store: ContactsStore,
        account: Account,
        carriers: Mapping[Channel, Carrier],
        tell: TellStaff,
        codes: Codes,
        hash_secret: HashSecret,
        openid_of: OpenidOf,
        subscription: Subscribed,
        gateway: Gateway | None,
        terms: Terms,
    ) -> None:
        self._store = store
        self._account = account
        self._carriers = carriers
        self._tell = tell
        self._codes = codes
        self._hash_secret = hash_secret
        self._openid_of = openid_of
        self._subscription = subscription
        self._gateway = gateway
        self._terms = terms

    # -- in the console -----------------------------------------------------------

    async def show(self, *, staff_id: str) -> Shown:
        """As it stands."""
        contacts = await self._store.get(staff_id)
        hindered = {
            channel: await self._carriers[channel].hindrance(contacts) for channel in PUSHED
        }
        choice = contacts.choice or usual(self._terms)
        subscription = await self._subscription(contacts)
        return Shown(contacts=contacts, choice=choice, hindered=hindered, subscription=subscription)

    async def ask(self, act: Act, *, tag: str) -> tuple[bytes, str]:
        """A code to be scanned, as an image and its media type; its secret is kept nowhere.

        Raises:
            Stale: the page is not of now.
            TooMany, Unavailable: WeChat does not draw now.
        """
        secret = act.draw.secret()
        hashed = self._hash_secret(secret)
        contacts = await self._mine(act, tag)
        await self._save(act, contacts.asked(secret_hash=hashed, now=act.at), "wechat_asked")
        return await self._codes.draw(secret)

    async def unbind(self, act: Act, *, tag: str) -> None:
        """No WeChat from now on.

        Raises:
            Stale, Conflict: the page is not of now, or there is none.
        """
        contacts = await self._mine(act, tag)
        await self._save(act, contacts.unbound(), "wechat_unbound", told=UNBOUND)

    async def send_code(self, act: Act, *, phone: str, tag: str) -> None:
        """A code goes to the telephone, by which it is proven.

        Raises:
            Invalid: no telephone of the mainland.
            Conflict: there is no SMS, or a code was sent just now.
            Stale: the page is not of now.
        """
        if self._gateway is None:
            raise Conflict("本系统未接入短信，暂时不能绑定手机号。")
        number = _mobile(phone)
        contacts = await self._mine(act, tag)
        proving = Proving(
            id=act.draw.id(),
            phone=str(number),
            code=act.draw.pick(CODE_ALPHABET, CODE_LENGTH),
            asked_at=act.at,
        )
        sends = act.message(SEND_CODE, act.actor)
        await self._save(act, contacts.proven_by(proving), "phone_asked", sends=sends)

    async def prove(self, act: Act, *, code: str, tag: str) -> None:
        """The telephone is theirs from now on.

        Raises:
            Invalid: the code is wrong, which uses a try up.
            Conflict: it is too old, or was tried too often.
            Stale: the page is not of now.
        """
        contacts = await self._mine(act, tag)
        after = contacts.typed("".join(code.split()), act.at)
        if after.proving is not None:
            await self._save(act, after, "phone_code_wrong")
            detail = "验证码不正确，请核对短信后重新输入。"
            raise Invalid([Fault(pointer="/code", code="code", detail=detail)])
        await self._save(act, after, "phone_bound", told=PHONE)

    async def drop_phone(self, act: Act, *, tag: str) -> None:
        """No telephone from now on; raises Stale and Conflict."""
        contacts = await self._mine(act, tag)
        await self._save(act, contacts.without_phone(), "phone_unbound", told=NO_PHONE)

    async def choose(
        self,
        act: Act,
        *,
        ways: Mapping[Urgency, tuple[Channel, ...]],
        quiet: bool,
        digest_at: time,
        tag: str,
    ) -> None:
        """How it comes from now on; raises Stale and Invalid."""
        contacts = await self._mine(act, tag)
        choice = Choice(ways=ways, quiet=quiet, digest_at=digest_at)
        await self._save(act, contacts.chosen(choice), "chosen")

    # -- on the phone -------------------------------------------------------------

    async def preview(self, act: Act, *, secret: str) -> Asked:
        """What the code asks; from now on it belongs to who scanned it.

        Raises:
            AskingOver: it is no code, used, too old, or somebody else's.
        """
        contacts, account = await self._asked(secret)
        after, asking = contacts.scanned(person_id=act.actor, now=act.at)
        if after != contacts:
            await self._save(act, after, "wechat_scanned")
        return Asked(
            name=mask_name(account.name),
            ends_at=asking.ends_at,
            subscription=await self._subscription(after),
        )

    async def confirm(self, act: Act, *, secret: str) -> Binding:
        """The WeChat of this session is told of this account's work from now on.

        Raises:
            AskingOver: as for ``preview``.
            Conflict: this WeChat is bound to another account.
        """
        contacts, account = await self._asked(secret)
        openid = await self._openid_of(session_id=act.session_id, now=act.at)
        bound = Bound(id=act.draw.id(), openid=openid, person_id=act.actor, at=act.at)
        after = contacts.bind(bound)
        binding = Binding(
            name=mask_name(account.name),
            bound=bound,
            subscription=await self._subscription(after),
        )

        async def work(unit: Unit) -> Binding:
            await self._store.replace(unit, after)
            await unit.audit(act.event("staff_contacts.wechat_bound", after.staff_id))
            await self._say(unit, act, after, BOUND)
            return binding

        try:
            return await act.commit(work)
        except Moved:
            raise Stale(STALE) from None

    async def bindings(self, *, person_id: str) -> Sequence[Binding]:
        """What this person's WeChat is bound to."""
        found = []
        for contacts in await self._store.of_person(person_id):
            account = await self._account(contacts.staff_id)
            if account is not None and contacts.bound is not None:
                subscription = await self._subscription(contacts)
                name = mask_name(account.name)
                found.append(Binding(name=name, bound=contacts.bound, subscription=subscription))
        return found

    async def take_back(self, act: Act, *, binding_id: str) -> None:
        """The person wants it no more.

        Raises:
            NotFound: no binding of theirs.
        """
        for contacts in await self._store.of_person(act.actor):
            if contacts.bound is not None and contacts.bound.id == binding_id:
                await self._save(act, contacts.unbound(), "wechat_unbound", told=UNBOUND)
                return
        raise NotFound("没有找到这项绑定。")

    # -- behind -------------------------------------------------------------------

    async def leave(self, unit: Unit, act: Act, *, staff_id: str) -> None:
        """Who is suspended is told nothing: everything of theirs goes."""
        if await self._store.forget(unit, staff_id):
            await unit.audit(act.event("staff_contacts.forgotten", staff_id))

    async def _asked(self, secret: str) -> tuple[Contacts, StaffAccount]:
        contacts = await self._store.by_secret(self._hash_secret(secret))
        account = await self._account(contacts.staff_id) if contacts else None
        if contacts is None or account is None or account.state is not StaffState.ACTIVE:
            raise AskingOver
        return contacts, account

    async def _mine(self, act: Act, tag: str) -> Contacts:
        contacts = await self._store.get(act.actor)
        if contacts.tag != tag:
            raise Stale(STALE)
        return contacts

    async def _save(
        self,
        act: Act,
        contacts: Contacts,
        what: str,
        *,
        told: str = "",
        sends: Message | None = None,
    ) -> Contacts:
        async def work(unit: Unit) -> Contacts:
            await self._store.replace(unit, contacts)
            await unit.audit(act.event(f"staff_contacts.{what}", contacts.staff_id))
            if told:
                await self._say(unit, act, contacts, told)
            if sends is not None:
                await unit.send(sends)
            return contacts

        try:
            return await act.commit(work)
        except Moved:
            raise Stale(STALE) from None

    async def _say(self, unit: Unit, act: Act, contacts: Contacts, told: str) -> None:
        await self._tell(
            unit,
            act,
            staff_id=contacts.staff_id,
            title=told,
            text=NOT_ME,
            link=SETTINGS,
            urgency=Urgency.NOW,
            key=f"contacts:{contacts.revision}:{act.draw.id()}",
        )


def _mobile(text: str) -> PhoneNumber:
    try:
        return parse_mobile(text)
    except BadIdentifier as bad:
        raise Invalid([Fault(pointer="/phone", code=bad.code, detail=bad.detail)]) from None
