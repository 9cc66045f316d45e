"""The cast: invented people, the enterprises they represent, and what the platform holds on them.

Each file in ``data/personas`` is one persona, in the very form that ``POST /sandbox/personas``
takes. Of an enterprise only what is special need be written down: a section left out is a clean
one, a field left out is empty, record ids are given here.

So that a penalty published today is still published when the tests run next year, a text may
count days from the day on which it is read: ``@date-200`` becomes 2026-05-07, ``@day-200``
becomes 2026年5月7日 and ``@year-200`` becomes 2026.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sandbox.generated import licences, penalties
from sandbox.identifiers import is_resident_number, is_uscc

DATA = Path(__file__).parent / "data" / "personas"
MAX_PERSONAS = 10_000

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
]

FIELDS: dict[Section, tuple[str, ...]] = {
    "registration": (
        *("name", "uscc", "legal_representative", "kind_text", "established_on"),
        *("domicile", "status", "valid_until", "labels"),
    ),
    "licences": (
        *("XK_WSH", "XK_XKWS", "XK_XKZS", "XK_XKLB", "XK_XKBH", "XK_JDRQ", "XK_YXQZ"),
        *("XK_YXQZI", "XK_NR", "XK_XKJG", "XK_XKJGDM", "XK_SJLY", "XK_SJLYDM"),
    ),
    "penalties": (
        *("CF_WSH", "CF_CFLB", "CF_JDRQ", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX"),
        *("CF_WFXW", "CF_SY", "CF_YJ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM"),
        *("CF_GSJZQ", "severity", "repaired_on"),
    ),
    "honours": ("name", "level", "year", "granted_by", "granted_on"),
    "serious_lists": ("list_name", "reason", "listed_by", "listed_on", "document_number"),
    "abnormal_lists": ("reason", "listed_by", "listed_on", "removed_on"),
    "promises": ("kind", "subject_matter", "promised_on", "received_by", "fulfilment"),
    "evaluations": ("name", "result", "evaluated_by", "year"),
    "judgments": (
        *("court", "province", "basis_number", "filed_on", "case_number"),
        *("obligation", "performance", "circumstances", "published_on"),
    ),
    "others": ("title", "content", "source", "recorded_on"),
}
"""What a record of each section holds, besides its ``id``."""


def checked_uscc(text: str) -> str:
    """The text; raises ValueError."""
    if not is_uscc(text):
        raise ValueError("not a unified social credit code (length, letters or a check digit)")
    return text


def checked_resident_number(text: str) -> str:
    """The text; raises ValueError."""
    if not is_resident_number(text):
        raise ValueError("not a resident's ID number (length, date or check digit)")
    return text


Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bulk(_Strict):
    """Records by the thousand, the same for the same seed."""

    seed: int
    licences: Annotated[int, Field(ge=0, le=10_000)] = 0
    penalties: Annotated[int, Field(ge=0, le=10_000)] = 0


class Enterprise(_Strict):
    """An enterprise as registered, with the records that are special about it."""

    uscc: Annotated[str, AfterValidator(checked_uscc)]
    name: Text
    kind: Literal["enterprise", "individual_business"] = "enterprise"
    status: Literal["存续", "注销", "吊销"] = "存续"
    sections: dict[Section, list[Record]] = {}
    bulk: Bulk | None = None

    @model_validator(mode="after")
    def _fields_are_known(self) -> "Enterprise":
        for section, records in self.sections.items():
            fields = {field for record in records for field in record}
            if unknown := fields - {*FIELDS[section], "id"}:
                raise ValueError(f"{section} has no field {', '.join(sorted(unknown))}")
            if not all(_texts_and_labels(record) for record in records):
                raise ValueError(f"{section} has a list that is not labels, or labels that are not")
        if len(self.sections.get("registration", [{}])) != 1:
            raise ValueError("registration is exactly one record")
        return self


def _texts_and_labels(record: Record) -> bool:
    return all(isinstance(value, list) == (field == "labels") for field, value in record.items())


class Persona(_Strict):
    """Someone with a phone, and perhaps an enterprise whose legal representative they are.

    ``face`` is how a check of this person's face ends, whoever looks into the camera.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    label: Text
    description: str = ""
    openid: Annotated[str, Field(pattern=r"^o[A-Za-z0-9_-]{27}$")]
    name: Text
    id_number: Annotated[str, AfterValidator(checked_resident_number)]
    phone: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]
    face: Literal["pass", "fail"] = "pass"
    enterprise: Enterprise | None = None

    def summary(self) -> dict[str, object]:
        """The persona as the phone page lists it."""
        enterprise = self.enterprise
        return {
            **self.model_dump(exclude={"enterprise", "face"}),
            "uscc": enterprise.uscc if enterprise else None,
            "enterprise": enterprise.name if enterprise else None,
        }


