"""``credit-yuexiu openids``: after WeChat moved the mini program to another account.

WeChat gives a list of old and new openids. A row is changed in one transaction with its audit
event, and a row that was changed already is passed over: the command may be cut off and
repeated. No openid is ever printed whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from adapters.mongo.openids import Finding, MongoOpenids, Pair
from domain.identity import is_openid, masked_openid
from domain.transactions import Unit
from server.operate import Desk, at_desk

HEADER = "old,new"
FAULTY = "faulty"
BATCH = 200
LINE_MOST = 1000

Tell = Callable[[str], None]


def openids(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: old,new")],
    appid: Annotated[
        str, typer.Option(envvar="CREDIT_WECHAT_APPID", help="AppID of the mini program now")
    ],
    old_appid: Annotated[
        str, typer.Option(help="AppID that the old openids belong to, if it was another")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write; otherwise only report")] = False,
) -> None:
    """Lead people who signed in under old openids to their accounts under the new ones.

    Reports what would change; --apply writes it. Rows of people unknown here are passed over.
    A row whose new openid has an account already is left as it is: its person signs in there
    and moves by a face check. Exits with 1 when a line was faulty or left.
    """

    async def work(desk: Desk) -> Counter[str]:
        accounts = MongoOpenids(desk.database, old_appid=old_appid or appid, new_appid=appid)
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            return await remap(desk, accounts, lines, apply=apply, tell=typer.echo)

    count = at_desk(work)
    verb = "changed" if apply else "would change (nothing is written without --apply)"
    typer.echo(f"{count[Finding.CHANGED.value]:,} {verb}")
    typer.echo(f"{count[Finding.ALREADY.value]:,} changed before")
    typer.echo(f"{count[Finding.UNKNOWN.value]:,} of people who never signed in here")
    typer.echo(f"{count[Finding.CONFLICT.value]:,} left: the new openid has an account")
    typer.echo(f"{count[FAULTY]:,} faulty lines")
    if count[FAULTY] or count[Finding.CONFLICT.value]:
        raise typer.Exit(1)


async def remap(
    desk: Desk, accounts: MongoOpenids, lines: Iterable[str], *, apply: bool, tell: Tell
) -> Counter[str]:
    """Go through the lines, a batch at a time; how many came to what."""
    count: Counter[str] = Counter()
    batch: list[Pair] = []

    async def settle() -> None:
        act = desk.act()

        async def work(unit: Unit) -> list[Finding]:
            return await accounts.change(unit, act, batch, apply=apply)

        for pair, finding in zip(batch, await act.commit(work), strict=True):
            count[finding.value] += 1
            if finding is Finding.CONFLICT:
                tell(f"line {pair.line}: {masked_openid(pair.new)} has an account already; left")
        batch.clear()

    for found in _pairs(lines):
        if isinstance(found, str):
            count[FAULTY] += 1
            tell(found)
            continue
        batch.append(found)
        if len(batch) == BATCH:
            await settle()
    if batch:
        await settle()
    return count


def _pairs(lines: Iterable[str]) -> Iterator[Pair | str]:
    """Each line as a pair, or as a sentence saying what is wrong with it."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        fields = [field.strip().strip('"') for field in line[:LINE_MOST].split(",")]
        if not line.strip() or (number == 1 and ",".join(fields).lower() == HEADER):
            continue
        fault = _fault(fields, seen)
        if fault:
            yield f"line {number}: {fault}"
            continue
        old, new = fields
        seen[old] = seen[new] = number
        yield Pair(line=number, old=old, new=new)


def _fault(fields: list[str], seen: dict[str, int]) -> str | None:
    if len(fields) != len(("old", "new")):
        return f"{len(fields)} fields instead of old,new"
    for name, value in zip(("old", "new"), fields, strict=True):
        if not is_openid(value):
            return f"the {name} one is no openid"
        if value in seen:
            return f"{masked_openid(value)} stands in line {seen[value]} already"
    return "old and new are the same" if fields[0] == fields[1] else None
