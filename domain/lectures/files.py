"""Files of lectures: what they may be attached to, and which of them may go."""

from domain.errors import NotFound
from domain.lectures.lectures import KIND
from domain.lectures.ports import LectureStore, VersionStore
from domain.media.assets import Asset
from domain.transactions import Conflict


class LectureFiles:
    """What the room of media asks of this one."""

    def __init__(self, *, store: LectureStore, versions: VersionStore) -> None:
        self._store = store
        self._versions = versions

    async def belongs(self, of: str) -> None:
        """Raises NotFound unless there is such a lecture."""
        kind, _, lecture_id = of.partition(":")
        if kind != KIND or await self._store.get(lecture_id) is None:
            raise NotFound("没有这个讲座。")

    async def unused(self, asset: Asset) -> None:
        """Raises Conflict while a version that is not withdrawn names the file.

        So nothing that is shown, waits for its minute or may be restored loses a file.
        """
        if await self._versions.using(asset.id):
            raise Conflict("讲座的一个版本用着这个文件，不能删除。请先在草稿中改用其他文件。")
