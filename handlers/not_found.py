"""Whatever is no route."""

from domain.errors import NotFound
from handlers.console import ConsoleHandler
from handlers.pages import PageHandler


class NotFoundHandler(PageHandler):
    """Whatever is no route; a browser reads it as a page."""

    async def prepare(self) -> None:
        """Nobody is asked who they are."""
        if self.request.path.startswith("/console"):
            self.back = ConsoleHandler.back

    def data_received(self, chunk: bytes) -> None:
        """Dropped."""

    async def get(self) -> None:
        """404, whatever the method."""
        raise NotFound("没有这个地址。")

    post = put = patch = delete = options = get
