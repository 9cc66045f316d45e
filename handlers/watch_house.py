"""What the handlers of replays are given."""

from dataclasses import dataclass

from domain.lectures.certifying import Certifying
from domain.lectures.earning import Earning
from domain.lectures.replaying import Replays
from domain.lectures.sittings import Sittings
from domain.media.ports import MediaStore


@dataclass(frozen=True, kw_only=True)
class WatchHouse:
    """The services of watching, and where the bytes are.

    ``hand_over`` is the location within the nginx in front under which it finds what ``store``
    keeps; empty: the bytes come from here.
    """

    replays: Replays
    sittings: Sittings
    certifying: Certifying
    earning: Earning
    store: MediaStore
    hand_over: str
