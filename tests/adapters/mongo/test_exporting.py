"""No collection that keeps something of a person is forgotten by an export."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

import pytest

from adapters.documents.archive import FORMAT, VERSION
from adapters.mongo import schema
from adapters.mongo.exporting import NOT_EXPORTED, SECTIONS, words
from adapters.mongo.keeping import keepings
from domain.alerts import alerts
from domain.content_checks import Verdict
from domain.counter.cases import CaseState
from domain.credit_reports import reports
from domain.electricity import applications
from domain.electricity.supply import MoveKind
from domain.erasure import erasures
from domain.exports import exports
from domain.grid import cases
from domain.looks import WHO
from domain.messages import messages
from domain.messages.preferences import Way
from domain.objections import objections
from domain.promises import promises
from domain.promises.templates import Publicity
from domain.subjects.delegations import SCOPES
from domain.tickets import tickets
from domain.transactions import NoticeKind
from domain.usage_records import records as usage_records
from domain.usage_records.reports import Kind as UsageKind
from server.audit_export import ACTION
from tests.served import ROOT

# Not a person's own, but needed to read what is.
BESIDE = {"agreement_texts"}


def test_every_collection_of_a_person_has_a_section_or_a_stated_reason() -> None:
    told = {name for source in SECTIONS for name in source.collections} - BESIDE
    personal = {one.name for one in keepings(schema.COLLECTIONS) if one.personal}
    assert told & set(NOT_EXPORTED) == set()
    assert personal == told | set(NOT_EXPORTED)
    assert all(NOT_EXPORTED.values())


def test_sections_have_names_and_titles_of_their_own() -> None:
    assert len({source.name for source in SECTIONS}) == len(SECTIONS)
    assert len({source.title for source in SECTIONS}) == len(SECTIONS)


def test_the_document_for_readers_names_every_section() -> None:
    text = (ROOT / "docs" / "data-export.md").read_text("utf-8")
    assert [source.name for source in SECTIONS if f"`{source.name}`" not in text] == []
    assert f'"version": {VERSION}' in text
    assert f'"format": "{FORMAT}"' in text


# Acts that are called by the state they lead to.
BY_STATE: Mapping[str, Iterable[str]] = {
    "alert.": [one.value for one in alerts.State if one is not alerts.State.WAITING],
    "staff_contacts.": (
        *("chosen", "phone_asked", "phone_bound", "phone_code_wrong", "phone_unbound"),
        *("wechat_asked", "wechat_bound", "wechat_scanned", "wechat_unbound"),
    ),
    "content.": [one.value for one in Verdict],
    "credit_report.": [one.value for one in reports.State],
    "delegation.": ("withdrawn", "resigned"),
    "electricity.": [one.value for one in MoveKind],
    "erasure.": [one.value for one in erasures.State],
    "message.": [one.value for one in messages.State],
    "objection.": [one.value for one in objections.State],
    "subscription.": ("accepted", "refused"),
}


def acts() -> Iterator[str]:
    """What the code calls acts in the audit log: the first argument of every ``act.event(...)``.

    Of a name that ends in a state, its beginning; of a constant, its own name.
    """
    for room in ("domain", "handlers", "server", "adapters"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="act" | "holder"), attr="event"),
                        args=[
                            ast.Constant(value=str(action))
                            | ast.JoinedStr(values=[ast.Constant(value=str(action)), *_])
                            | ast.Name(id=action),
                            *_,
                        ],
                    ):
                        yield action
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="act" | "holder"), attr="event")
                    ):
                        raise AssertionError(
                            f"{path}:{node.lineno} names no act this test can read"
                        )


def test_every_act_that_the_audit_log_can_name_has_a_word() -> None:
    named = set(acts())
    assert {one for one in named if one.endswith(".")} == set(BY_STATE)
    by_state = {f"{begin}{state}" for begin, states in BY_STATE.items() for state in states}
    own = {ACTION if one == "ACTION" else one for one in named - set(BY_STATE)}
    assert by_state | own == set(words.ACTS)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (reports.State, words.REPORTS),
        (objections.State, words.OBJECTIONS),
        (exports.State, words.EXPORTS),
        (messages.State, words.MESSAGES),
        (promises.State, words.PROMISES),
        (applications.State, words.ELECTRICITY),
        (applications.Premises, words.PREMISES),
        (cases.DeliveryState, words.DELIVERIES),
        (cases.DeliveryKind, words.DELIVERY_KINDS),
        (Publicity, words.PUBLICITIES),
        (CaseState, words.CASES),
        (Verdict, words.VERDICTS),
        (NoticeKind, words.KINDS),
        (usage_records.State, words.USAGE_STATES),
        (UsageKind, words.USAGE_KINDS),
        (tickets.State, words.TICKET_STATES),
        (tickets.Reason, words.TICKET_REASONS),
        (tickets.Source, words.TICKET_SOURCES),
    ],
    ids=[
        "reports",
        "objections",
        "exports",
        "messages",
        "promises",
        "electricity",
        "premises",
        "deliveries",
        "delivery kinds",
        "publicities",
        "cases",
        "verdicts",
        "kinds",
        "usage states",
        "usage kinds",
        "ticket states",
        "ticket reasons",
        "ticket sources",
    ],
)
def test_every_state_has_a_word(codes: type[Enum], said: Mapping[str, str]) -> None:
    assert {one.value for one in codes} == set(said)


def test_every_way_role_and_scope_has_a_word() -> None:
    assert {one.value for one in (*NoticeKind, *Way)} == set(words.WAYS)
    assert set(WHO) <= set(words.ROLES)
    assert {one for scope in SCOPES.values() for one in scope} == set(words.SCOPE)


def test_words_are_for_columns_that_are_shown() -> None:
    strangers = [(one.name, set(one.words) - set(one.columns)) for one in SECTIONS]
    assert [name for name, beside in strangers if beside] == []
