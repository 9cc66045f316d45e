"""What the handlers of media are given."""

from dataclasses import dataclass

from domain.media.ports import Assets, Files, MediaStore
from domain.media.uploads import Uploads
from domain.media.working import Processing


@dataclass(frozen=True, kw_only=True)
class MediaHouse:
    """The services of media, and where what may be given out is found."""

    uploads: Uploads
    processing: Processing
    assets: Assets
    files: Files
    store: MediaStore
