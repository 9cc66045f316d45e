"""``credit-yuexiu service``: which services are open, and closing and opening one."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from adapters.mongo.services import MongoServices
from domain.errors import Invalid
from domain.services import Service, Services
from server.draw import now
from server.operate import Desk, at_desk

app = typer.Typer(
    no_args_is_help=True,
    help="Close a service with a sentence for people, open it again; seen within 10 seconds.",
)
out = Console()

Code = Annotated[str, typer.Argument(help="Which service; `service list` names them")]
Sentence = Annotated[str, typer.Argument(help="What people are told, in Chinese; one line")]


@app.command(name="list")
def list_services() -> None:
    """Every service, and what people are told about a closed one."""

    async def work(desk: Desk) -> tuple[Service, ...]:
        return await _services(desk).all(now())

    table = Table("code", "title", "state", "sentence", box=None)
    for service in at_desk(work):
        state = "open" if service.open else "closed"
        table.add_row(service.code, service.title, state, service.sentence)
    out.print(table)


@app.command()
def close(code: Code, sentence: Sentence) -> None:
    """Answer 503 with the sentence to every POST and PUT of a service."""

    async def work(desk: Desk) -> None:
        try:
            await _services(desk).close(desk.act(), code=code, sentence=sentence)
        except Invalid as invalid:
            raise typer.BadParameter(invalid.detail) from invalid

    at_desk(work)
    out.print(f"closed {code}")


@app.command(name="open")
def open_service(code: Code) -> None:
    """Take requests again."""

    async def work(desk: Desk) -> None:
        try:
            await _services(desk).open(desk.act(), code=code)
        except Invalid as invalid:
            raise typer.BadParameter(invalid.detail) from invalid

    at_desk(work)
    out.print(f"open {code}")


def _services(desk: Desk) -> Services:
    return Services(MongoServices(desk.database))
