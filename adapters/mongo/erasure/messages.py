"""What becomes of messages in WeChat, their preferences and consents, and of content checks."""

from collections.abc import Mapping

from adapters.mongo.erasure.ways import Ways
from domain.erasure.erasures import Sweep


class MessageSweeps:
    """All of it goes; results of checks name nobody and go by themselves."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "messages": ways.deleting("messages", lambda leaver: {"person_id": leaver.person_id}),
            "message_preferences": ways.deleting(
                "message_preferences", lambda leaver: {"_id": leaver.person_id}
            ),
            "message_consents": ways.deleting(
                "message_consents", lambda leaver: {"account_id": {"$in": list(leaver.accounts)}}
            ),
            "content_checks": ways.deleting(
                "content_checks", lambda leaver: {"person_id": leaver.person_id}
            ),
        }
