"""Whatever is no route."""

from domain.errors import NotFound
from handlers.base import BaseHandler


class NotFoundHandler(BaseHandler):
    """Whatever is no route."""

    async def prepare(self) -> None:
        """Nobody is asked who they are."""

    def data_received(self, chunk: bytes) -> None:
        """Dropped."""

    async def get(self) -> None:
        """404, whatever the method."""
        raise NotFound("没有这个地址。")

    head = post = put = patch = delete = options = get
