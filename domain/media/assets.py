"""One file of an editor's: what it is for, how far the work on it is, what was made of it.

Times within a recording are whole milliseconds from its beginning; sizes are bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class Kind(Enum):
    """What a file is for."""

    RECORDING = "recording"
    SLIDES = "slides"
    SUBTITLES = "subtitles"
    COVER = "cover"
    DOCUMENT = "document"


KINDS: Mapping[Kind, str] = {
    Kind.RECORDING: "录像",
    Kind.SLIDES: "课件",
    Kind.SUBTITLES: "字幕",
    Kind.COVER: "封面",
    Kind.DOCUMENT: "附件",
}


class AssetState(Enum):
    """How far it is."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


ASSET_STATES: Mapping[AssetState, str] = {
    AssetState.UPLOADING: "上传中",
    AssetState.PROCESSING: "处理中",
    AssetState.READY: "可以使用",
    AssetState.FAILED: "处理失败",
}


class StepState(Enum):
    """How far one step of the work is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the work on a file; ``percent`` is of this step.

    ``why`` says why it failed, or what it waits for.
    ``unfit`` is whether the cause lies in the file, so that it would fail again.
    """

    name: str
    state: StepState = StepState.WAITING
    percent: int = 0
    why: str = ""
    unfit: bool = False


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """Something made of a file: ``name`` is its folder, ``first`` the file one begins with.

    ``size`` is of all its files together, and ``kbit`` how many kilobits a second take.
    """

    name: str
    first: str
    media_type: str
    size: int
    files: int = 1
    width: int = 0
    height: int = 0
    kbit: int = 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found in a file; of each kind only what it has.

    ``texts`` are the words of the pages of slides, or of subtitles, in order; ``changes`` are the
    moments at which the picture of a recording changes as a whole, or each of those words begins.
    """

    duration_ms: int = 0
    pages: int = 0
    width: int = 0
    height: int = 0
    media_type: str = ""
    texts: Sequence[str] = ()
    changes: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file. ``of`` names what it belongs to, as ``lecture:ID``; ``sha256`` is of all of it."""

    id: str
    of: str
    kind: Kind
    name: str
    size: int
    state: AssetState
    added_by: str
    added_at: datetime
    changed_at: datetime
    sha256: str = ""
    steps: Sequence[Step] = ()
    renditions: Sequence[Rendition] = ()
    found: Found = Found()
    revision: int = 0

    @property
    def ready(self) -> bool:
        """Whether it may be shown."""
        return self.state is AssetState.READY

    @property
    def at_work(self) -> bool:
        """Whether somebody works on it, or did until they were killed."""
        return any(step.state is StepState.WORKING for step in self.steps)

    @property
    def failed(self) -> bool:
        """Whether a step of the work on it failed."""
        return self.state is AssetState.FAILED

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed for a reason that may be gone."""
        return self.failed and not any(step.unfit for step in self.steps)

    def rendition(self, name: str) -> Rendition | None:
        """What was made of it under this name."""
        return next((one for one in self.renditions if one.name == name), None)

    def moved(self, now: datetime, **changed: object) -> "Asset":
        """The same, later."""
        return replace(
            self,
            changed_at=now,
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )
