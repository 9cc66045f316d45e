"""Agents and helpers of every scope: what each may do, and that the owner may do all of it.

Each cell is the very same request, sent by the owner as its control.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from domain.time import SHANGHAI
from tests.cast import Cast, Person


def today() -> str:
    """When it is asked, and not when the run began."""
    return str(datetime.now(SHANGHAI).date())


@dataclass(frozen=True)
class Ask:
    """A request about a subject and a report of its."""

    method: str
    path: str
    body: Callable[[str], Any] = lambda _: None

    async def send(
        self, person: Person, *, subject_id: str, report: dict[str, Any]
    ) -> httpx.Response:
        path = self.path.format(subject=subject_id, report=report["id"])
        headers = {}
        if "revocation" in path:
            status = await person.get(f"/v1/credit-reports/{report['id']}")
            headers["If-Match"] = status.headers.get("ETag", '"none"')
        return await person.send(self.method, path, json=self.body(subject_id), headers=headers)


REPORT = "/v1/credit-reports/{report}"
ASKS = {
    "request": Ask(
        "POST", "/v1/credit-reports", lambda own: {"subject_id": own, "purpose": "bank-loan"}
    ),
    "list": Ask("GET", "/v1/credit-reports?subject_id={subject}"),
    "status": Ask("GET", REPORT),
    "content": Ask("GET", f"{REPORT}/content"),
    "file": Ask("POST", f"{REPORT}/file-addresses"),
    "share": Ask(
        "POST",
        f"{REPORT}/shares",
        lambda _: {"recipient": "样例银行", "purpose": "贷款", "once": False, "until": today()},
    ),
    "shares": Ask("GET", f"{REPORT}/shares"),
    "object": Ask(
        "POST",
        f"{REPORT}/objections",
        lambda _: {"record_id": "none", "reason": "这条记录不是我的。"},
    ),
    "objections": Ask("GET", "/v1/objections?subject_id={subject}"),
    "looks": Ask("GET", "/v1/looks?subject_id={subject}"),
    "revoke": Ask("PUT", f"{REPORT}/revocation", lambda _: {"reason": "不再需要"}),
    "apply": Ask("POST", "/v1/electricity/applications", lambda own: {"subject_id": own}),
    "applications": Ask("GET", "/v1/electricity/applications?subject_id={subject}"),
    "delegations": Ask("GET", "/v1/delegations?subject_id={subject}"),
    "delegate": Ask(
        "POST",
        "/v1/delegations",
        lambda own: {
            "subject_id": own,
            "kind": "agent",
            "name": "欧阳敏",
            "phone": "13800138000",
            "scope": ["tickets"],
            "ends_on": today(),
        },
    ),
}
# An objection to a record that is not in the report: only who may object learns that.
OBJECTS_TO_NOTHING = 422
ALL_OF_REPORTS = {
    *("request", "list", "status", "content", "file", "share", "shares", "object"),
    *("objections", "looks", "revoke"),
}
FOLLOWS = {"list", "status", "objections"}
AGENTS = {
    "report": ALL_OF_REPORTS,
    "promise": set[str](),
    "electricity": {"apply", "applications"},
    "tickets": set[str](),
}
HELPERS = {
    "read": FOLLOWS | {"content", "file", "looks"},
    "follow": FOLLOWS,
    "ask": set[str](),
}


def done(ask: str, answer: httpx.Response) -> bool:
    """Whether it was let through."""
    if ask == "object":
        return answer.status_code == OBJECTS_TO_NOTHING
    return 200 <= answer.status_code < 300


@pytest.mark.parametrize("scope", AGENTS)
async def test_an_agent_may_what_the_scope_says(alice: Person, cast: Cast, scope: str) -> None:
    agent = await cast.agent(alice, scope=(scope,))
    report = await (agent if scope == "report" else alice).report()
    for name, ask in ASKS.items():
        answer = await ask.send(agent, subject_id=agent.subject_id, report=report)
        assert done(name, answer) == (name in AGENTS[scope]), f"{name}: {answer.text[:200]}"
        if name not in AGENTS[scope]:
            assert answer.status_code in {403, 404}, f"{name}: {answer.text[:200]}"
        if name != "revoke" or scope != "report":
            control = await ask.send(alice, subject_id=alice.subject_id, report=report)
            assert done(name, control), f"control of {name}: {control.text[:200]}"


@pytest.mark.parametrize("scope", HELPERS)
async def test_a_helper_may_what_the_scope_says(cast: Cast, scope: str) -> None:
    elder = await cast.resident(name="陈婆婆", own={})
    await elder.for_oneself()
    helper = await cast.helper(elder, scope=(scope,))
    report = await elder.report()
    for name, ask in ASKS.items():
        if name == "delegate":
            continue
        answer = await ask.send(helper, subject_id=helper.subject_id, report=report)
        assert done(name, answer) == (name in HELPERS[scope]), f"{name}: {answer.text[:200]}"
        if name not in HELPERS[scope]:
            assert answer.status_code in {403, 404}, f"{name}: {answer.text[:200]}"
        control = await ask.send(elder, subject_id=elder.subject_id, report=report)
        assert done(name, control), f"control of {name}: {control.text[:200]}"
