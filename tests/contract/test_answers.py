"""Schemathesis over every operation of the OpenAPI document, through the real server."""

import os
from pathlib import Path

import requests
import schemathesis
from schemathesis import Case

from handlers import openapi
from handlers.routes import ROUTES
from tests.contract.owner import Owner
from tests.contract.tally import Tally
from tests.proof import Proof

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EXAMPLES, AT_LEAST = (1000, 20_000) if FULL else (100, 500)

document = schemathesis.openapi.from_dict(
    openapi.document(ROUTES, version="0", url="http://127.0.0.1"),
    config=schemathesis.Config.from_path(Path(__file__).with_name("schemathesis.toml")),
)
document.config.generation.update(max_examples=EXAMPLES)


@document.parametrize()
def test_every_answer_is_as_documented(
    case: Case, served: str, owner: Owner, session: requests.Session, tally: Tally
) -> None:
    owner.lend(case)
    answer = case.call_and_validate(base_url=served, session=session)
    tally.add(case.operation.label, answer.status_code)


def test_every_operation_said_yes_to_someone(tally: Tally, proof: Proof) -> None:
    operations = {operation.ok().label for operation in document.get_all_operations()}
    assert operations - tally.accepted == set()
    print("CASES", tally.cases)
    assert tally.cases >= AT_LEAST
    proof(f"schemathesis cases, {len(operations)} operations", tally.cases, "as documented")
