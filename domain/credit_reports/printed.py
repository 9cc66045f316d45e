"""The records as a report prints them, found again in its snapshot: from which list, which values.

A snapshot says labels; the lists of the platform and the names of values come from the forms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.credit_reports.forms import no_violation, organisation_full, person_full
from domain.credit_reports.forms.sections import Group

# What the records of a printed group came from.
GROUPS: dict[tuple[str, str], Group] = {
    (section.code, group.title): group
    for section in (
        *organisation_full.sections_of("enterprise"),
        *person_full.SECTIONS,
        *no_violation.SECTIONS,
    )
    for group in section.groups
}


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One record: the platform's list it came from, and the title it stands under."""

    source: str
    under: str
    record: Any


def printed(snapshot: Any) -> Iterator[Printed]:
    """Every record of a snapshot, in the order of the sheet."""
    for section in snapshot["sections"]:
        for group in section["groups"]:
            source, under = GROUPS[section["code"], group["title"]].source, group["title"]
            for record in group["records"]:
                yield Printed(source=source, under=under or section["title"], record=record)
