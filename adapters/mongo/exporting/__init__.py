"""What an export says of a person, section by section: to add one, add it to a room's SECTIONS.

``SECTIONS`` are read for every export; ``NOT_EXPORTED`` gives the reason for each collection that
keeps something of a person and has no section. A test holds both against the collections.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from adapters.mongo.database import Database
from adapters.mongo.exporting import (
    account,
    attachments,
    credit,
    electricity,
    grid,
    judging,
    lectures,
    promises,
    rights,
    tickets,
    usage_records,
    watching,
)
from adapters.mongo.exporting.source import Of, Source
from domain.exports.ports import Section

SECTIONS: tuple[Source, ...] = (
    *account.SECTIONS,
    *rights.SECTIONS,
    *credit.SECTIONS,
    *promises.SECTIONS,
    *electricity.SECTIONS,
    *usage_records.SECTIONS,
    *grid.SECTIONS,
    *attachments.SECTIONS,
    *judging.SECTIONS,
    *lectures.SECTIONS,
    *tickets.SECTIONS,
    *watching.SECTIONS,
)

# Collections that keep something of a person and have no section, and why.
NOT_EXPORTED: Mapping[str, str] = {
    "reviewers": "WeChat's reviewers are nobody's real account; what they do is on samples",
    "idempotent_replies": "copies of answers under a keyed hash, found by no person; seven days",
    "file_addresses": "secrets good for ten minutes, kept as hashes",
    "replay_addresses": "secrets good for hours, kept as hashes",
    "lecture_hours": "when the watching was counted; what was watched has a section",
    "attachment_addresses": "secrets good for minutes, kept as hashes",
    "data_export_addresses": "secrets good for ten minutes, kept as hashes",
    "data_export_parts": "the archives themselves",
    "credit_report_snapshots": "in the archive as reports/NUMBER.json",
    "credit_report_papers": "in the archive as reports/NUMBER.pdf",
    "promise_checks": "tickets of the agency's camera, good for ten minutes",
    "promise_snapshots": "what was signed, in the letter that the person can fetch",
    "lecture_certificate_papers": "the papers, which the person can fetch",
    "promise_letters": "the letters, which the person can fetch",
    "promise_text_versions": "texts of the office, written by its staff",
    "lecture_versions": "lectures as the office's staff wrote them",
    "promise_register": "what everybody may read, as the person agreed to it",
    "grid_cases": "how far two systems are with an application, which has a section of its own",
    "grid_events": "the supplier's steps, which are in the application's own timeline",
    "wechat_tellings": "news of WeChat, encrypted whole and gone once it is heard",
    "wechat_tokens": "the district's own access token, nobody's data",
    "erasures": "whose account it was goes with the account; who is here has none",
    "legal_hold": "of accounts that are erased; who is here has none",
    "staff": "accounts of the office's staff, who are nobody among the residents",
    "ticket_notes": "what staff write for each other about the work, with its own secrecy",
    "alerts": "what staff are told of their work; the matter itself has a section",
    "judgements": "evaluations of credit butlers, who are nobody among the residents",
    "butlers": "places, skills and leave of the office's butlers, who are staff",
    "roster_shifts": "duties of the staff",
    "staff_sessions": "signed-in browsers of the staff, half an hour without use",
    "share_openings": "half an hour's access of a recipient; every opening is among the looks",
}


class MongoSections:
    """All sections of a person."""

    def __init__(
        self, database: Database, *, purposes: Mapping[str, str], holder_of: Callable[[str], str]
    ) -> None:
        self._database = database
        self._purposes = purposes
        self._holder_of = holder_of

    def __call__(self, *, person_id: str, now: datetime) -> Sequence[Section]:
        """Nothing is read before a section's rows are asked for."""
        whose = Of(
            database=self._database,
            person_id=person_id,
            now=now,
            purposes=self._purposes,
            holder_of=self._holder_of,
        )
        return [
            Section(
                name=source.name,
                title=source.title,
                columns=source.columns,
                words=source.words,
                rows=partial(source.rows, whose),
            )
            for source in SECTIONS
        ]
