"""``credit-yuexiu reviewer``: WeChat's reviewer, who sees every page with samples only."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.reviewers import MongoReviewers
from content.samples import load_samples
from domain.errors import NotFound
from domain.identity import is_openid, masked_openid
from domain.reviewers import MOST_DAYS, Reviewer, Reviewers
from domain.time import in_words
from server.draw import now
from server.operate import Desk, at_desk

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Let WeChat's reviewer in. For some days the openid signs in as a person apart, who has "
        "samples only; its ordinary account is not touched, and is back afterwards."
    ),
)
out = Console()

Openid = Annotated[str, typer.Argument(help="Of the reviewer, in this mini program")]
Appid = Annotated[str, typer.Option(envvar="CREDIT_WECHAT_APPID", help="AppID of the mini program")]


@app.command()
def add(
    openid: Openid,
    appid: Appid,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="From now on")] = 7,
) -> None:
    """Make an openid a reviewer's, and print the samples to give them."""
    if not is_openid(openid):
        raise typer.BadParameter("this is no openid: 20 to 64 letters, digits, - and _")

    async def work(desk: Desk) -> Reviewer:
        return await _reviewers(desk).add(desk.act(), appid=appid, openid=openid, days=days)

    reviewer = at_desk(work)
    out.print(f"reviewer {masked_openid(openid)} until {in_words(reviewer.ends_at)}")
    table = Table("name", "ID number", "enterprise", "code", box=None)
    for sample in load_samples():
        enterprise = sample.enterprise
        table.add_row(sample.name, sample.id_number, enterprise.name, enterprise.uscc)
    out.print(table)


@app.command(name="list")
def list_reviewers() -> None:
    """The newest 100: until when, and when they last signed in."""

    async def work(desk: Desk) -> tuple[Reviewer, ...]:
        return await _reviewers(desk).all()

    table = Table("openid", "state", "until", "last signed in", box=None)
    for one in at_desk(work):
        state = "reviewer" if now() < one.ends_at else "over"
        last = in_words(one.signed_in_at) if one.signed_in_at else ""
        table.add_row(masked_openid(one.openid), state, in_words(one.ends_at), last)
    out.print(table)


@app.command()
def end(openid: Openid, appid: Appid) -> None:
    """End it now, with every session; the ordinary account is back."""

    async def work(desk: Desk) -> None:
        try:
            await _reviewers(desk).end(desk.act(), appid=appid, openid=openid)
        except NotFound as missing:
            raise typer.BadParameter("this openid is no reviewer's now") from missing

    at_desk(work)
    out.print(f"ended {masked_openid(openid)}")


def _reviewers(desk: Desk) -> Reviewers:
    return Reviewers(
        store=MongoReviewers(desk.database),
        accounts=MongoAccounts(desk.database),
        sessions=MongoSessions(desk.database),
    )
