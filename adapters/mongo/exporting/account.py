"""Sections of an export about the person: who they are, their accounts, devices and messages."""

import json
from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from domain.counter.cases import Reason
from domain.exports.ports import Row
from domain.identifiers import mask_identity_number, mask_name
from domain.identity import REASONS

NOTHING_TOLD = '{"steps": []}'


async def _person(of: Of) -> AsyncIterator[Row]:
    row = await of.database["people"].find_one({"_id": of.person_id})
    if row is None:
        return
    proven = row.get("verification") or {}
    yield {
        "id": row["_id"],
        "since": row["since"],
        "name": row.get("name"),
        "id_number": row.get("id_number", row.get("sample_number")),
        "phone": row.get("phone"),
        "verified_by": proven.get("method"),
        "verified_at": proven.get("at"),
        "failed_checks": row.get("failures", []),
    }


async def _accounts(of: Of) -> AsyncIterator[Row]:
    """Without the session_key: WeChat forbids to give it to a phone."""
    async for row in of.database["wechat_accounts"].find({"person_id": of.person_id}):
        yield {"appid": row["appid"], "openid": row["openid"], "created_at": row["created_at"]}


async def _sessions(of: Of) -> AsyncIterator[Row]:
    rows = of.database["sessions"].find({"person_id": of.person_id}).sort("started_at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "device": row.get("device"),
            "started_at": row["started_at"],
            "last_used_at": row["rotated_at"],
            "expires_at": row["expires_at"],
            "ended_at": row["ended_at"],
            "ended_because": REASONS.get(row["ended_because"] or "", row["ended_because"]),
        }


async def _checks(of: Of) -> AsyncIterator[Row]:
    """Who was named may be somebody else, so it is masked."""
    rows = of.database["identity_checks"].find({"person_id": of.person_id}).sort("begun_at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "name": mask_name(row["name"]),
            "id_number": mask_identity_number(row["id_number"]),
            "begun_at": row["begun_at"],
            "done": row["done"],
            "failed": row.get("failed", False),
        }


async def _cases(of: Of) -> AsyncIterator[Row]:
    rows = of.database["counter_cases"].find({"person_id": of.person_id}).sort("opened_at", -1)
    async for row in rows:
        yield {
            "number": row["number"],
            "reason": Reason(row["reason"]).sentence,
            "name": mask_name(row["name"]),
            "id_number": mask_identity_number(row["id_number"]),
            "opened_at": row["opened_at"],
            "state": row["state"],
            "told": [
                step["text"] for step in json.loads(row.get("content", NOTHING_TOLD))["steps"]
            ],
        }


async def _notices(of: Of) -> AsyncIterator[Row]:
    rows = of.database["notices"].find({"person_id": of.person_id}).sort("at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "at": row["at"],
            "title": row["title"],
            "text": row["text"],
            "read_at": row["read_at"],
        }


async def _messages(of: Of) -> AsyncIterator[Row]:
    async for row in of.database["messages"].find({"person_id": of.person_id}):
        yield {
            "id": row["_id"],
            "kind": row["kind"],
            "told_at": row["told_at"],
            "state": row["state"],
            "changed_at": row["changed_at"],
            "template": row["template"],
        }


async def _message_consents(of: Of) -> AsyncIterator[Row]:
    """Given with a WeChat account, template by template."""
    found = of.database["wechat_accounts"].find({"person_id": of.person_id}, {"_id": 1})
    accounts = [row["_id"] async for row in found]
    chosen = {"account_id": {"$in": accounts}}
    async for row in of.database["message_consents"].find(chosen):
        yield {
            "template_id": row["template_id"],
            "left": row["left"],
            "refused_at": row["refused_at"],
            "changed_at": row["changed_at"],
        }


async def _message_preferences(of: Of) -> AsyncIterator[Row]:
    row = await of.database["message_preferences"].find_one({"_id": of.person_id})
    if row is not None:
        yield {"ways": row["ways"], "quiet": row["quiet"], "digest_at": row["digest_at"]}


async def _staff_bindings(of: Of) -> AsyncIterator[Row]:
    """To which accounts of the console the person's WeChat is bound; its openid is among theirs."""
    async for row in of.database["staff_contacts"].find({"person_id": of.person_id}):
        yield {"id": row["binding_id"], "bound_at": row["bound_at"]}


async def _content_checks(of: Of) -> AsyncIterator[Row]:
    """What was written stands in its own section, if it was taken."""
    rows = of.database["content_checks"].find({"person_id": of.person_id}).sort("begun_at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "kind": row["kind"],
            "object_id": row["object_id"],
            "begun_at": row["begun_at"],
            "verdict": row["verdict"],
            "reason": row["reason"],
            "decided_at": row.get("decided_at"),
        }


