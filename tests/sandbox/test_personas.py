"""sandbox/personas.py and its data: complete, consistent, with right check digits."""

import json
import re
from datetime import date
from decimal import Decimal

import httpx
import pytest

from content.catalogue import load as load_content
from sandbox.generated import penalties
from sandbox.identifiers import is_resident_number, is_uscc
from sandbox.personas import Cast, Persona, TakenError, load, with_dates
from sandbox.sections import FIELDS, PERSON_FIELDS, PersonSection, Section
from tests.sandbox.support import Json, Signed

TODAY = date(2026, 11, 23)
CODES = (
    *("uscc", "XK_XKJGDM", "XK_SJLYDM", "CF_CFJGDM", "CF_SJLYDM"),
    *("authority_uscc", "source_uscc"),
)
DATES = (
    *("XK_JDRQ", "XK_YXQZ", "XK_YXQZI", "CF_JDRQ", "CF_GSJZQ", "repaired_on", "established_on"),
    *("listed_on", "decided_on", "published_on", "promised_on"),
)
HEADS = {
    "enterprise": "91",
    "individual_business": "92",
    "government": "11",
    "public_institution": "12",
    "social_organisation": "51",
}
REQUIRED = {
    "licences": ("XK_WSH", "XK_JDRQ", "XK_NR", "XK_XKJG", "XK_XKJGDM"),
    "penalties": ("CF_WSH", "CF_CFLB", "CF_JDRQ", "CF_SY", "CF_YJ", "CF_CFJG", "CF_GSJZQ"),
}


@pytest.fixture(scope="module")
def cast() -> Cast:
    return Cast(load(today=TODAY), today=TODAY)


@pytest.fixture(scope="module")
def by_id(cast: Cast) -> dict[str, Persona]:
    return {persona.id: persona for persona in cast}


@pytest.fixture(scope="module")
def records(cast: Cast) -> list[tuple[Section | PersonSection, Json]]:
    """Every record of the cast with its section, of enterprises and of people."""
    of_enterprises = [
        (section, record)
        for owner in cast
        if owner.enterprise
        for section in FIELDS
        for record in of(cast, owner, section)
    ]
    of_people = [
        (section, record)
        for owner in cast
        for section in PERSON_FIELDS
        for record in of_person(cast, owner, section)
    ]
    return [*of_enterprises, *of_people]


def of(cast: Cast, persona: Persona, section: Section) -> list[Json]:
    assert persona.enterprise
    return list(cast.records(persona.enterprise.uscc, section) or [])


def of_person(cast: Cast, persona: Persona, section: PersonSection) -> list[Json]:
    known = {"name": persona.name, "id_number": persona.id_number}
    return list(cast.person_records(**known, section=section) or [])


def test_everyone_carries_right_numbers(cast: Cast) -> None:
    for persona in cast:
        assert is_resident_number(persona.id_number)
        assert re.fullmatch(r"13800138[0-9]{3}", persona.phone)
        assert len(persona.openid) == 28
        if persona.enterprise:
            first = HEADS[persona.enterprise.kind]
            assert persona.enterprise.uscc.startswith(first + "440104")


def test_every_kind_of_organisation_and_of_document_is_there(cast: Cast) -> None:
    assert len(list(cast)) >= 20
    assert {one.enterprise.kind for one in cast if one.enterprise} == HEADS.keys()
    assert {one.id_number[:2] for one in cast} == {"44", "81", "94"}
    every = {section for one in cast if one.enterprise for section in one.enterprise.sections}
    assert every == FIELDS.keys()
    assert {section for one in cast for section in one.sections} == PERSON_FIELDS.keys()


def test_fields_of_administration_are_those_of_the_certificate(
    records: list[tuple[Section | PersonSection, Json]],
) -> None:
    known = load_content(district="440104").wording.fields
    assert {record["field"] for _, record in records if "field" in record} <= {"", *known}


