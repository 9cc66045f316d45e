"""The parts of attached images, joined: what is kept, what checks it, what takes and shows it."""

from adapters.documents.canonical import sha256_hex
from adapters.media.inspecting import Inspector, Limits
from adapters.mongo.attachments import MongoAttachments
from domain.attachments.checking import Checking
from domain.attachments.ports import BeginCheck
from domain.attachments.service import Attachments
from domain.live.events import Publish
from server.ground import Ground, base_url

# Pixels as for other files; a screen shows no more than the side.
LIMITS = Limits(pixels=40_000_000, pages=0, side=2560)


class ImageStore:
    """What WeChat's checks rest on, which images are taken by in turn."""

    def __init__(self, ground: Ground, *, publish: Publish) -> None:
        self.store = MongoAttachments(ground.database)
        at = f"{base_url(ground.settings)}/i/"
        self.checking = Checking(
            store=self.store, url_of=lambda secret: at + secret, publish=publish
        )


class AttachmentParts:
    """Everything about images, which have a process of their own to be looked into."""

    def __init__(self, images: ImageStore, *, begin_check: BeginCheck) -> None:
        self.inspector = Inspector(LIMITS)
        self.checking = images.checking
        self.attachments = Attachments(
            store=images.store,
            inspect=self.inspector,
            digest=sha256_hex,
            begin_check=begin_check,
        )
