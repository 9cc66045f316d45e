"""The command ``credit-yuexiu``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.documents.fonts import FontsMissing
from adapters.documents.keys import DocumentKeyError
from adapters.keys import SIZES, KeyFileError, make_keys
from adapters.mongo import applying, migrations, schema
from adapters.mongo.embedded import EmbeddedMongoError
from adapters.mongo.encryption import WrongMasterKey
from adapters.mongo.migrations import NewerSchema
from content.files import ContentError
from handlers import openapi as api_document
from handlers import routes as api_routes
from handlers.docs import program_version
from handlers.routes import UndeclaredRoute
from server import (
    audit_command,
    development,
    jobs_command,
    keys_command,
    lectures_command,
    logs,
    openids_command,
    paper_commands,
    personal_data,
    reviewer_command,
    service_command,
    staff_command,
)
from server.audit_export import NotSealed
from server.operate import Desk, at_desk
from server.production import NotProduction
from server.run import DatabaseEnded, StartRefused
from server.run import serve as serve_until_stopped
from server.settings import SettingsError, load

app = typer.Typer(
    name="credit-yuexiu",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Credit Yuexiu (信用越秀): public credit reports that prove themselves.\n\n"
        "Start with `credit-yuexiu dev`: a server, a database and stand-ins for the outside "
        "world, with a phone page to try everything in a browser. Production runs "
        "`credit-yuexiu serve`, configured by CREDIT_… environment variables; the README "
        "lists them all."
    ),
)
app.add_typer(audit_command.app, name="audit")
app.add_typer(service_command.app, name="service")
app.add_typer(jobs_command.app, name="jobs")
app.add_typer(lectures_command.app, name="lectures")
app.add_typer(staff_command.app, name="staff")
app.command()(keys_command.rotate_tokens)
app.command()(keys_command.rewrap_keys)
app.command()(openids_command.openids)
app.command("privacy-guide")(personal_data.guide)
app.add_typer(reviewer_command.app, name="reviewer")
app.command()(paper_commands.verify)
app.command("rotate-signing")(paper_commands.rotate_signing)
out = Console()
err = Console(stderr=True)

REFUSALS = (
    SettingsError,
    KeyFileError,
    DocumentKeyError,
    ContentError,
    EmbeddedMongoError,
    NewerSchema,
    NotProduction,
    NotSealed,
    UndeclaredRoute,
    development.NoSandbox,
    FontsMissing,
    StartRefused,
    WrongMasterKey,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(program_version())
        raise typer.Exit


@app.callback()
def credit_yuexiu(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version"),
    ] = False,
) -> None:
    """What stands before a command."""


def main() -> None:
    """Run the command; a refused start is a sentence, not a trace."""
    try:
        app()
    except (*REFUSALS, DatabaseEnded) as refusal:
        what = "The server ended" if isinstance(refusal, DatabaseEnded) else "The start is refused"
        err.print(f"[bold red]{what}:[/]\n{escape(str(refusal))}", highlight=False, soft_wrap=True)
        raise SystemExit(1) from refusal


@app.command()
def serve() -> None:
    """Serve the API until stopped (SIGTERM ends it cleanly).

    Configured by environment variables; without CREDIT_MONGO_URI the embedded database runs
    in the data folder.
    """
    settings = load()
    logs.configure(settings.log_level)
    serve_until_stopped(settings, ready=lambda url: out.print(f"listening on {url}"))


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="Port of the API")] = 8080,
    phone_port: Annotated[int, typer.Option(help="Port of the phone page and stand-ins")] = 8081,
    data: Annotated[Path, typer.Option(help="Folder for database and keys")] = Path("data"),
    grid: Annotated[
        bool, typer.Option(help="Hand applications for electricity to the power company's system")
    ] = True,
) -> None:
    """Serve with everything around it: database, stand-ins for the outside world, phone page."""
    url = f"http://127.0.0.1:{port}"
    development.prepare_keys(data / "keys")
    with development.sandbox(port=phone_port, api=url, grid_runs=grid) as sandbox:
        settings = development.settings(
            sandbox=sandbox,
            public_url=url,
            port=port,
            data_folder=data,
            **development.timestamps(sandbox, data / "keys"),
            **development.sms(sandbox),
            **(development.grid(sandbox) if grid else {}),
        )
        logs.configure(settings.log_level, pretty=True)

        def ready(_: str) -> None:
            table = Table(show_header=False, box=None)
            table.add_row("phone page", f"[bold]{sandbox}/[/]")
            table.add_row("check a paper", f"{url}/v/")
            table.add_row("promise register", f"{url}/promises")
            table.add_row("staff console", f"{url}/console")
            table.add_row("API document", f"{url}/docs")
            table.add_row("data", str(data.absolute()))
            out.print("[bold green]Credit Yuexiu is ready[/] (Ctrl-C ends it)")
            out.print(table)

        serve_until_stopped(settings, ready=ready)


@app.command()
def routes() -> None:
    """Print every route: method, path, audience, permission."""
    api_routes.check(api_routes.ROUTES)
    typer.echo(api_routes.approved_list(api_routes.ROUTES), nl=False)


@app.command()
def openapi(
    url: Annotated[str, typer.Option(help="Address of the server")] = "http://127.0.0.1:8080",
) -> None:
    """Print the OpenAPI 3.1 document."""
    document = api_document.document(api_routes.ROUTES, version=program_version(), url=url)
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@app.command()
def indexes() -> None:
    """Bring collections, validators, indexes and schema version up to date, and list them.

    Needs only the settings of the database and the keys. Safe to run at any time and as often
    as wanted; `serve` does the same at its start.
    """
    at_desk(_indexes)


async def _indexes(desk: Desk) -> None:
    out.print(f"schema version {await migrations.version(desk.database)}")
    for collection in schema.COLLECTIONS:
        names = ", ".join(str(index.document["name"]) for index in collection.indexes)
        out.print(f"  {collection.name}: {names or 'by _id only'}", highlight=False)
    for name in await applying.undeclared_indexes(desk.database):
        out.print(f"  [yellow]not declared:[/] {name}", highlight=False)


@app.command()
def keys(folder: Annotated[Path, typer.Argument(help="Where the key files are made")]) -> None:
    """Make new key files for an installation; files that exist are never touched.

    Makes master.key (wraps the encryption of personal data: back it up apart from the
    database) and secret.key (tokens). The certificate that signs papers is the district's
    own; the README says which files `serve` expects.
    """
    made = make_keys(folder)
    for name in SIZES:
        path = folder / name
        out.print(f"{'made' if path in made else 'kept'} {path}", soft_wrap=True)
