"""The parts of media, joined: where bytes are kept, uploads, and the work on files."""

from collections.abc import Mapping
from datetime import timedelta

from adapters.media.inspecting import Inspector, Limits
from adapters.media.store import Bucket, ObjectMedia, bucket_media, local_media
from adapters.media.workshop import LocalWorkshop
from adapters.mongo.media import MongoAssets, MongoFiles, MongoParts
from adapters.mongo.outbox import Claimed, Outbox
from domain.media.ports import Belongs, Unused
from domain.media.processing import RECORDING, SWEEP, WORK
from domain.media.uploads import GIB, GIVE_UP, Uploads
from domain.media.working import Processing
from domain.transactions import Act, Again
from handlers.media_house import MediaHouse
from server.ground import Ground
from server.jobs import Topic
from server.settings import Settings

PIXELS, COVER_SIDE, PAGES = 40_000_000, 1920, 500
# A recording of twelve hours, on a slow machine.
LONGEST = timedelta(days=2)
# Once more, when whoever worked on a removed file has surely heard of it.
LATER = timedelta(minutes=5)


class MediaParts:
    """Everything about media.

    ``belongs`` says what files may be attached to, ``unused`` whether one may go.
    """

    def __init__(self, ground: Ground, *, belongs: Belongs, unused: Unused) -> None:
        database = ground.database
        self.store = store_of(ground.settings)
        self.assets = MongoAssets(database)
        self.files = MongoFiles(database)
        self._outbox = Outbox(database)
        self._cover = Inspector(Limits(pixels=PIXELS, pages=0, side=COVER_SIDE))
        self._document = Inspector(Limits(pixels=PIXELS, pages=PAGES))
        parts, most_in_all = MongoParts(database), ground.settings.media_total_gib * GIB
        self._workshop = LocalWorkshop(
            store=self.store,
            parts=parts,
            folder=ground.settings.data_folder / "media-work",
            inspect_cover=self._cover,
            inspect_document=self._document,
        )
        self.uploads = Uploads(
            assets=self.assets,
            parts=parts,
            store=self.store,
            belongs=belongs,
            most_in_all=most_in_all,
        )
        self.processing = Processing(
            assets=self.assets,
            files=self.files,
            parts=parts,
            store=self.store,
            workshop=self._workshop,
            unused=unused,
            most_in_all=most_in_all,
        )

    @property
    def house(self) -> MediaHouse:
        """For the handlers."""
        return MediaHouse(
            uploads=self.uploads,
            processing=self.processing,
            assets=self.assets,
            files=self.files,
            store=self.store,
        )

    @property
    def inspectors(self) -> tuple[Inspector, ...]:
        """Those to be ended with the house."""
        return (self._cover, self._document)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {
            WORK: self._work,
            RECORDING: self._work,
            SWEEP: self._sweep,
            GIVE_UP: self._give_up,
        }

    @property
    def longest(self) -> Mapping[str, timedelta]:
        """How long a message may be worked on, where that is long."""
        return {WORK: LONGEST, RECORDING: LONGEST}

    async def stand(self) -> None:
        """The message that clears away what was given up is there, once for all processes."""
        await self._outbox.stand(GIVE_UP)

    async def _work(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.processing.work(
            act, asset_id=claimed.object_id, failures=claimed.failures
        )

    async def _sweep(self, _: Act, claimed: Claimed) -> Again | None:
        await self.processing.sweep(asset_id=claimed.object_id)
        return Again(after=LATER) if claimed.attempt == 0 else None

    async def _give_up(self, act: Act, _: Claimed) -> Again:
        self._workshop.clean()
        return await self.uploads.give_up(act)


def store_of(settings: Settings) -> ObjectMedia:
    """A folder of this machine, or the bucket that is named."""
    secret = settings.media_s3_secret
    if settings.media_s3_bucket is None or secret is None:
        return local_media(settings.data_folder / "media")
    return bucket_media(
        Bucket(
            name=settings.media_s3_bucket,
            endpoint=str(settings.media_s3_endpoint or "").rstrip("/"),
            region=settings.media_s3_region,
            key_id=settings.media_s3_key_id or "",
            secret=secret.get_secret_value(),
        )
    )
