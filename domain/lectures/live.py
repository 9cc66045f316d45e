"""Where a lecture is watched live, and from when on that is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.lectures.lectures import PHASES, Phase, phase_of
from domain.lectures.programme import LiveKind, Programme

OPENS_BEFORE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Live:
    """What it is at a moment, and how one gets in.

    ``finder`` is the finderUserName that wx.openChannelsLive and wx.reserveChannelsLive take;
    ``address`` is there only while it is near, from ``opens_at`` until the end.
    """

    phase: Phase
    words: str
    finder: str = ""
    address: str = ""
    opens_at: datetime | None = None
    near: bool = False


def live_of(programme: Programme, now: datetime) -> Live:
    """As it is at this moment.

    Channels are reserved any time before, and so are named until the end; another address is no
    secret, but who has it early waits in front of a closed door.
    """
    phase = phase_of(programme, now)
    begins, ends = programme.begins_at, programme.ends_at
    if programme.live_kind is LiveKind.NONE or begins is None or ends is None or now >= ends:
        return Live(phase=phase, words=PHASES[phase])
    opens_at = begins - OPENS_BEFORE
    near = now >= opens_at
    channels = programme.live_kind is LiveKind.CHANNELS
    return Live(
        phase=phase,
        words=PHASES[phase],
        finder=programme.live_address if channels else "",
        address=programme.live_address if near and not channels else "",
        opens_at=opens_at,
        near=near,
    )
