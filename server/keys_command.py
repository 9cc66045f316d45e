"""``credit-yuexiu rotate-tokens`` and ``rewrap-keys``: new keys while everything runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adapters.keys import PREVIOUS, promote_master, stage_master
from adapters.mongo.masters import local_masters, local_name
from adapters.token_keys import BELIEVED_FIRST, Generation, rotate
from domain.transactions import Unit
from server.operate import Desk, at_desk
from server.settings import load_database

out = Console()


def rotate_tokens(
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="Refuse all tokens of before at once: everybody signs in again"
        ),
    ] = False,
) -> None:
    """Have new tokens signed by a new key; running servers follow, and nobody is signed out.

    The new key stands in tokens.json of the keys folder. Servers believe it within ten seconds
    and sign with it after a minute; where they have keys folders of their own, copy the file
    there within that minute. Earlier keys are believed for as long as a session may live.
    """

    async def work(desk: Desk) -> Generation:
        act = desk.act()
        new = rotate(desk.keys, now=act.at, forget=forget)

        async def record(unit: Unit) -> None:
            kept = "none" if forget else "all"
            await unit.audit(act.event("keys.tokens_rotated", new.kid, believed_before=kept))

        await act.commit(record)
        return new

    new = at_desk(work)
    if forget:
        out.print(f"generation {new.kid} signs within ten seconds; no other is believed")
    else:
        minutes = BELIEVED_FIRST.total_seconds() / 60
        out.print(f"generation {new.kid} signs in {minutes:.0f} minute; earlier ones are believed")


def rewrap_keys(
    new_master: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="96 random bytes; `keys FOLDER` makes a master.key"
        ),
    ],
) -> None:
    """Wrap the field keys by a new master key; servers run on, and nothing is encrypted anew.

    The new key is put beside the present one as master.next.key, each field key is wrapped by
    it, and then it takes the place of master.key. Ended in the middle, either key is needed and
    both are there: run it again. A server with a keys folder of its own needs the new file
    there, as master.next.key, before it starts the next time.
    """
    folder = load_database().keys
    stage_master(folder, new_master)

    async def work(desk: Desk) -> int:
        new = desk.keys.next_master or desk.keys.master
        count = await desk.database.cipher.rewrap(local_name(new))
        await desk.database.cipher.require_opens(local_masters(new))
        act = desk.act()

        async def record(unit: Unit) -> None:
            name = local_name(new)
            await unit.audit(act.event("keys.rewrapped", name, field_keys=str(count)))

        await act.commit(record)
        return count

    count = at_desk(work)
    promote_master(folder)
    out.print(f"{count} field keys wrapped anew", soft_wrap=True)
    if (folder / PREVIOUS).exists():
        out.print(
            f"the key of before is {folder / PREVIOUS}: it opens backups made until now and "
            "nothing else; keep it apart or delete it, and back up master.key",
            soft_wrap=True,
        )
