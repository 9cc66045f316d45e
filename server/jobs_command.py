"""``credit-yuexiu jobs``: what the workers are behind with, what is stuck, and running it again."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from adapters.mongo.jobs import Backlog, Job, MongoJobs, State
from domain.transactions import Act, Unit
from server.operate import Desk, at_desk

AT_ONCE = 200
MOST_LISTED = 1_000

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Look at background work. What failed 20 times in a row is stuck: it is kept, and tried "
        "again only when told so here. Prints ids, topics and names of errors, nobody's data."
    ),
)
# Wide enough for whoever reads by program; on a narrow terminal all but the ids is folded.
out = Console(width=None if sys.stdout.isatty() else 200)

Topic = Annotated[str | None, typer.Option(help="Of this topic only")]


@app.command(name="list")
def list_jobs(
    stuck: Annotated[bool, typer.Option("--stuck", help="Only what is stuck")] = False,
    topic: Topic = None,
    most: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="List so many")] = 50,
) -> None:
    """How far behind each topic is, then the messages due first."""

    async def work(desk: Desk) -> tuple[tuple[Backlog, ...], tuple[Job, ...]]:
        jobs = MongoJobs(desk.database)
        return await jobs.backlog(), await jobs.some(stuck=stuck, topic=topic, most=most)

    backlogs, listed = at_desk(work)
    out.print(_backlog_table(backlogs))
    whole = Column("id", no_wrap=True, min_width=36)
    table = Table(whole, "topic", "state", "tried", "due since", "last error", "at", box=None)
    for job in listed:
        late = _span(job.late) if job.state is State.DUE else ""
        table.add_row(
            job.id, job.topic, job.state, str(job.attempts), late, job.error, _time(job.failed_at)
        )
    out.print(table, soft_wrap=True)


@app.command()
def show(job: Annotated[str, typer.Argument(help="Id of the message")]) -> None:
    """All there is to know about one message."""

    async def work(desk: Desk) -> Job | None:
        return await MongoJobs(desk.database).one(job)

    found = at_desk(work)
    if found is None:
        raise typer.BadParameter("no message has this id; what is done is gone")
    table = Table(show_header=False, box=None)
    for name, value in (
        ("id", found.id),
        ("topic", found.topic),
        ("object", found.object_id),
        ("trace", found.trace_id),
        ("state", found.state),
        ("sent", _time(found.sent_at)),
        ("tried", str(found.attempts)),
        ("faults in a row", str(found.failures)),
        ("last error", found.error),
        ("failed", _time(found.failed_at)),
        ("stuck since", _time(found.stuck_at)),
        ("due", "" if found.state is State.STUCK else _time(found.next_at)),
    ):
        table.add_row(name, value)
    out.print(table, soft_wrap=True)


@app.command()
def again(
    job: Annotated[str | None, typer.Argument(help="Id of a message")] = None,
    stuck: Annotated[bool, typer.Option("--stuck", help="Everything that is stuck")] = False,
    topic: Topic = None,
) -> None:
    """Have one message, a topic's, or what is stuck, worked on now; audited as the operator's."""
    if (job is None) is not (stuck or topic is not None):
        raise typer.BadParameter("name one message, or --stuck, or --topic, or both of these")

    async def work(desk: Desk) -> int:
        if job is None:
            return await _again_all(desk, stuck=stuck, topic=topic)
        found = await MongoJobs(desk.database).one(job)
        if found is None:
            raise typer.BadParameter("no message has this id; what is done is gone")
        if found.state is State.HELD:
            raise typer.BadParameter("a worker is at it now")
        await run_again(MongoJobs(desk.database), desk.act(), [found])
        return 1

    out.print(f"{at_desk(work)} to be worked on now")


async def _again_all(desk: Desk, *, stuck: bool, topic: str | None) -> int:
    """In transactions of bounded size; what another has taken meanwhile is left alone."""
    jobs = MongoJobs(desk.database)
    found = await jobs.some(stuck=stuck, topic=topic, most=1_000_000)
    wanted = [job for job in found if job.state in {State.STUCK, State.WAITING}]
    for start in range(0, len(wanted), AT_ONCE):
        await run_again(jobs, desk.act(), wanted[start : start + AT_ONCE])
    return len(wanted)


async def run_again(jobs: MongoJobs, act: Act, wanted: Sequence[Job]) -> None:
    """Have them worked on now, in one transaction with their audit events."""

    async def work(unit: Unit) -> None:
        await jobs.again(unit, [job.id for job in wanted])
        for job in wanted:
            await unit.audit(act.event("job.again", job.id, topic=job.topic, was=job.state.value))

    await act.commit(work)


def _backlog_table(backlogs: Sequence[Backlog]) -> Table:
    headings = ("topic", "messages", "due", "held", "stuck", "latest", "oldest", "most tried")
    table = Table(*headings, box=None)
    for one in backlogs:
        counts = (one.messages, one.due, one.held, one.stuck)
        spans = (_span(one.latest), _span(one.oldest))
        table.add_row(one.topic, *map(str, counts), *spans, str(one.most_attempts))
    return table


def _span(span: timedelta) -> str:
    return str(timedelta(seconds=int(span.total_seconds())))


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else ""
