"""What becomes of reports, their papers, shares, objections, and who looked."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import AGAIN, Ways, in_turn, instead, redacted
from adapters.mongo.legal_hold import paper_content
from adapters.mongo.verification import issued_paper
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.erasure.rules import Kind
from domain.identifiers import mask_name, mask_organisation_name
from domain.transactions import Unit

FOUND_BY = ("code_hash", "check_hash", "file_sha256", "raised_sha256")
FEW = 20  # Each may have a paper of megabytes.
TEXTS = ("reason", "opinion", "steps")


class ReportSweeps:
    """The rows of the principals the person was go; those of others name the stand-in."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "file_addresses": ways.deleting("file_addresses", _theirs),
            "shares": self._shares,
            "credit_reports": in_turn(
                self._reports,
                ways.changing("credit_reports", _theirs, self._report_of_another),
            ),
            "looks": in_turn(
                ways.keeping(
                    "looks",
                    lambda leaver: {"about": leaver.person_id},
                    Kind.LOOK,
                    lambda _, row: row["at"],
                ),
                self._looked,
                ways.changing("looks", _theirs, self._look_of_another),
            ),
            "objections": in_turn(
                ways.keeping(
                    "objections",
                    lambda leaver: {"about": leaver.person_id},
                    Kind.OBJECTION,
                    lambda leaver, row: row["ended_at"] or leaver.at,
                ),
                ways.changing("objections", _objected, self._objection_of_another),
            ),
        }

    async def _shares(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "shares", _theirs(leaver))
        await self._drop_shares(unit, rows)
        return Swept(gone=len(rows), after=AGAIN if rows else "")

    async def _drop_shares(self, unit: Unit, rows: list[Document]) -> None:
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "share_openings", {"share_id": ids})
            await self._ways.delete(unit, "shares", {"_id": ids})

    async def _reports(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """The content goes with all that hangs on it; what checking the paper needs is kept."""
        ways = self._ways
        wanted = {"principal_id": {"$in": list(leaver.principals)}}
        rows = await ways.rows(unit, "credit_reports", wanted, most=FEW)
        total = Swept()
        for row in rows:
            total += await self._paper(unit, leaver, row)
            await self._drop_shares(
                unit, await ways.rows(unit, "shares", {"report_id": row["_id"]})
            )
        ids = {"_id": {"$in": [row["_id"] for row in rows]}}
        if rows:
            for name in ("credit_report_snapshots", "credit_report_papers", "credit_reports"):
                await ways.delete(unit, name, ids)
        return total + Swept(after=AGAIN if rows else "")

    async def _paper(self, unit: Unit, leaver: Leaver, row: Document) -> Swept:
        shown = issued_paper({**row, **_as_stand_in(row, leaver)}, leaver.at)
        if shown is None:
            return Swept(gone=1)
        content = dict(paper_content(row, shown))
        mask = mask_name if shown.of_person else mask_organisation_name
        content["subject"] = mask(shown.subject_name)
        issue = row["issue"]
        return await self._ways.keep(
            unit,
            leaver,
            Kind.PAPER,
            row,
            since=issue["expires_at"],
            content=content,
            found_by={name: issue[name] for name in FOUND_BY if name in issue},
        )

    async def _report_of_another(self, leaver: Leaver, row: Document) -> Document:
        """Requested by the person for somebody else, to whom it belongs."""
        return {
            "person_id": leaver.stand_in,
            "changed_by": instead(row["changed_by"], leaver),
        }

    async def _looked(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """What the person looked at of others: kept with who it was, shown to them without."""
        ways = self._ways
        wanted = {"about": {"$in": list(leaver.abouts)}, "viewer": leaver.person_id}
        # Beside the transaction: a busy enterprise has more looks than its seconds may search.
        rows = await ways.rows(None, "looks", wanted)
        total = Swept()
        for row in rows:
            total += await ways.keep(unit, leaver, Kind.LOOK, row, since=row["at"])
            changes = {
                "viewer": leaver.stand_in,
                "person_id": instead(row["person_id"], leaver),
            }
            await ways.set(unit, "looks", row, changes)
        return total + Swept(changed=len(rows), after=AGAIN if rows else "")

    async def _look_of_another(self, leaver: Leaver, row: Document) -> Document:
        return {
            "person_id": leaver.stand_in,
            "viewer": instead(row["viewer"], leaver),
            "subject_id": instead(row["subject_id"], leaver),
        }

    async def _objection_of_another(self, leaver: Leaver, row: Document) -> Document:
        """About an enterprise: it goes on, and the enterprise follows it."""
        secret = self._ways.database.cipher.random
        texts: Document = {
            name: await secret("report", redacted(row[name], leaver))
            for name in TEXTS
            if isinstance(row[name], str)
        }
        return {
            **texts,
            "person_id": instead(row["person_id"], leaver),
            "principal_person": instead(row["principal_person"], leaver),
        }


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}


def _objected(leaver: Leaver) -> Mapping[str, Any]:
    named = [{"person_id": leaver.person_id}, {"principal_person": leaver.person_id}]
    return {"about": {"$in": list(leaver.abouts)}, "$or": named}


def _as_stand_in(row: Document, leaver: Leaver) -> Document:
    """So that checking the paper later names nobody; a natural person is the principal too."""
    return {
        "person_id": leaver.stand_in,
        "subject_id": instead(row["subject_id"], leaver),
        "principal_id": instead(row.get("principal_id", row["subject_id"]), leaver),
    }
