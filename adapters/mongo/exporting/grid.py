"""Section of an export about what was provided to the power company."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from domain.exports.ports import Row


async def _deliveries(of: Of) -> AsyncIterator[Row]:
    """Of applications that the person began, with exactly what was provided."""
    chosen = {"person_id": of.person_id}
    async for row in of.database["grid_deliveries"].find(chosen).sort("made_at", -1):
        yield {
            "id": row["_id"],
            "number": row["number"],
            "kind": row["kind"],
            "state": row["state"],
            "made_at": row["made_at"],
            "sent_at": row["sent_at"],
            "content": row["content"],
        }


SECTIONS = (
    Source(
        name="supplier-deliveries",
        title="向供电企业提供的内容",
        collections=("grid_deliveries",),
        columns={
            "number": "申请编号",
            "kind": "事项",
            "state": "状态",
            "made_at": "形成时间",
            "sent_at": "送达时间",
            "content": "提供的内容",
        },
        rows=_deliveries,
        words={"state": words.DELIVERIES, "kind": words.DELIVERY_KINDS},
    ),
)
