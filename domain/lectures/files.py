"""Files of lectures: what they may be attached to, and which of them may go."""

from collections.abc import Sequence

from domain.errors import NotFound
from domain.lectures.lectures import lecture_named
from domain.lectures.ports import LectureStore, VersionStore
from domain.lectures.versions import Version
from domain.media.assets import Asset
from domain.transactions import Conflict
from domain.versions import EDITABLE, VERSION_STATES, VersionState

MOST_NAMED = 3
# What to do about a version that keeps a file, by whether it was ever shown and may be written.
RESTORED = "发布过的版本随时可能恢复展示，它的文件一直保留，不能删除。"
WRITTEN = "请先在这个版本的“修改内容”里换用其他文件，或撤销这个版本，再来删除。"
HELD = "请先由审核人退回后换用其他文件，或撤销这个版本，再来删除。"


class LectureFiles:
    """What the room of media asks of this one."""

    def __init__(self, *, store: LectureStore, versions: VersionStore) -> None:
        self._store = store
        self._versions = versions

    async def belongs(self, of: str) -> None:
        """Raises NotFound unless there is such a lecture."""
        lecture_id = lecture_named(of)
        if not lecture_id or await self._store.get(lecture_id) is None:
            raise NotFound("没有这个讲座。")

    async def unused(self, asset: Asset) -> None:
        """Raises Conflict while a version that is not withdrawn names the file: which, what to do.

        So nothing that is shown, waits for its minute or may be restored loses a file.
        """
        if versions := await self._versions.using(asset.id):
            raise Conflict(f"“{asset.name}”不能删除，{_named(versions)}用着它。{_advice(versions)}")


def _named(versions: Sequence[Version]) -> str:
    named = "、".join(
        f"《{one.programme.title}》第 {one.number} 版（{VERSION_STATES[one.state]}）"
        for one in versions[:MOST_NAMED]
    )
    return f"{named}等 {len(versions)} 个版本" if len(versions) > MOST_NAMED else named


def _advice(versions: Sequence[Version]) -> str:
    states = {one.state for one in versions}
    if VersionState.PUBLISHED in states:
        return RESTORED
    return WRITTEN if states <= EDITABLE else HELD
