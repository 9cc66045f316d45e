"""What differs between two versions of the text of a promise."""

from domain.differences import Section, compared
from domain.promises.texts import Wording


def differences(was: Wording, now: Wording) -> tuple[Section, ...]:
    """Every field, with what went and what came."""
    return compared(_fields(was), _fields(now))


def _fields(wording: Wording) -> dict[str, str]:
    term = ""
    if wording.term:
        days = "个工作日" if wording.term.counting == "working" else "日"
        term = f"自签署次日起 {wording.term.days} {days}内{wording.term.duty}"
    return {
        "版本号": wording.version,
        "标题": wording.title,
        "承诺类型": wording.kind.label,
        "受理单位": f"{wording.department.name}（{wording.department.uscc}）",
        "承诺事由": wording.matter,
        "承诺内容": wording.content,
        "违诺责任": wording.liability,
        "违诺责任追究": wording.consequence,
        "承诺期限": term or "不设",
        "有效期": f"{wording.valid_days} 日" if wording.valid_days else "不设",
        "公开方式": "、".join(one.label for one in wording.publicities),
        "公示天数": f"{wording.shown_days} 日",
        "公开范围": wording.circle or "不适用",
    }
