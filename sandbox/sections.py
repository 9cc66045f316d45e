"""The sections of the platform's records: what a record of each holds, and how it is completed.

Of an organisation or a person only what is special need be written down: a section left out is
a clean one, a field left out is empty, record ids are given here.

``field`` is the code of the field of administration that a record belongs to, as the list of the
no-violation certificate has it; empty where the source does not say.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

Name = TypeVar("Name", bound=str)
Record = dict[str, str | list[str]]

Section = Literal[
    "registration",
    "licences",
    "penalties",
    "honours",
    "serious_lists",
    "abnormal_lists",
    "promises",
    "evaluations",
    "judgments",
    "others",
    "compulsory_measures",
    "criminal_judgments",
]
PersonSection = Literal[
    "identity",
    "licences",
    "honours",
    "penalties",
    "serious_lists",
    "promises",
    "judgments",
    "others",
]

FIELDS: dict[Section, tuple[str, ...]] = {
    "registration": (
        *("name", "uscc", "kind", "legal_representative", "kind_text", "established_on"),
        *("domicile", "status", "valid_until", "labels"),
    ),
    "licences": (
        *("XK_WSH", "XK_XKWS", "XK_XKZS", "XK_XKLB", "XK_XKBH", "XK_JDRQ", "XK_YXQZ"),
        *("XK_YXQZI", "XK_NR", "XK_XKJG", "XK_XKJGDM", "XK_SJLY", "XK_SJLYDM"),
    ),
    "penalties": (
        *("CF_WSH", "CF_CFLB", "CF_JDRQ", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX"),
        *("CF_WFXW", "CF_SY", "CF_YJ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM"),
        *("CF_GSJZQ", "severity", "repaired_on", "field"),
    ),
    "honours": ("name", "level", "year", "granted_by", "granted_on"),
    "serious_lists": (
        *("list_name", "reason", "listed_by", "listed_on", "document_number", "field"),
    ),
    "abnormal_lists": ("reason", "listed_by", "listed_on", "removed_on"),
    "promises": ("kind", "subject_matter", "promised_on", "received_by", "fulfilment"),
    "evaluations": ("name", "result", "evaluated_by", "year"),
    "judgments": (
        *("court", "province", "basis_number", "filed_on", "case_number", "obligation"),
        *("performance", "circumstances", "published_on", "field"),
    ),
    "others": ("title", "content", "source", "recorded_on"),
    "compulsory_measures": (
        *("document_number", "kind", "decided_on", "content", "subject_matter", "legal_basis"),
        *("authority", "authority_uscc", "source", "source_uscc", "field"),
    ),
    "criminal_judgments": (
        *("court", "case_number", "document_name", "charge", "decided_on", "result"),
        *("source", "field"),
    ),
}
"""What a record of each section of an organisation holds, besides its ``id``."""

PERSON_FIELDS: dict[PersonSection, tuple[str, ...]] = {
    "identity": ("name", "id_kind", "id_number", "labels"),
    "licences": FIELDS["licences"],
    "honours": FIELDS["honours"],
    "penalties": FIELDS["penalties"],
    "serious_lists": FIELDS["serious_lists"],
    "promises": FIELDS["promises"],
    "judgments": FIELDS["judgments"],
    "others": FIELDS["others"],
}
"""The same of a natural person."""


def check(
    given: Mapping[Name, Sequence[Record]], fields: Mapping[Name, tuple[str, ...]], *, head: Name
) -> None:
    """Raise ValueError for what no record has; ``head`` is the section of exactly one record."""
    for section, records in given.items():
        named = {field for record in records for field in record}
        if unknown := named - {*fields[section], "id"}:
            raise ValueError(f"{section} has no field {', '.join(sorted(unknown))}")
        if not all(_texts_and_labels(record) for record in records):
            raise ValueError(f"{section} has a list that is not labels, or labels that are not")
    if len(given.get(head, [{}])) != 1:
        raise ValueError(f"{head} is exactly one record")


def completed(
    given: Mapping[Name, Sequence[Record]], fields: Mapping[Name, tuple[str, ...]], *, owner: str
) -> dict[Name, list[Record]]:
    """Every section, every field, and an id of its ``owner`` for every record."""
    return {
        section: [
            {"id": f"{owner}-{section}-{number}", **dict.fromkeys(names, ""), **record}
            for number, record in enumerate(given.get(section, []), start=1)
        ]
        for section, names in fields.items()
    }


def _texts_and_labels(record: Record) -> bool:
    return all(isinstance(value, list) == (field == "labels") for field, value in record.items())