def test_every_record_is_complete_and_made_of_strings(
    records: list[tuple[Section | PersonSection, Json]],
) -> None:
    for section, record in records:
        assert record.keys() == {"id", *{**FIELDS, **PERSON_FIELDS}[section]}
        texts = [value for field, value in record.items() if field != "labels"]
        assert all(isinstance(value, str) for value in (*texts, *record.get("labels", [])))
        assert all(record[field] for field in REQUIRED.get(section, ()))
        assert "@" not in "".join(texts)


def test_every_code_date_and_amount_in_a_record_is_one(
    records: list[tuple[Section | PersonSection, Json]],
) -> None:
    for _, record in records:
        assert all(is_uscc(record[field]) for field in CODES if record.get(field))
        assert all(date.fromisoformat(record[field]) for field in DATES if record.get(field))
        for field in ("CF_NR_FK", "CF_NR_WFFF"):
            assert not record.get(field) or Decimal(record[field]) > 0


def test_everything_says_that_it_is_invented(
    cast: Cast, records: list[tuple[Section | PersonSection, Json]]
) -> None:
    assert all("样例" in persona.enterprise.name for persona in cast if persona.enterprise)
    sources = {record.get("CF_SJLY") or record.get("XK_SJLY") for _, record in records} - {None}
    assert all("样例" in source for source in sources)


def test_the_registry_knows_each_enterprise_by_its_name(cast: Cast) -> None:
    for persona in cast:
        if persona.enterprise:
            (registered,) = of(cast, persona, "registration")
            assert registered["name"] == persona.enterprise.name
            assert registered["uscc"] == persona.enterprise.uscc
            assert registered["legal_representative"] == persona.name
            assert persona.enterprise.status in registered["labels"]


@pytest.mark.parametrize(
    ("who", "severity"),
    [("penalty-minor", "minor"), ("penalty-general", "general"), ("penalty-serious", "serious")],
)
def test_each_class_of_penalty_is_publicised_today(
    cast: Cast, by_id: dict[str, Persona], who: str, severity: str
) -> None:
    (penalty,) = of(cast, by_id[who], "penalties")
    assert penalty["severity"] == severity
    assert penalty["CF_JDRQ"] < TODAY.isoformat() < penalty["CF_GSJZQ"]
    assert penalty["repaired_on"] == ""


def test_one_penaltys_publicity_has_ended_and_one_is_repaired(
    cast: Cast, by_id: dict[str, Persona]
) -> None:
    (ended,) = of(cast, by_id["penalty-ended"], "penalties")
    assert ended["CF_GSJZQ"] < TODAY.isoformat()
    (repaired,) = of(cast, by_id["penalty-repaired"], "penalties")
    assert repaired["CF_JDRQ"] < repaired["repaired_on"] < TODAY.isoformat()
    assert TODAY.isoformat() < repaired["CF_GSJZQ"]


def test_one_fact_is_longer_than_six_hundred_characters(
    cast: Cast, by_id: dict[str, Persona]
) -> None:
    (penalty,) = of(cast, by_id["penalty-serious"], "penalties")
    assert len(penalty["CF_SY"]) >= 600


def test_two_thousand_penalties_are_the_same_every_time(
    cast: Cast, by_id: dict[str, Persona]
) -> None:
    made = of(cast, by_id["many-penalties"], "penalties")
    assert len(made) == 2000
    assert len({penalty["CF_WSH"] for penalty in made}) == 2000
    once, again, other = (list(penalties(seed=seed, count=50, today=TODAY)) for seed in (1, 1, 2))
    assert once == again != other


def test_rare_characters_are_in_the_names(by_id: dict[str, Persona]) -> None:
    assert by_id["rare-names"].name == "𠮷田"
    assert {"𠮷", "䶮", "\U00031350"} <= set(by_id["rare-names"].enterprise.name)


def test_the_child_stays_one_until_2033_and_charlie_owns_nothing(by_id: dict[str, Persona]) -> None:
    assert by_id["child"].id_number[6:14] == "20150601"
    assert by_id["child"].enterprise is None
    assert by_id["charlie"].enterprise is None


