"""From the snapshot of a promise to what its letter draws."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from adapters.documents.fonts import Speller
from adapters.documents.typesetting import PROMISE_ATTACHMENT
from domain.time import SHANGHAI, date_in_words

TEMPLATE = "credit_promise.typ"
HOW_TO_CHECK = (
    "扫描二维码，或在核验网址输入承诺编码和校验码，可查看本承诺书是否由本平台签发、是否有效，"
    "以及签署日期、受理单位和页数，请与纸面逐一比对。"
)

Drawing = dict[str, object]


def draw(snapshot: Mapping[str, object], speller: Speller) -> Drawing:
    """Everything that stands on the letter, its texts spelled."""
    said, spell = cast("Mapping[str, Any]", snapshot), speller.spell
    promisor, signer = said["promisor"], said["signer"]
    return {
        "template": TEMPLATE,
        "attachment": PROMISE_ATTACHMENT,
        "title": said["title"],
        "subtitle": f"信用承诺 · {said['kind']['label']}",
        "number_name": "承诺编码",
        "number": said["number"],
        "sample": said["sample"],
        "name": spell(promisor["name"]),
        "identifier": {"name": promisor["code_name"], "value": promisor["code"]},
        "labels": [],
        "counts": [],
        "sections": [],
        "how_to_check": HOW_TO_CHECK,
        "facts": [{"name": name, "value": spell(value)} for name, value in _facts(said)],
        "matter": spell(said["matter"]),
        "content": [spell(line) for line in said["content"].splitlines() if line.strip()],
        "liability": [spell(line) for line in said["liability"].splitlines() if line.strip()],
        "answers": [
            {"name": spell(one["label"]), "value": spell(one["value"])} for one in said["answers"]
        ],
        "signer": spell(f"{signer['name']}，{signer['role']}"),
        "signed_on": date_in_words(date.fromisoformat(said["signed_on"])),
        "basis": [{"name": name, "value": spell(value)} for name, value in _basis(said)],
        "notes": [spell(note) for note in said["notes"]],
    }


def _facts(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    due, until = said["due"], said["valid_until"]
    facts = [
        ("承诺编码", said["number"]),
        ("承诺人类别", said["promisor"]["category"]),
        ("承诺类型", said["kind"]["label"]),
        ("受理单位", said["accepted_by"]["name"]),
        ("公开类型", said["publication"]["label"]),
        ("有效期至", _day(until) if until else "长期"),
    ]
    if due:
        note = "（暂定，当年节假日安排尚未公布）" if due["provisional"] else ""
        facts.append(("承诺期限", f"{_day(due['on'])}前{due['duty']}{note}"))
    return tuple(facts)


def _basis(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    identity, text, report = said["identity"], said["text"], said["report"]
    how = METHODS.get(identity["method"], identity["method"])
    return (
        ("签署时间", _in_words(said["generated_at"])),
        (
            "身份核验",
            f"{how}，{_in_words(identity['confirmed_at'])}通过",
        ),
        ("承诺书文本", f"版本 {text['version']}，SHA-256 {text['sha256']}"),
        ("信用报告", f"编号 {report['number']}"),
    )


METHODS = {"face": "人脸核验", "sample": "样例核验", "counter": "窗口核验"}


def _day(text: str) -> str:
    return date_in_words(date.fromisoformat(text))


def _in_words(text: str) -> str:
    local = datetime.fromisoformat(text).astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
