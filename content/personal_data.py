"""What the district declares of every kind of personal data it keeps."""

from pathlib import Path

from pydantic import Field

from content.files import Strict, parsed
from domain.personal_data import Declaration, Handler, Interface, Item, Recipient

FILE = "personal_data.toml"
CODE = r"^[a-z][a-z0-9-]{0,39}$"


class _Handler(Strict):
    name: str = Field(min_length=1, max_length=100)
    contact: str = Field(min_length=1, max_length=200)
    notice: str = Field(min_length=1, max_length=300)
    exercise: str = Field(min_length=1, max_length=300)


class _Recipient(Strict):
    code: str = Field(pattern=CODE)
    name: str = Field(min_length=1, max_length=100)
    contact: str = Field(min_length=1, max_length=200)
    purpose: str = Field(min_length=1, max_length=300)
    method: str = Field(min_length=1, max_length=300)


class _Item(Strict):
    code: str = Field(pattern=CODE)
    title: str = Field(min_length=1, max_length=40)
    sensitive: bool
    purpose: str = Field(min_length=1, max_length=300)
    ground: str = Field(pattern=CODE)
    retention: str = Field(min_length=1, max_length=300)
    days: int | None = Field(default=None, ge=1, le=36_500)
    recipients: list[str] = Field(default=[], max_length=20)
    fields: list[str] = Field(min_length=1, max_length=100)


class _Interface(Strict):
    name: str = Field(min_length=1, max_length=60)
    kind: str = Field(min_length=1, max_length=60)
    purpose: str = Field(min_length=1, max_length=300)
    items: list[str] = Field(max_length=20)


class _NotPersonal(Strict):
    reason: str = Field(min_length=1, max_length=300)
    fields: list[str] = Field(min_length=1, max_length=100)


class _PersonalData(Strict):
    sample: bool = False
    updated_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    handler: _Handler
    grounds: dict[str, str] = Field(min_length=1, max_length=20)
    recipients: list[_Recipient] = Field(max_length=50)
    items: list[_Item] = Field(min_length=1, max_length=200)
    not_personal: list[_NotPersonal] = Field(default=[], max_length=50)
    wechat: list[_Interface] = Field(max_length=50)


def load_personal_data(folder: Path) -> Declaration:
    """The declaration of a content folder; whether it fits what is kept is judged at the start.

    Raises:
        ContentError: missing, malformed or incomplete.
    """
    written = parsed(folder / FILE, _PersonalData)
    return Declaration(
        sample=written.sample,
        updated_on=written.updated_on,
        handler=Handler(**written.handler.model_dump()),
        grounds=written.grounds,
        recipients=tuple(Recipient(**one.model_dump()) for one in written.recipients),
        items=tuple(
            Item(
                **{
                    **one.model_dump(),
                    "fields": tuple(one.fields),
                    "recipients": tuple(one.recipients),
                }
            )
            for one in written.items
        ),
        not_personal=tuple(field for one in written.not_personal for field in one.fields),
        interfaces=tuple(
            Interface(**{**one.model_dump(), "items": tuple(one.items)}) for one in written.wechat
        ),
    )
