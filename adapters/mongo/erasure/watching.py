"""What becomes of the watching of lectures: all of it goes; how many watched stays a number."""

from collections.abc import Mapping

from adapters.mongo.erasure.ways import Ways
from domain.erasure.erasures import Leaver, Sweep


class WatchingSweeps:
    """How far the person was, and the addresses that were given to the person."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        names = ("replay_addresses", "lecture_progress", "lecture_viewers")
        return {name: self._ways.deleting(name, _own) for name in names}


def _own(leaver: Leaver) -> Mapping[str, str]:
    return {"person_id": leaver.person_id}
