"""Sealing: events without a leaf get the next ones, and every hour a root is signed over all.

Writers know nothing of it. An event has no leaf until the sealer has seen it committed, however
early it was stamped; so whatever commits late is met by a later sealing, and none is missed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.audit.roots import Root, SignedRoot
from domain.audit.tree import Frontier, canonical, leaf_hash
from domain.timestamps import Stamps, TimeStamp
from domain.transactions import Commit, LostLease, Unit

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """An event in the form that is hashed."""

    event_id: str
    content: Mapping[str, object]

    def hash(self) -> bytes:
        """The hash of its leaf."""
        return leaf_hash(canonical(self.content))


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Events not yet marked as sealed; ``known`` are those that have a leaf nevertheless."""

    fresh: Sequence[Leaf] = ()
    known: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.fresh or self.known)


@dataclass(frozen=True, kw_only=True)
class State:
    """How far the log is sealed, by the database's clock; ``fence`` is the holder's.

    ``authority`` says whether the servers have a time-stamp authority.
    """

    installation: str
    fence: int
    now: datetime
    frontier: Frontier
    roots: int
    previous: str
    rooted_at: datetime | None
    root_wanted: bool
    authority: bool

    @property
    def root_due(self) -> bool:
        """At the first leaf, at each new hour, and when somebody wants one."""
        if not self.frontier.size:
            return False
        return self.root_wanted or self.rooted_at is None or _hour(self.now) > _hour(self.rooted_at)


@dataclass(frozen=True, kw_only=True)
class Health:
    """What an operator watches; ages are counted from these."""

    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    last_root: datetime | None = None
    pending_stamps: int = 0


class Signer(Protocol):
    """The key that signs roots, and its certificate."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""

    @property
    def certificate_pem(self) -> str:
        """The certificate."""

    def sign(self, content: bytes) -> bytes:
        """Its signature."""


class AuditStore(Protocol):
    """The log in the database."""

    async def state(self) -> State | None:
        """How far it is; None before the first sealing."""

    async def claim(self, holder: str) -> State | None:
        """Hold the lease for some seconds; None while another holds it."""

    async def release(self, holder: str) -> None:
        """Let the lease go, if it is held."""

    async def name_authority(self, holder: str, *, present: bool) -> None:
        """Say whether roots are to be stamped from now on."""

    async def waiting(self) -> bool:
        """Whether any event is unsealed."""

    async def batch(self, most: int) -> Batch:
        """The unsealed events of the least ids."""

    async def seal(self, unit: Unit, lease: State, batch: Batch, grown: Frontier) -> None:
        """Give the batch its leaves; raises LostLease when another has sealed since."""

    async def add_root(self, unit: Unit, lease: State, signed: SignedRoot) -> None:
        """Append a root; raises LostLease when another has since."""

    async def stamps_due(self) -> Sequence[SignedRoot]:
        """Some pending roots, which are this caller's to stamp for a while."""

    async def stamped(self, number: int, token: bytes) -> None:
        """Keep the token of a root that was pending."""

    async def stamps_served(self) -> None:
        """The authority answers: the next pending root need not wait."""


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """One sealer; any number may run, and one at a time holds the lease.

    ``signer`` is asked at each root, so that keys may change while it runs.
    """

    store: AuditStore
    commit: Commit
    signer: Callable[[], Signer]
    holder: str
    stamps: Stamps | None = None
    batch: int = field(default=BATCH)

    async def begin(self) -> None:
        """Before the first step of a server."""
        await self.store.name_authority(self.holder, present=self.stamps is not None)

    async def end(self) -> None:
        """After the last step: another need not wait for the lease to run out."""
        await self.store.release(self.holder)

    async def step(self) -> bool:
        """Seal one batch and sign the root that is due; whether there may be more to do."""
        state = await self.store.state()
        waiting = await self.store.waiting()
        if not waiting and not (state and state.root_due):
            return False
        lease = await self.store.claim(self.holder)
        if lease is None:
            return False
        try:
            if lease.root_due:
                await self._sign(lease)
                return True
            return await self._seal(lease)
        except LostLease:
            return False

    async def stamp(self) -> bool:
        """Have pending roots stamped; whether there may be more.

        Raises:
            Unavailable: the authority does not serve; the roots stay pending, and are due
                again after a while.
        """
        if self.stamps is None:
            return False
        due = await self.store.stamps_due()
        for signed in due:
            token = await self.stamps.stamp(signed.digest)
            await self.store.stamped(signed.root.number, token)
        if due:
            await self.store.stamps_served()
        return bool(due)

    async def _seal(self, lease: State) -> bool:
        batch = await self.store.batch(self.batch)
        if not batch:
            return False
        grown = lease.frontier.grown(leaf.hash() for leaf in batch.fresh)

        async def work(unit: Unit) -> None:
            await self.store.seal(unit, lease, batch, grown)

        await self.commit(work)
        return True

    async def _sign(self, lease: State) -> None:
        signer = self.signer()
        root = Root(
            installation=lease.installation,
            number=lease.roots,
            at=max(lease.now, lease.rooted_at or lease.now),
            size=lease.frontier.size,
            head=lease.frontier.head,
            previous=lease.previous,
            signer=signer.fingerprint,
        )
        signed = SignedRoot(
            root=root,
            signature=signer.sign(root.content()),
            certificate_pem=signer.certificate_pem,
            stamping=TimeStamp.PENDING if lease.authority else TimeStamp.NONE,
        )

        async def work(unit: Unit) -> None:
            await self.store.add_root(unit, lease, signed)

        await self.commit(work)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
