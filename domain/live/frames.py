"""Frames to whoever listens, as they are sent: ids, kinds and numbers; docs/live.md has them."""

import json
from collections.abc import Collection, Mapping, Sequence

from domain.live.sequence import Numbered, Place


def event(one: Numbered, streams: Sequence[str]) -> bytes:
    """An event, with those of its streams that the listener follows."""
    return _written(
        {
            "n": one.number,
            "kind": one.kind,
            "about": one.about,
            "streams": list(streams),
            "revision": one.revision,
        }
    )


def ready(place: Place, streams: Collection[str] | None = None) -> bytes:
    """All up to here has been sent; with ``streams``, what is followed from now on."""
    followed = {} if streams is None else {"streams": sorted(streams)}
    return _written({"ready": place.last, "era": place.era, **followed})


def reset(place: Place) -> bytes:
    """What happened in between is not known any more: load anew, and go on from here."""
    return _written({"reset": True, "n": place.last, "era": place.era})


def refused(streams: Collection[str]) -> bytes:
    """These are not followed; whether they are there is not said."""
    return _written({"refused": sorted(streams)})


def presence(
    about: str, *, looking: Sequence[str], typing: Sequence[str], words: Sequence[str]
) -> bytes:
    """Who is there, in names and in words."""
    shown = {"about": about, "looking": looking, "typing": typing, "words": "；".join(words)}
    return _written({"presence": shown})


def _written(frame: Mapping[str, object]) -> bytes:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
