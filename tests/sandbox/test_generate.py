"""sandbox/generate.py: personas by the hundred, each let in by the sandbox."""

import json
import subprocess
import sys
from datetime import date

import httpx
import pytest

from sandbox.generate import generate
from sandbox.personas import Cast, Persona, load, with_dates
from sandbox.sections import FIELDS, PERSON_FIELDS
from tests.sandbox.support import ROOT, Json, Signed

TODAY = date(2026, 11, 23)
COUNT = 300


def personas(seed: int, count: int) -> list[Persona]:
    lines = (json.dumps(one, ensure_ascii=False) for one in generate(seed=seed, count=count))
    return [Persona.model_validate_json(with_dates(line, today=TODAY)) for line in lines]


def printed(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox.generate", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("seed", [0, 7, 12345])
def test_nobody_shares_a_number_with_another_or_with_the_cast(seed: int) -> None:
    crowd = Cast([*load(today=TODAY), *personas(seed, COUNT)], today=TODAY)
    assert len(list(crowd)) > COUNT


def test_every_kind_document_and_section_comes_up() -> None:
    made = personas(7, COUNT)
    owned = [one.enterprise for one in made if one.enterprise]
    assert {one.kind for one in owned} == {
        *("enterprise", "individual_business", "government"),
        *("public_institution", "social_organisation"),
    }
    assert any(one.enterprise is None for one in made)
    assert {one.id_number[:2] for one in made} == {"44", "81", "82", "83", "94", "91"}
    assert {name for one in owned for name in one.sections} == FIELDS.keys() - {"registration"}
    assert {name for one in made for name in one.sections} == PERSON_FIELDS.keys() - {"identity"}


def test_the_same_seed_gives_the_same_and_a_shorter_run_its_beginning() -> None:
    once, again = printed("--seed", "7", "--count", "20"), printed("--seed", "7", "--count", "5")
    assert once.stdout.startswith(again.stdout)
    assert len(again.stdout.splitlines()) == 5
    assert list(generate(seed=7, count=5)) != list(generate(seed=8, count=5))


def test_more_than_the_sandbox_holds_is_refused() -> None:
    assert printed("--seed", "7", "--count", "10001").returncode == 2


def test_the_sandbox_lets_everyone_in_and_speaks_of_them(
    sandbox: httpx.Client, signed: Signed
) -> None:
    for line in printed("--seed", "99", "--count", "30").stdout.splitlines():
        answer = sandbox.post("/sandbox/personas", content=line.encode())
        assert answer.status_code == 201, answer.text
    known: Json = json.loads(line)
    asked = {key: known[key] for key in ("name", "id_number")}
    page = {**asked, "section": "identity", "page": 1, "page_size": 1}
    assert signed("/platform/v1/persons/sections", page).json()["total"] == 1
