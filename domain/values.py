"""Values that more than one room of the domain speaks of."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class VerifiedIdentity:
    """A proven name and ID number."""

    name: str
    id_number: str