class TakenError(Exception):
    """Another persona has this id, openid, ID number or uscc already."""


class Cast:
    """All personas, found by what the outside systems know them by."""

    def __init__(self, personas: Iterable[Persona] = ()) -> None:
        self._personas: list[Persona] = []
        self._by_key: dict[tuple[str, str], Persona] = {}
        self._records: dict[str, dict[Section, list[Record]]] = {}
        for persona in personas:
            self.add(persona)

    def __iter__(self) -> Iterator[Persona]:
        return iter(self._personas)

    def add(self, persona: Persona) -> None:
        """Let the persona in; raises TakenError, also when the house is full."""
        keys = [
            ("id", persona.id),
            ("openid", persona.openid),
            ("id_number", persona.id_number),
        ]
        if persona.enterprise:
            keys.append(("uscc", persona.enterprise.uscc))
        taken = [key[0] for key in keys if key in self._by_key]
        if taken:
            raise TakenError(f"another persona has this {', '.join(taken)}")
        if len(self._personas) >= MAX_PERSONAS:
            raise TakenError(f"there are {MAX_PERSONAS} personas already")
        self._personas.append(persona)
        self._by_key.update(dict.fromkeys(keys, persona))
        if persona.enterprise:
            self._records[persona.enterprise.uscc] = _all_records(persona, persona.enterprise)

    def by_openid(self, openid: str) -> Persona | None:
        """As WeChat knows people."""
        return self._by_key.get(("openid", openid))

    def by_id_number(self, id_number: str) -> Persona | None:
        """As the identity agency knows people."""
        return self._by_key.get(("id_number", id_number))

    def by_uscc(self, uscc: str) -> Persona | None:
        """The representative of an enterprise, as the credit platform knows it."""
        return self._by_key.get(("uscc", uscc))

    def records(self, uscc: str, section: Section) -> Sequence[Record] | None:
        """What the platform holds in one section; None for an enterprise it does not know."""
        sections = self._records.get(uscc)
        return sections[section] if sections is not None else None


def load(*, today: date, folder: Path = DATA) -> list[Persona]:
    """The personas of the folder, in the order of their file names."""
    return [
        Persona.model_validate_json(with_dates(path.read_text("utf-8"), today=today))
        for path in sorted(folder.glob("*.json"))
    ]


def with_dates(text: str, *, today: date) -> str:
    """The text with its ``@date``, ``@day`` and ``@year`` written out."""

    def written(match: re.Match[str]) -> str:
        day = today + timedelta(days=int(match[2]))
        if match[1] == "year":
            return str(day.year)
        return day.isoformat() if match[1] == "date" else f"{day.year}年{day.month}月{day.day}日"

    return re.sub(r"@(date|day|year)([+-][0-9]{1,5})", written, text)


def _all_records(persona: Persona, enterprise: Enterprise) -> dict[Section, list[Record]]:
    """Every section, every field and an id for every record."""
    given = dict(enterprise.sections)
    registered = given.get("registration", [{}])[0]
    given["registration"] = [{**_registration(persona, enterprise), **registered}]
    if enterprise.bulk:
        bulk = enterprise.bulk
        made: dict[Section, list[Record]] = {
            "licences": [*licences(seed=bulk.seed, count=bulk.licences)],
            "penalties": [*penalties(seed=bulk.seed, count=bulk.penalties)],
        }
        for section, records in made.items():
            given[section] = [*given.get(section, []), *records]
    return {
        section: [
            {"id": f"{enterprise.uscc}-{section}-{number}", **dict.fromkeys(fields, ""), **record}
            for number, record in enumerate(given.get(section, []), start=1)
        ]
        for section, fields in FIELDS.items()
    }


def _registration(persona: Persona, enterprise: Enterprise) -> Record:
    """What the registry holds where nothing else was said."""
    individual = enterprise.kind == "individual_business"
    return {
        "name": enterprise.name,
        "uscc": enterprise.uscc,
        "legal_representative": persona.name,
        "kind_text": "个体工商户" if individual else "有限责任公司（自然人投资或控股）",
        "established_on": "2018-06-01",
        "domicile": "广州市越秀区样例路1号",
        "status": enterprise.status,
        "valid_until": "2099-12-31",
        "labels": [enterprise.status],
    }
