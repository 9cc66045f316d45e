"""How the counter works: counter.toml."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from content.files import Strict, parsed
from domain.counter.cases import Terms

FILE = "counter.toml"
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=30)]


class CounterTerms(Strict):
    """Terms in days and minutes, and the documents that are taken."""

    sample: bool = False
    release_days: int = Field(ge=1, le=30)
    signing_minutes: int = Field(ge=5, le=24 * 60)
    documents: dict[Code, Label] = Field(min_length=1, max_length=20)

    def terms(self) -> Terms:
        """As the domain takes them."""
        return Terms(
            release_days=self.release_days,
            signing_lasts=timedelta(minutes=self.signing_minutes),
            documents=self.documents,
        )


def load_counter(folder: Path) -> CounterTerms:
    """Read and check.

    Raises:
        ContentError: the file is missing, malformed or incomplete.
    """
    return parsed(folder / FILE, CounterTerms)
