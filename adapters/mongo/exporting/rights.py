"""Sections of an export about rights: for whom one acts, who acts for one, what was agreed to."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source, abouts_of, subjects_of
from domain.exports.ports import Row
from domain.identifiers import mask_name, mask_phone


async def _subjects(of: Of) -> AsyncIterator[Row]:
    """A natural person's name is masked, unless it is one's own; an enterprise's is public."""
    for row in await subjects_of(of):
        own = row.get("principal_person", row["person_id"]) == of.person_id
        public = row["uscc"] is not None or own
        yield {
            "id": row["_id"],
            "name": row["name"] if public else mask_name(row["name"]),
            "uscc": row["uscc"],
            "role": row["role"],
            "scope": row.get("scope", []),
            "since": row["since"],
            "ends_at": row.get("ends_at"),
            "suspended_at": row.get("suspended_at"),
            "ended_at": row["ended_at"],
        }


async def _given(of: Of) -> AsyncIterator[Row]:
    """Who was invited is masked, as on the phone."""
    chosen = {"about": {"$in": await abouts_of(of)}, "principal_person": of.person_id}
    async for row in of.database["delegations"].find(chosen).sort("created_at", -1):
        yield {
            "id": row["_id"],
            "kind": row["kind"],
            "for": row["subject_name"],
            "name": mask_name(row["name"]),
            "phone": mask_phone(row["phone"]),
            "scope": row["scope"],
            "created_at": row["created_at"],
            "ends_at": row["ends_at"],
            "accepted_at": row["accepted_at"],
            "closed_at": row["closed_at"],
        }


async def _received(of: Of) -> AsyncIterator[Row]:
    """An accepted delegation is a subject of the same id."""
    ids = [row["_id"] for row in await subjects_of(of)]
    chosen = {"_id": {"$in": ids}, "accepted_by": of.person_id}
    async for row in of.database["delegations"].find(chosen).sort("created_at", -1):
        name = row["subject_name"]
        yield {
            "id": row["_id"],
            "kind": row["kind"],
            "for": name if row["uscc"] else mask_name(name),
            "name": row["name"],
            "phone": row["phone"],
            "scope": row["scope"],
            "created_at": row["created_at"],
            "ends_at": row["ends_at"],
            "accepted_at": row["accepted_at"],
            "closed_at": row["closed_at"],
        }


async def _consents(of: Of) -> AsyncIterator[Row]:
    rows = of.database["consents"].find({"person_id": of.person_id}).sort("given_at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "title": row["title"],
            "version": row["version"],
            "text_hash": row["text_hash"],
            "subject_id": row["subject_id"],
            "given_at": row["given_at"],
            "withdrawn_at": row["withdrawn_at"],
        }


async def _texts(of: Of) -> AsyncIterator[Row]:
    """Each text once, however often it was agreed to."""
    hashes = await of.database["consents"].distinct("text_hash", {"person_id": of.person_id})
    async for row in of.database["agreement_texts"].find({"_id": {"$in": hashes}}):
        yield {
            "text_hash": row["_id"],
            "title": row["title"],
            "version": row["version"],
            "text": row["text"],
        }


DELEGATION = {
    "kind": "类别",
    "for": "为谁办事",
    "name": "被邀请人",
    "phone": "被邀请人手机号",
    "scope": "可以办",
    "created_at": "邀请时间",
    "ends_at": "到期时间",
    "accepted_at": "接受时间",
    "closed_at": "结束时间",
}

SECTIONS = (
    Source(
        name="subjects",
        title="我为谁办事",
        collections=("subjects",),
        columns={
            "name": "名称",
            "uscc": "统一社会信用代码",
            "role": "身份",
            "scope": "可以办",
            "since": "开始时间",
            "ends_at": "到期时间",
            "suspended_at": "暂停时间",
            "ended_at": "结束时间",
        },
        rows=_subjects,
        words={"role": words.ROLES, "scope": words.SCOPE},
    ),
    Source(
        name="delegations_given",
        title="我委托的人",
        collections=("delegations",),
        columns=DELEGATION,
        rows=_given,
        words={"kind": words.ROLES, "scope": words.SCOPE},
    ),
    Source(
        name="delegations_received",
        title="委托我的人",
        collections=("delegations",),
        columns=DELEGATION,
        rows=_received,
        words={"kind": words.ROLES, "scope": words.SCOPE},
    ),
    Source(
        name="consents",
        title="我的授权",
        collections=("consents",),
        columns={
            "title": "文本",
            "version": "版本",
            "given_at": "同意时间",
            "withdrawn_at": "撤回时间",
            "text_hash": "文本摘要（SHA-256）",
        },
        rows=_consents,
    ),
    Source(
        name="agreement_texts",
        title="我同意过的文本",
        collections=("agreement_texts",),
        columns={
            "title": "文本",
            "version": "版本",
            "text": "全文",
            "text_hash": "文本摘要（SHA-256）",
        },
        rows=_texts,
    ),
)
