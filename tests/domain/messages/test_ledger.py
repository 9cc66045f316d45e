"""The consent ledger: never below nothing, never more messages than acceptances."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.messages.ledger import Ledger, NothingLeft

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EMPTY = Ledger(account_id="a", template_id="t", changed_at=NOW)


def test_an_acceptance_is_worth_one_and_a_refusal_ends_all() -> None:
    twice = EMPTY.accepted(NOW).accepted(NOW)
    assert twice.left == 2
    assert twice.refused(NOW).left == 0
    assert twice.refused(NOW).refused_at == NOW
    assert twice.refused(NOW).accepted(NOW).refused_at is None
    assert twice.exhausted(NOW).left == 0


def test_nothing_can_be_spent_that_was_not_accepted() -> None:
    with pytest.raises(NothingLeft):
        EMPTY.spent(NOW)


def test_what_was_spent_before_a_refusal_does_not_come_back() -> None:
    accepted = EMPTY.accepted(NOW)
    refused = accepted.spent(NOW).refused(NOW)
    assert refused.given_back(NOW, era=accepted.era).left == 0
    assert accepted.spent(NOW).given_back(NOW, era=accepted.era).left == 1


class Life(RuleBasedStateMachine):
    """Dialogues, refusals and attempts in any order; attempts end after anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = EMPTY
        self.accepts = 0
        self.sent = 0
        self.in_hand: list[int] = []

    @rule()
    def accept(self) -> None:
        self.ledger = self.ledger.accepted(NOW)
        self.accepts += 1

    @rule(exhausted=st.booleans())
    def refuse(self, *, exhausted: bool) -> None:
        self.ledger = self.ledger.exhausted(NOW) if exhausted else self.ledger.refused(NOW)

    @rule()
    def begin(self) -> None:
        era = self.ledger.era
        try:
            self.ledger = self.ledger.spent(NOW)
        except NothingLeft:
            return
        self.in_hand.append(era)

    @precondition(lambda self: self.in_hand)
    @rule(used=st.booleans(), data=st.data())
    def end(self, *, used: bool, data: st.DataObject) -> None:
        era = self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))
        if used:
            self.sent += 1
        else:
            self.ledger = self.ledger.given_back(NOW, era=era)

    @invariant()
    def never_below_nothing(self) -> None:
        assert self.ledger.left >= 0

    @invariant()
    def never_more_than_accepted(self) -> None:
        assert self.sent + len(self.in_hand) + self.ledger.left <= self.accepts


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=40)
