"""How staff are told: alerts.toml, and sms.toml with the texts of the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from content.files import ContentError, Strict, parsed
from domain.alerts.alerts import Channel, Urgency
from domain.alerts.terms import Terms
from domain.alerts.texts import WORDS, SmsText, SmsTexts, faults_of
from domain.hours import Interval, standard_week

FILE, SMS_FILE = "alerts.toml", "sms.toml"

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{0,39}$")]
ChannelName = Literal["wechat", "sms"]


class _Usual(Strict):
    now: tuple[ChannelName, ...] = Field(min_length=1, max_length=2)
    digest: tuple[ChannelName, ...] = Field(max_length=2)
    digest_at: Clock


class _Hours(Strict):
    intervals: tuple[tuple[Clock, Clock], ...] = Field(min_length=1, max_length=6)


class _Alerts(Strict):
    sample: bool = False
    most_an_hour: int = Field(ge=1, le=60)
    doubt_minutes: int = Field(ge=1, le=60)
    receipt_minutes: int = Field(ge=1, le=24 * 60)
    grace_hours: int = Field(ge=0, le=24 * 7)
    away_days: int = Field(ge=1, le=60)
    always: tuple[Name, ...] = Field(max_length=20)
    usual: _Usual
    hours: _Hours


class _SmsText(Strict):
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    text: str = Field(min_length=1, max_length=200)


class _SmsTexts(Strict):
    sample: bool = False
    templates: dict[Name, _SmsText]


@dataclass(frozen=True, kw_only=True)
class AlertContent:
    """Terms, the texts of SMS, and the files by name, each of which says whether it is a sample."""

    terms: Terms
    sms: SmsTexts
    files: Mapping[str, "_Alerts | _SmsTexts"]


def load_alerts(folder: Path) -> AlertContent:
    """Both files, checked whole.

    Raises:
        ContentError: missing, malformed, or a template lacks or cannot be filled.
    """
    written, sms = parsed(folder / FILE, _Alerts), parsed(folder / SMS_FILE, _SmsTexts)
    return AlertContent(
        terms=_terms(written), sms=_texts(sms), files={FILE: written, SMS_FILE: sms}
    )


def _terms(written: _Alerts) -> Terms:
    return Terms(
        most=written.most_an_hour,
        doubt=timedelta(minutes=written.doubt_minutes),
        receipt=timedelta(minutes=written.receipt_minutes),
        grace=timedelta(hours=written.grace_hours),
        away=timedelta(days=written.away_days),
        always=frozenset(written.always),
        digest_at=time.fromisoformat(written.usual.digest_at),
        ways={
            Urgency.NOW: tuple(map(Channel, written.usual.now)),
            Urgency.DIGEST: tuple(map(Channel, written.usual.digest)),
        },
        week=standard_week(*_intervals(written.hours)),
    )


def _texts(written: _SmsTexts) -> SmsTexts:
    texts = {name: SmsText(id=one.id, text=one.text) for name, one in written.templates.items()}
    faults = [f"templates.{name} is missing" for name in sorted(WORDS.keys() - texts.keys())]
    faults += [f"templates.{name} is none of ours" for name in sorted(texts.keys() - WORDS.keys())]
    faults += [
        f"templates.{fault}"
        for name, text in texts.items()
        if name in WORDS
        for fault in faults_of(name, text)
    ]
    if faults:
        raise ContentError(f"{SMS_FILE}: {'; '.join(faults)}")
    return SmsTexts(by_name=texts)


def _intervals(hours: _Hours) -> list[Interval]:
    pairs = [
        (time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in hours.intervals
    ]
    backward = any(begins >= ends for begins, ends in pairs)
    if backward or any(one[1] > following[0] for one, following in pairwise(pairs)):
        raise ContentError(
            f"{FILE}: hours.intervals: each begins before it ends, after the one before"
        )
    return [Interval(begins=begins, ends=ends) for begins, ends in pairs]
