"""Reading an agency's answer: a typed model, or ``Unavailable``."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

import structlog
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from adapters.outside import Answer, System
from domain.errors import Unavailable

log = structlog.get_logger(__name__)

REFUSED_US = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Model = TypeVar("Model", bound="Wire")


class Wire(BaseModel):
    """What an agency sends: types exactly as agreed, additions of theirs ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


# Times and dates travel as ISO strings, which strict models take only when told.
Instant = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_in_utc)]
OptionalDate = Annotated[date | None, Field(strict=False), BeforeValidator(_absent_if_empty)]


def read(model: type[Model], answer: Answer, *, system: System) -> Model:
    """Read a successful answer.

    Raises:
        Unavailable: permanent if the agency refused the request; passing if it refused us, which
            an operator can mend, or if its answer is not what was agreed.
    """
    if answer.status >= HTTPStatus.BAD_REQUEST:
        log.error("agency_refused", system=system.name, status=answer.status, code=code(answer))
        raise Unavailable(
            f"{system.label}拒绝了本系统的请求，请联系区信用办。",
            system=system.name,
            permanent=answer.status not in REFUSED_US,
        )
    try:
        return model.model_validate(answer.body)
    except ValidationError as error:
        # Places only: pydantic's messages quote what was sent.
        places = [".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)]
    log.error("agency_answer_malformed", system=system.name, places=places[:10])
    raise malformed(system)


def malformed(system: System) -> Unavailable:
    """An answer that breaks the agreement; the next may keep it."""
    return Unavailable(f"{system.label}的答复不完整，请稍后再试。", system=system.name)


def code(answer: Answer) -> str | None:
    """The agency's own name for a refusal, if it gave one."""
    body = answer.body
    found = body.get("code") if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
