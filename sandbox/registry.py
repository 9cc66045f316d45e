"""Who stands behind an enterprise today: it may change while the sandbox runs."""

from collections import Counter
from collections.abc import Sequence

from sandbox.personas import Cast, Enterprise, Persona, Status
from sandbox.sections import Record


class Registry:
    """The representative and the status of every enterprise, as last changed."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._representatives: dict[str, Persona] = {}
        self._statuses: dict[str, Status] = {}
        self._matches: Counter[str] = Counter()

    def enterprise(self, uscc: str) -> Enterprise | None:
        """As registered now; None where nobody registered one."""
        persona = self._cast.by_uscc(uscc)
        if persona is None or persona.enterprise is None:
            return None
        status = self._statuses.get(uscc, persona.enterprise.status)
        return persona.enterprise.model_copy(update={"status": status})

    def matches(self, enterprise: Enterprise, *, name: str, id_number: str) -> bool:
        """Whether this person represents it; its yeses count towards the succession."""
        persona = self._representative(enterprise)
        matched = persona is not None and (name, id_number) == (persona.name, persona.id_number)
        self._matches[enterprise.uscc] += matched
        return matched

    def change(
        self, uscc: str, *, representative: Persona | None = None, status: Status | None = None
    ) -> None:
        """Make it so from now on."""
        if representative:
            self._representatives[uscc] = representative
        if status:
            self._statuses[uscc] = status

    def registration(self, enterprise: Enterprise, records: Sequence[Record]) -> Sequence[Record]:
        """The record of registration as it reads now."""
        filed = self._cast.by_uscc(enterprise.uscc)
        persona = self._representative(enterprise)
        (record,) = records
        changed: Record = {}
        if persona and persona is not filed:
            changed["legal_representative"] = persona.name
        if enterprise.uscc in self._statuses:
            before, after = str(record["status"]), enterprise.status
            changed["status"] = after
            changed["labels"] = [after if one == before else one for one in record["labels"]]
        return [{**record, **changed}]

    def _representative(self, enterprise: Enterprise) -> Persona | None:
        chosen = self._representatives.get(enterprise.uscc)
        if chosen:
            return chosen
        after = enterprise.successor_after_matches
        if enterprise.successor and after and self._matches[enterprise.uscc] >= after:
            return self._cast.by_id(enterprise.successor)
        return self._cast.by_uscc(enterprise.uscc)
