"""What an SMS says: templates that the gateway has approved, and the words that fill them."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

ALERT, SEVERAL, CODE = "alert", "several", "code"
# What each template may be given; the text of an alert is never among them.
WORDS: Mapping[str, frozenset[str]] = {
    ALERT: frozenset({"title"}),
    SEVERAL: frozenset({"count"}),
    CODE: frozenset({"code", "minutes"}),
}


@dataclass(frozen=True, kw_only=True)
class SmsText:
    """One template: its id at the gateway, and its text with {word} for each word."""

    id: str
    text: str

    @property
    def words(self) -> frozenset[str]:
        """Those that it has a place for."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name is not None)


@dataclass(frozen=True, kw_only=True)
class SmsTexts:
    """All of them, by name."""

    by_name: Mapping[str, SmsText]

    def id_of(self, name: str) -> str:
        """What the gateway calls it."""
        return self.by_name[name].id

    def words(self, name: str, **given: str) -> Mapping[str, str]:
        """Those of them that the template has a place for."""
        places = self.by_name[name].words
        return {word: value for word, value in given.items() if word in places}


def faults_of(name: str, text: SmsText) -> list[str]:
    """What is wrong with a template as written; nothing when it can be filled."""
    try:
        unknown = sorted(text.words - WORDS[name])
    except ValueError:
        return [f"{name}: braces that do not close"]
    return [f"{name}: unknown word {{{word}}}" for word in unknown]
