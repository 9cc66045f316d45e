"""The cast: invented people, the enterprises they represent, and what the platform holds on them.

Each file in ``data/personas`` is one persona, in the very form that ``POST /sandbox/personas``
takes; ``python -m sandbox.generate`` writes any number more. Of an organisation or a person only
what is special need be written down (``sections.py``).

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
from sandbox.identifiers import id_kind, is_resident_number, is_uscc
from sandbox.sections import (
    FIELDS,
    PERSON_FIELDS,
    PersonSection,
    Record,
    Section,
    check,
    completed,
)

DATA = Path(__file__).parent / "data" / "personas"
MAX_PERSONAS = 10_000

Kind = Literal[
    "enterprise", "individual_business", "government", "public_institution", "social_organisation"
]
Status = Literal["存续", "注销", "吊销"]

KIND_TEXTS: dict[Kind, str] = {
    "enterprise": "有限责任公司（自然人投资或控股）",
    "individual_business": "个体工商户",
    "government": "机关",
    "public_institution": "事业单位",
    "social_organisation": "社会团体",
}


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
PersonaId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bulk(_Strict):
    """Records by the thousand, the same for the same seed."""

    seed: int
    licences: Annotated[int, Field(ge=0, le=10_000)] = 0
    penalties: Annotated[int, Field(ge=0, le=10_000)] = 0


class Enterprise(_Strict):
    """An organisation as registered, with the records that are special about it.

    ``successor`` is the persona who represents it once ``successor_after_matches`` questions
    were answered with yes; without that number only the control makes it so.
    """

    uscc: Annotated[str, AfterValidator(checked_uscc)]
    name: Text
    kind: Kind = "enterprise"
    status: Status = "存续"
    sections: dict[Section, list[Record]] = {}
    bulk: Bulk | None = None
    successor: PersonaId | None = None
    successor_after_matches: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _fields_are_known(self) -> "Enterprise":
        check(self.sections, FIELDS, head="registration")
        return self


class Persona(_Strict):
    """Someone with a phone, and perhaps an enterprise whose legal representative they are.

    ``face`` is how a check of this person's face ends, whoever looks into the camera;
    ``sections`` are the person's own records, not the enterprise's.
    """

    id: PersonaId
    label: Text
    description: str = ""
    openid: Annotated[str, Field(pattern=r"^o[A-Za-z0-9_-]{27}$")]
    name: Text
    id_number: Annotated[str, AfterValidator(checked_resident_number)]
    phone: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]
    face: Literal["pass", "fail"] = "pass"
    sections: dict[PersonSection, list[Record]] = {}
    enterprise: Enterprise | None = None

    @model_validator(mode="after")
    def _fields_are_known(self) -> "Persona":
        check(self.sections, PERSON_FIELDS, head="identity")
        return self

    def summary(self, enterprise: Enterprise | None) -> dict[str, object]:
        """The persona as the phone page lists it, with the enterprise to act for."""
        return {
            **self.model_dump(exclude={"enterprise", "face", "sections"}),
            "uscc": enterprise.uscc if enterprise else None,
            "enterprise": enterprise.name if enterprise else None,
            "successor": enterprise.successor if enterprise else None,
        }


class TakenError(Exception):
    """Another persona has this id, openid, ID number or uscc already."""


class Cast:
    """All personas, found by what the outside systems know them by."""

    def __init__(self, personas: Iterable[Persona] = (), *, today: date) -> None:
        self._today = today
        self._personas: list[Persona] = []
        self._by_key: dict[tuple[str, str], Persona] = {}
        self._organisations: dict[str, dict[Section, list[Record]]] = {}
        self._people: dict[str, dict[PersonSection, list[Record]]] = {}
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
        self._people[persona.id_number] = _person(persona)
        if persona.enterprise:
            uscc = persona.enterprise.uscc
            self._organisations[uscc] = _organisation(persona, persona.enterprise, self._today)

    def listed(self) -> list[dict[str, object]]:
        """Everyone as the phone page lists them; a successor with what is to be taken over."""
        owned = [persona.enterprise for persona in self._personas if persona.enterprise]
        heirs = {enterprise.successor: enterprise for enterprise in owned if enterprise.successor}
        return [one.summary(one.enterprise or heirs.get(one.id)) for one in self._personas]

    def by_id(self, persona_id: str) -> Persona | None:
        """As developers know personas."""
        return self._by_key.get(("id", persona_id))

    def by_openid(self, openid: str) -> Persona | None:
        """As WeChat knows people."""
        return self._by_key.get(("openid", openid))

    def by_id_number(self, id_number: str) -> Persona | None:
        """As the identity agency knows people."""
        return self._by_key.get(("id_number", id_number))

    def by_uscc(self, uscc: str) -> Persona | None:
        """Whose file an enterprise stands in."""
        return self._by_key.get(("uscc", uscc))

    def records(self, uscc: str, section: Section) -> Sequence[Record] | None:
        """What the platform holds in one section; None for an enterprise it does not know."""
        sections = self._organisations.get(uscc)
        return sections[section] if sections is not None else None

    def person_records(
        self, *, name: str, id_number: str, section: PersonSection
    ) -> Sequence[Record] | None:
        """The same of a natural person; None where name and number are not one person's."""
        persona = self.by_id_number(id_number)
        if persona is None or persona.name != name:
            return None
        return self._people[id_number][section]

    def lists_of(self, key: str) -> dict[str, list[Record]]:
        """All lists of a uscc or ID number, to be changed in place; none for a stranger."""
        known = (self._organisations.get(key, {}), self._people.get(key, {}))
        return {str(section): records for lists in known for section, records in lists.items()}


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


def _organisation(
    persona: Persona, enterprise: Enterprise, today: date
) -> dict[Section, list[Record]]:
    given = dict(enterprise.sections)
    registered = given.get("registration", [{}])[0]
    given["registration"] = [{**_registration(persona, enterprise), **registered}]
    if enterprise.bulk:
        bulk = enterprise.bulk
        made: dict[Section, list[Record]] = {
            "licences": [*licences(seed=bulk.seed, count=bulk.licences)],
            "penalties": [*penalties(seed=bulk.seed, count=bulk.penalties, today=today)],
        }
        for section, records in made.items():
            given[section] = [*given.get(section, []), *records]
    return completed(given, FIELDS, owner=enterprise.uscc)


def _registration(persona: Persona, enterprise: Enterprise) -> Record:
    """What the registry holds where nothing else was said."""
    return {
        "name": enterprise.name,
        "uscc": enterprise.uscc,
        "kind": enterprise.kind,
        "legal_representative": persona.name,
        "kind_text": KIND_TEXTS[enterprise.kind],
        "established_on": "2018-06-01",
        "domicile": "广州市越秀区样例路1号",
        "status": enterprise.status,
        "valid_until": "2099-12-31",
        "labels": [enterprise.status],
    }


def _person(persona: Persona) -> dict[PersonSection, list[Record]]:
    given = dict(persona.sections)
    said = given.get("identity", [{}])[0]
    known: Record = {
        "name": persona.name,
        "id_kind": id_kind(persona.id_number),
        "id_number": persona.id_number,
        "labels": [],
    }
    given["identity"] = [{**known, **said}]
    # An id is printed in places where no ID number may be.
    return completed(given, PERSON_FIELDS, owner=persona.id)
