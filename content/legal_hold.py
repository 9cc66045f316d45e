"""What is kept after an account was erased: by what rule, from what, how long."""

from typing import Literal

from pydantic import Field, model_validator

from content.files import Strict
from domain.erasure.rules import Kind, Rule, Rules


class _Rule(Strict):
    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    kind: Literal["look", "consent", "paper", "objection", "promise", "usage", "log"]
    title: str = Field(min_length=1, max_length=30)
    source: str = Field(min_length=5, max_length=300)
    keeps: str = Field(min_length=5, max_length=200)
    years: int = Field(default=0, ge=0, le=30)
    days: int = Field(default=0, ge=0, le=3660)
    sample: bool = False

    def rule(self) -> Rule:
        """As the domain takes it."""
        return Rule(**{**self.model_dump(), "kind": Kind(self.kind)})

    @model_validator(mode="after")
    def _lasts(self) -> "_Rule":
        if not self.years + self.days:
            raise ValueError("a rule keeps for some years or days")
        return self


class LegalHold(Strict):
    """``legal_hold.toml``."""

    sample: bool = False
    rules: list[_Rule] = Field(min_length=1, max_length=20)

    def all(self) -> Rules:
        """As the domain takes them."""
        return Rules(tuple(rule.rule() for rule in self.rules))

    @model_validator(mode="after")
    def _one_rule_a_kind(self) -> "LegalHold":
        if sorted(rule.kind for rule in self.rules) != sorted(kind.value for kind in Kind):
            kinds = ", ".join(kind.value for kind in Kind)
            raise ValueError(f"each of {kinds} has exactly one rule")
        if len({rule.code for rule in self.rules}) != len(self.rules):
            raise ValueError("each rule has a code of its own")
        if not self.sample and any(rule.sample for rule in self.rules):
            raise ValueError("rules marked sample make the file sample = true")
        return self
