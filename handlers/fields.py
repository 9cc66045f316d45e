"""Typed fields of requests, judged by the domain's rules, and Chinese words for every fault."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from domain.errors import Fault, Invalid
from domain.identifiers import BadIdentifier, parse_identity_number, parse_uscc
from domain.names import BLANK, name_fault, visible
from domain.time import SHANGHAI, civil_date

Model = TypeVar("Model", bound=BaseModel)

SHOWN = 40
MOST_FAULTS = 50
YEARS = range(2000, 2100)
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Input(BaseModel):
    """What a caller sends: closed, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Output(BaseModel):
    """What a caller is shown: closed; ``served_as`` is how its JSON is called."""

    served_as: ClassVar[str] = "application/json"
    model_config = ConfigDict(extra="forbid")


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=20, ge=1, le=100, title="每页条数")
    cursor: str | None = Field(default=None, min_length=1, max_length=400, title="翻页位置")


def _identifier(parse: Any, value: str) -> str:
    try:
        return str(parse(value))
    except BadIdentifier as bad:
        raise PydanticCustomError(bad.code, "{detail}", {"detail": bad.detail}) from bad


def _uscc(value: str) -> str:
    return _identifier(parse_uscc, value)


def _id_number(value: str, info: ValidationInfo) -> str:
    now: datetime = (info.context or {})["now"]
    return _identifier(lambda text: parse_identity_number(text, today=civil_date(now)), value)


def _name(value: str) -> str:
    detail = name_fault(value)
    if detail:
        raise PydanticCustomError("name", "{detail}", {"detail": detail})
    return value


def _one_line(value: str) -> str:
    """In NFC, with nothing that nobody sees: it could turn what is read around, or be no text."""
    unseen = any(unicodedata.category(char) in UNSEEN or char in BLANK for char in value)
    if unseen or (value and visible(value) == 0):
        raise PydanticCustomError("unseen", "{label}", {"label": "text"})
    return unicodedata.normalize("NFC", value)


def _paragraphs(value: str) -> str:
    """Lines of one kind of ending, each of them as a line alone may be."""
    return "\n".join(_one_line(line.rstrip()) for line in value.splitlines()).strip()


def _civil_date(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise PydanticCustomError("civil_date", "not a civil date")


def _local_time(value: object) -> datetime | None:
    """2026-11-30T09:00 of a form, which is Shanghai's time.

    One far from this century is a slip of the hand; at the ends of the calendar none can be
    reckoned with.
    """
    if not isinstance(value, str) or not value:
        return None
    at = datetime.fromisoformat(value)
    if at.tzinfo is not None:
        return None
    if at.year not in YEARS:
        raise PydanticCustomError("local_time", "not of this century")
    return at.replace(tzinfo=SHANGHAI).astimezone(UTC)


def instant_text(at: datetime) -> str:
    """UTC, to the millisecond, ending in Z."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


Uscc = Annotated[str, StringConstraints(max_length=64), AfterValidator(_uscc)]
IdNumber = Annotated[str, StringConstraints(max_length=64), AfterValidator(_id_number)]
PersonName = Annotated[str, StringConstraints(max_length=200), AfterValidator(_name)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Opaque = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[!-~]+$")]
OneLine = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
Paragraphs = Annotated[str, AfterValidator(_paragraphs)]
LocalTime = Annotated[datetime | None, BeforeValidator(_local_time)]
CivilDate = Annotated[date, BeforeValidator(_civil_date)]
TextHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Instant = Annotated[
    AwareDatetime,
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def parse(model: type[Model], values: object, *, now: datetime, under: str = "") -> Model:
    """Judge values by a model.

    Raises:
        Invalid: the first 50 faulty fields, with their pointers under ``under``, and one more
            fault, ``more``, for how many others there are.
    """
    try:
        return model.model_validate(values, context={"now": now})
    except ValidationError as error:
        raise Invalid(_faults(model, error, under)) from None


def _faults(model: type[BaseModel], error: ValidationError, under: str) -> list[Fault]:
    faults = [_fault(model, one, under) for one in error.errors()[:MOST_FAULTS]]
    others = error.error_count() - len(faults)
    if others:
        detail = f"另有 {others} 处不符合要求。"
        faults.append(Fault(pointer=under, code="more", detail=detail))
    return faults


def _fault(model: type[BaseModel], error: ErrorDetails, under: str) -> Fault:
    where = [str(part)[:SHOWN] for part in error["loc"]]
    pointer = under + "".join(f"/{_escaped(part)}" for part in where)
    label = _label(model, where)
    return Fault(pointer=pointer, code=error["type"], detail=_sentence(error, label))


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _label(model: type[BaseModel], where: Sequence[str]) -> str:
    field = model.model_fields.get(where[0]) if where else None
    return field.title if field and field.title else (where[-1] if where else "提交的内容")


SENTENCES: Mapping[str, str] = {
    "missing": "缺少“{label}”。",
    "extra_forbidden": "不认识的字段“{label}”。",
    "string_type": "“{label}”应为文本。",
    "string_too_long": "“{label}”最多 {max_length} 个字。",
    "string_too_short": "“{label}”不能为空。",
    "unseen": "“{label}”含有看不见的字符，请删除后重新填写。",
    "string_pattern_mismatch": "“{label}”格式不正确。",
    "string_unicode": "“{label}”含有无法识别的字符。",
    "int_type": "“{label}”应为整数。",
    "int_parsing": "“{label}”应为整数。",
    "int_from_float": "“{label}”应为整数。",
    "int_parsing_size": "“{label}”数值过大。",
    "greater_than_equal": "“{label}”不能小于 {ge}。",
    "less_than_equal": "“{label}”不能大于 {le}。",
    "civil_date": "“{label}”应为日期，例如 2026-11-23。",
    "local_time": f"“{{label}}”应在 {YEARS.start} 年至 {YEARS.stop - 1} 年之间。",
    "literal_error": "“{label}”不在可选范围内。",
    "list_type": "“{label}”应为列表。",
    "too_long": "“{label}”最多 {max_length} 项。",
    "too_short": "“{label}”不能为空。",
    "bool_type": "“{label}”应为是或否。",
    "model_type": "{label}应为一个对象。",
    "model_attributes_type": "{label}应为一个对象。",
}


def _sentence(error: ErrorDetails, label: str) -> str:
    context = error.get("ctx") or {}
    if "detail" in context:
        return str(context["detail"])
    kind = error["type"]
    # A text that was judged before it was measured is measured as any value.
    if kind == "too_long" and isinstance(error["input"], str):
        kind = "string_too_long"
    known = SENTENCES.get(kind, "“{label}”不符合要求。")
    if context.get("min_length", 1) > 1:
        known = "“{label}”至少 {min_length} 个字。"
    return known.format(**{**context, "label": label})
