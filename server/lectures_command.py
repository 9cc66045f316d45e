"""``credit-yuexiu lectures``: the starter lectures of the content."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from adapters import markup
from adapters.mongo.lectures import MongoLectures, MongoLectureVersions
from content.catalogue import FOLDER
from content.lectures import load_lectures
from domain.lectures.starting import Brought, Starting
from server.operate import Desk, at_desk

app = typer.Typer(no_args_is_help=True, help="Starter lectures, from files of the content.")
out = Console()

WORDS = {
    Brought.NEW: "new: a draft on the desk",
    Brought.CHANGED: "changed: the untouched draft follows the file",
    Brought.SAME: "as before",
    Brought.KEPT: "kept: somebody has worked on it",
}


Folder = Annotated[Path, typer.Option(help="The content folder; the one that ships by default")]


@app.command()
def load(folder: Folder = FOLDER) -> None:
    """Bring each file of lectures/ in the content to the desk as a draft.

    Run again it doubles nothing: an untouched draft follows its file, one that somebody has worked
    on stays theirs. A running server need not be stopped.
    """
    starters = load_lectures(folder).starters

    async def work(desk: Desk) -> dict[str, Brought]:
        starting = Starting(
            store=MongoLectures(desk.database),
            versions=MongoLectureVersions(desk.database),
            clean=markup.clean_aside,
        )
        return dict(await starting.bring(desk.act(), starters))

    table = Table("lecture", "what became of it", box=None)
    for code, brought in at_desk(work).items():
        table.add_row(code, WORDS[brought])
    out.print(table)
