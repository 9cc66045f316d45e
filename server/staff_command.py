"""``credit-yuexiu staff``: the first administrators, who then make all other accounts."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from adapters.keys import hash_of_secret
from adapters.mongo.staff import MongoStaff
from adapters.staff_secrets import ArgonPasswords, TimeCodes
from domain.errors import DomainError
from domain.staff.accounts import INVITATION_LASTS, StaffAccount
from domain.staff.roles import Role
from domain.staff.service import Staff
from server.operate import Desk, at_desk

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Make the first administrators of the console. There is no default account and no default "
        "password: the address printed here is opened once, by the person, to set both."
    ),
)
out = Console()


class Administrator(StrEnum):
    """The three that are made here; they make everybody else."""

    administrator = Role.ADMINISTRATOR.value
    security_administrator = Role.SECURITY_ADMINISTRATOR.value
    security_auditor = Role.SECURITY_AUDITOR.value


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="3 to 32 lower-case letters, digits, dots, dashes")],
    name: Annotated[str, typer.Argument(help="The person's name, in Chinese")],
    role: Annotated[Administrator, typer.Option(help="Which of the three")],
    url: Annotated[
        str, typer.Option(envvar="CREDIT_PUBLIC_URL", help="Address of the server")
    ] = "http://127.0.0.1:8080",
) -> None:
    """Make an administrator, and print the address by which they set themselves up."""

    async def work(desk: Desk) -> tuple[StaffAccount, str]:
        try:
            return await _staff(desk).first(
                desk.act(), login=login, name=name, role=Role(role.value)
            )
        except DomainError as refusal:
            raise typer.BadParameter(refusal.detail) from refusal

    account, secret = at_desk(work)
    out.print(f"made {account.login}: {account.roles[0].label}")
    out.print(f"{url.rstrip('/')}/console/set-up/{secret}", soft_wrap=True)
    out.print(f"Good for {INVITATION_LASTS.days} days, once. Hand it over in person.")


@app.command(name="list")
def list_staff() -> None:
    """Every account: login, roles and state."""

    async def work(desk: Desk) -> list[StaffAccount]:
        return list(await _staff(desk).all())

    table = Table("login", "roles", "state", box=None)
    for account in at_desk(work):
        roles = ", ".join(role.value for role in account.roles)
        table.add_row(account.login, roles, account.state.value)
    out.print(table)


def _staff(desk: Desk) -> Staff:
    return Staff(
        store=MongoStaff(desk.database),
        passwords=ArgonPasswords(),
        codes=TimeCodes(),
        hash_secret=hash_of_secret,
        idle=timedelta(),
        lasting=timedelta(),
    )
