"""What was made of a file, for the staff to look at before anybody else does."""

from domain.errors import NotFound
from domain.staff.roles import Right
from handlers.console import ConsoleHandler
from handlers.console_media import BYTES, ONE
from handlers.endpoint import Audience, Route, endpoint
from handlers.giving import FileHandler

# Shows pictures and plays; runs nothing.
POLICY = "default-src 'none'; sandbox"
ONLY_SAVED = "application/pdf"


class MediaBytesHandler(FileHandler, ConsoleHandler):
    """One file of a rendition."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "A file that was made of a file of a lecture, or a range of it",
        answers={200: BYTES, 206: BYTES, 304: None},
        refusals=frozenset({404, 412, 416}),
    )
    async def get(self, asset_id: str, rendition: str, name: str) -> None:
        """All of it, or what the player asks for."""
        media = self.house.media
        file = await media.files.file(asset_id=asset_id, rendition=rendition, name=name)
        if file is None:
            raise NotFound
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Content-Security-Policy", POLICY)
        way = "attachment" if file.media_type == ONLY_SAVED else "inline"
        self.set_header("Content-Disposition", f'{way}; filename="{file.name}"')
        await self.give(file, store=media.store)


ROUTES = [Route(f"{ONE}/{{rendition}}/{{name}}", MediaBytesHandler)]
