"""From the snapshot of a certificate of attendance to what its sheet draws."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from adapters.documents.fonts import Speller
from adapters.documents.typesetting import CERTIFICATE_ATTACHMENT
from domain.lectures.certificates import watched_in_words
from domain.time import date_in_words

TEMPLATE = "attendance_certificate.typ"
HOW_TO_CHECK = (
    "扫描二维码，或在核验网址输入证书编号和校验码，可查看本证书是否由本平台签发，以及讲座、"
    "观看时长和签发日期，请与纸面逐一比对。"
)

Drawing = dict[str, object]


def draw(snapshot: Mapping[str, object], speller: Speller) -> Drawing:
    """Everything that stands on the sheet, its texts spelled."""
    said, spell = cast("Mapping[str, Any]", snapshot), speller.spell
    holder, lecture = said["holder"], said["lecture"]
    issued = date_in_words(date.fromisoformat(said["issued_on"]))
    return {
        "template": TEMPLATE,
        "attachment": CERTIFICATE_ATTACHMENT,
        "title": "学习证书",
        "subtitle": f"{said['issuer']} · 云讲堂",
        "number_name": "证书编号",
        "number": said["number"],
        "sample": said["sample"],
        "name": spell(holder["name"]),
        "identifier": {"name": "证件号码", "value": holder["id_number"]},
        "labels": [],
        "counts": [],
        "sections": [],
        "how_to_check": HOW_TO_CHECK,
        "facts": [{"name": name, "value": spell(value)} for name, value in _facts(said, issued)],
        "lecture": spell(f"《{lecture['title']}》"),
        "issuer": spell(said["issuer"]),
        "issued_on": issued,
        "notes": [spell(note) for note in said["notes"]],
    }


def _facts(said: Mapping[str, Any], issued: str) -> tuple[tuple[str, str], ...]:
    lecture, watched = said["lecture"], said["watched"]
    held = lecture["held_on"]
    facts = [("证书编号", said["number"]), ("主讲人", lecture["speaker"])]
    if held:
        facts.append(("讲座日期", date_in_words(date.fromisoformat(held))))
    facts.append(("观看时长", watched_in_words(**watched)))
    return (*facts, ("签发日期", issued))
