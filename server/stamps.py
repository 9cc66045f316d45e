"""Time-stamps and the keys of papers: joined from settings, read by papers and audit roots."""

from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.agencies.timestamps import Timestamps
from adapters.documents.evidence.maker import PROGRAM_SHA256
from adapters.documents.key_ring import KeyRing
from adapters.mongo.credit_reports import MongoCreditReports
from adapters.mongo.outbox import Claimed
from adapters.outside import Outside
from adapters.stamp_tokens import StampRoots
from domain.credit_reports.raising import RAISE, Raising
from domain.papers import Papers
from domain.transactions import Act, Again
from server.jobs import Topic
from server.settings import Settings


def stamps_of(
    settings: Settings, outside: Outside | None, *, clock: Callable[[], datetime]
) -> Timestamps | None:
    """The authority; None when no stamps are wanted."""
    if outside is None or settings.timestamp_root_file is None:
        return None
    roots = StampRoots(settings.timestamp_root_file.read_bytes())
    return Timestamps(outside, roots=roots, clock=clock)


def published(ring: KeyRing, settings: Settings) -> Callable[[], Mapping[str, object]]:
    """All that checks our papers, as of each moment."""
    path = settings.timestamp_root_file
    roots = path.read_text("ascii") if path else None
    fixed = {"time_stamp_roots_pem": roots, "evidence_verify_sha256": PROGRAM_SHA256}
    return lambda: {**ring.published(), **fixed}


def raising(reports: MongoCreditReports, papers: Papers) -> Mapping[str, Topic]:
    """What a worker does about papers whose stamp is pending."""
    room = Raising(store=reports, papers=papers)

    async def work(act: Act, claimed: Claimed) -> Again | None:
        return await room.work(act, report_id=claimed.object_id, attempt=claimed.attempt)

    return {RAISE: work}