async def _acts(of: Of) -> AsyncIterator[Row]:
    rows = of.database["audit_events"].find({"actor": of.person_id}).sort("at", -1)
    async for row in rows:
        yield {
            "id": row["_id"],
            "at": row["at"],
            "action": row["action"],
            "object_id": row["object_id"],
        }


async def _exports(of: Of) -> AsyncIterator[Row]:
    rows = of.database["data_exports"].find({"person_id": of.person_id}).sort("requested_at", -1)
    async for row in rows:
        yield {"id": row["_id"], "requested_at": row["requested_at"], "state": row["state"]}


SECTIONS = (
    Source(
        name="person",
        title="我的身份",
        collections=("people",),
        columns={
            "id": "编号",
            "since": "首次使用",
            "name": "姓名",
            "id_number": "证件号码",
            "phone": "手机号",
            "verified_by": "实名认证方式",
            "verified_at": "实名认证时间",
            "failed_checks": "近期核验未通过的时间",
        },
        rows=_person,
        words={"verified_by": words.VERIFIED_BY},
    ),
    Source(
        name="wechat_accounts",
        title="我的微信",
        collections=("wechat_accounts",),
        columns={"appid": "小程序", "openid": "用户标识（openid）", "created_at": "首次登录"},
        rows=_accounts,
    ),
    Source(
        name="sessions",
        title="登录与设备",
        collections=("sessions",),
        columns={
            "device": "设备",
            "started_at": "登录时间",
            "last_used_at": "最近使用",
            "expires_at": "有效期至",
            "ended_at": "退出时间",
            "ended_because": "退出原因",
        },
        rows=_sessions,
    ),
    Source(
        name="identity_checks",
        title="人脸核验记录",
        collections=("identity_checks",),
        columns={
            "name": "姓名",
            "id_number": "证件号码",
            "begun_at": "发起时间",
            "done": "已结束",
            "failed": "未通过",
        },
        rows=_checks,
    ),
    Source(
        name="counter_cases",
        title="窗口办理",
        collections=("counter_cases",),
        columns={
            "number": "编号",
            "reason": "原因",
            "name": "姓名",
            "id_number": "证件号码",
            "opened_at": "转办时间",
            "state": "状态",
            "told": "窗口告知",
        },
        rows=_cases,
        words={"state": words.CASES},
    ),
    Source(
        name="notices",
        title="消息",
        collections=("notices",),
        columns={"at": "时间", "title": "标题", "text": "内容", "read_at": "阅读时间"},
        rows=_notices,
    ),
    Source(
        name="messages",
        title="订阅消息",
        collections=("messages",),
        columns={
            "told_at": "告知时间",
            "kind": "类别",
            "state": "状态",
            "changed_at": "状态时间",
        },
        rows=_messages,
        words={"kind": words.KINDS, "state": words.MESSAGES},
    ),
    Source(
        name="message_consents",
        title="订阅消息的同意",
        collections=("message_consents",),
        columns={
            "template_id": "模板编号",
            "left": "还可发送次数",
            "refused_at": "拒绝时间",
            "changed_at": "变动时间",
        },
        rows=_message_consents,
    ),
    Source(
        name="message_preferences",
        title="消息接收偏好",
        collections=("message_preferences",),
        columns={"ways": "接收方式", "quiet": "免打扰时段", "digest_at": "汇总时间"},
        rows=_message_preferences,
        words={"ways": words.WAYS, "quiet": words.QUIET},
    ),
    Source(
        name="staff_bindings",
        title="绑定的工作台账号",
        collections=("staff_contacts",),
        columns={"id": "编号", "bound_at": "绑定时间"},
        rows=_staff_bindings,
    ),
    Source(
        name="content_checks",
        title="内容安全检测",
        collections=("content_checks",),
        columns={
            "begun_at": "送检时间",
            "kind": "类别",
            "verdict": "结果",
            "decided_at": "结果时间",
        },
        rows=_content_checks,
        words={"kind": words.CHECKED, "verdict": words.VERDICTS},
    ),
    Source(
        name="acts",
        title="我的操作记录",
        collections=("audit_events",),
        columns={"at": "时间", "action": "操作", "object_id": "对象编号"},
        rows=_acts,
        words={"action": words.ACTS},
    ),
    Source(
        name="exports",
        title="我的导出",
        collections=("data_exports",),
        columns={"id": "编号", "requested_at": "申请时间", "state": "状态"},
        rows=_exports,
        words={"state": words.EXPORTS},
    ),
)