def test_a_licence_is_valid_until_2099(cast: Cast, by_id: dict[str, Persona]) -> None:
    (licence,) = of(cast, by_id["individual-business"], "licences")
    assert licence["XK_YXQZI"] == "2099-12-31"


def test_days_are_counted_from_the_day_of_reading() -> None:
    text = "〔@year-400〕@date-1，@day+10起"
    assert with_dates(text, today=TODAY) == "〔2025〕2026-11-22，2026年12月3日起"
    assert with_dates("a@date.cn @day", today=TODAY) == "a@date.cn @day"


# Adding one


@pytest.fixture
def dora() -> Json:
    """A persona who is not in the cast, as JSON has it."""
    return {
        "id": "dora",
        "label": "新来的",
        "openid": "oDora-" + "0" * 22,
        "name": "杜若",
        "id_number": "11010519491231002X",
        "phone": "13800138999",
        "enterprise": {"uscc": "91350100M000100Y43", "name": "样例公司"},
    }


def test_an_added_enterprise_is_clean_where_nothing_was_said(
    sandbox: httpx.Client, signed: Signed, dora: Json
) -> None:
    dora["enterprise"]["sections"] = {"honours": [{"name": "诚信商户"}]}
    added = sandbox.post("/sandbox/personas", json=dora)
    assert added.status_code == 201
    assert added.json()["enterprise"] == "样例公司"
    assert added.json() in sandbox.get("/sandbox/personas").json()["items"]

    def read(section: str) -> list[Json]:
        asked = {"uscc": "91350100M000100Y43", "section": section, "page": 1, "page_size": 9}
        return signed("/platform/v1/organisations/sections", asked).json()["records"]

    (honour,) = read("honours")
    assert (honour["name"], honour["level"]) == ("诚信商户", "")
    (registered,) = read("registration")
    assert (registered["name"], registered["legal_representative"]) == ("样例公司", "杜若")
    assert read("penalties") == []
    again = sandbox.post("/sandbox/personas", json=dora)
    assert again.status_code == 409
    assert again.json()["code"] == "taken"


def test_every_faulty_field_is_named_at_once(sandbox: httpx.Client, dora: Json) -> None:
    dora |= {"openid": "short", "id_number": "110105194912310021", "phone": "10086"}
    dora["enterprise"] |= {"uscc": "91350100M000100Y44"}
    dora["enterprise"]["sections"] = {"rumours": []}
    answer = sandbox.post("/sandbox/personas", json=dora)
    assert answer.status_code == 400
    fields = {error["field"] for error in answer.json()["errors"]}
    assert {"openid", "id_number", "phone", "enterprise.uscc"} < fields
    assert any(field.startswith("enterprise.sections.rumours") for field in fields)


@pytest.mark.parametrize(
    "sections",
    [
        {"honours": [{"nmae": "-"}]},
        {"registration": []},
        {"honours": [{"name": 1}]},
        {"honours": [{"name": ["-"]}]},
    ],
)
def test_a_misspelt_record_is_refused(dora: Json, sections: Json) -> None:
    dora["enterprise"]["sections"] = sections
    with pytest.raises(ValueError, match="enterprise"):
        Persona.model_validate_json(json.dumps(dora))


def test_a_misspelt_record_of_a_person_is_refused(dora: Json) -> None:
    for sections in ({"honours": [{"nmae": "-"}]}, {"identity": []}, {"registration": [{}]}):
        with pytest.raises(ValueError, match=r"sections|identity|honours"):
            Persona.model_validate_json(json.dumps({**dora, "sections": sections}))


@pytest.mark.parametrize("key", ["id", "openid", "id_number"])
def test_no_two_personas_share_a_number(dora: Json, key: str) -> None:
    persona = Persona.model_validate(dora)
    crowd = Cast([persona], today=TODAY)
    other = {"id": "other", "openid": "o" + "x" * 27, "id_number": "440524188001010014"}
    other[key] = dora[key]
    with pytest.raises(TakenError):
        crowd.add(Persona.model_validate({**dora, "enterprise": None, **other}))
