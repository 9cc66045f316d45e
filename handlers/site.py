"""The site beside the API: its front door, and the files by which WeChat checks its domain."""

from http import HTTPStatus

from domain.errors import NotFound
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint

TEXT = "text/plain"


class FrontDoorHandler(BaseHandler):
    """The bare address."""

    @endpoint(
        Audience.PUBLIC, Permission.READ_PUBLIC, "To the page to check a paper", answers={302: None}
    )
    async def get(self) -> None:
        """Who types the address in a browser wants to check a paper."""
        self.redirect("/v/")


class CheckFileHandler(BaseHandler):
    """Domain check files."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "A file by which WeChat checks whose domain this is",
        answers={200: TEXT},
        refusals=frozenset({404}),
    )
    async def get(self, check_file: str) -> None:
        """As it lies in the folder."""
        content = self.house.check_files.read(check_file)
        if content is None:
            raise NotFound("没有这个地址。")
        self.answer(HTTPStatus.OK, TEXT, content)


ROUTES = [
    Route("/", FrontDoorHandler),
    Route("/{check_file}.txt", CheckFileHandler),
    # Before /v/{code}: no code of ours has a dot.
    Route("/v/{check_file}.txt", CheckFileHandler),
]
