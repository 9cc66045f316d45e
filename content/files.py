"""Reading one content file; whatever is wrong is refused with the file's name."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class ContentError(Exception):
    """A content file is missing or wrong; the sentence names it."""


class Strict(BaseModel):
    """A table of a content file: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parsed(path: Path, model: type[Model], *, under: str = "") -> Model:
    """A TOML file as its model; ``under`` names the field that takes the whole file.

    Raises:
        ContentError: missing, malformed or incomplete.
    """
    try:
        values = tomllib.loads(read(path))
        return model.model_validate({under: values} if under else values)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise ContentError(f"{path.name}: {faults}") from error


def read(path: Path) -> str:
    """A text file.

    Raises:
        ContentError: missing, or no UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"cannot read {path.name}: {error}") from error
