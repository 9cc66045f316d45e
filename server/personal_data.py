"""The declaration of personal data, held against what the collections can keep."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.mongo.keeping import keepings
from adapters.mongo.schema import COLLECTIONS
from content.catalogue import FOLDER
from content.files import ContentError
from content.personal_data import FILE, load_personal_data
from domain.personal_data import Declaration, faults, privacy_guide


def check(declared: Declaration) -> None:
    """Every personal field is declared, and nothing is declared that is not there.

    Raises:
        ContentError: naming all that is wrong, and the line to add for each.
    """
    found = faults(declared, keepings(COLLECTIONS))
    if found:
        lines = "\n".join(f"- {fault}" for fault in found)
        raise ContentError(f"{FILE} does not fit what is kept of people:\n{lines}")


def guide(
    content: Annotated[
        Path,
        typer.Option(
            envvar="CREDIT_CONTENT_FOLDER",
            exists=True,
            file_okay=False,
            help="The district's content; default: the one shipped",
        ),
    ] = FOLDER,
) -> None:
    """Print the answers for the form of WeChat's 用户隐私保护指引, as Markdown.

    Made from personal_data.toml of the content, as are the lists that people see.
    """
    declared = load_personal_data(content)
    check(declared)
    typer.echo(privacy_guide(declared))
