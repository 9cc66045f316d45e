"""Schemathesis over every operation of the OpenAPI document, through the real server."""

import os
from pathlib import Path

import requests
import schemathesis
from schemathesis import Case, HookContext
from schemathesis.specs.openapi.checks import negative_data_rejection

from handlers import openapi
from handlers.routes import ROUTES
from tests.contract.owner import Owner
from tests.contract.tally import Tally
from tests.proof import Proof

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EXAMPLES, AT_LEAST = (200, 20_000) if FULL else (2, 500)

document = schemathesis.openapi.from_dict(
    openapi.document(ROUTES, version="0", url="http://127.0.0.1"),
    config=schemathesis.Config.from_path(Path(__file__).with_name("schemathesis.toml")),
)
document.config.generation.update(max_examples=EXAMPLES, deterministic=not FULL)


# Headers that frame the message: a wrong one is refused by the HTTP parser, with a bare 400.
FRAMING = {"connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"}


def padded(value: object) -> bool:
    """Whether a text in it has white space around."""
    if isinstance(value, str):
        return value != value.strip()
    if isinstance(value, dict | list):
        return any(padded(one) for one in (value.values() if isinstance(value, dict) else value))
    return False


@document.hook
def filter_case(_: HookContext, case: Case) -> bool:
    """Leave out what never reaches a handler, and what a multipart file cannot be.

    A number sent as a file arrives as its digits. Fields beside the file are let pass, but a
    generated name may break the header that it stands in.
    """
    if FRAMING & {name.lower() for name in case.headers or {}}:
        return False
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    return set(case.body) <= {"file"} and isinstance(case.body.get("file", ""), str | bytes)


@document.parametrize()
def test_every_answer_is_as_documented(
    case: Case, served: str, owner: Owner, session: requests.Session, tally: Tally
) -> None:
    owner.lend(case)
    # White space around a text is not counted: one that is too long by it alone is right.
    lenient = [negative_data_rejection] if padded(case.body) else []
    answer = case.call_and_validate(base_url=served, session=session, excluded_checks=lenient)
    tally.add(case.operation.label, answer.status_code)


def test_every_operation_said_yes_to_someone(tally: Tally, proof: Proof) -> None:
    operations = {operation.ok().label for operation in document.get_all_operations()}
    assert operations - tally.accepted == set()
    assert tally.cases >= AT_LEAST
    proof(f"schemathesis cases, {len(operations)} operations", tally.cases, "as documented")
