"""``credit-yuexiu audit``: export the audit log, prove one event, find what was altered."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from adapters.documents.audit_roots import Check, RootSigner, signature_check, stamp_check
from adapters.documents.keys import KeyFiles, load_keys
from adapters.documents.verifier import NoRootCertificate
from adapters.mongo.audit import MongoAudit
from domain.audit import proving
from domain.audit.archive import LINE_MOST, NotAnExport
from domain.audit.checking import Checker, check
from domain.audit.proving import NotProven
from domain.audit.roots import SignedRoot
from domain.audit.sealing import Sealing
from domain.audit.tree import instant
from domain.timestamps import TimeStamp
from server import audit_export
from server.operate import Desk, at_desk

app = typer.Typer(
    no_args_is_help=True,
    help="The audit log: export it, prove that an event is in it, find what was altered.",
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write; JSON lines")],
) -> None:
    """Write out the whole log with its signed roots.

    Everything committed before is sealed and gets a root of its own for it, beside running
    servers or without one. The export itself is on record. The file holds random ids and codes,
    and no personal data.
    """

    async def work(desk: Desk) -> tuple[SignedRoot, int]:
        store = MongoAudit(desk.database)
        act = desk.act()
        signer = RootSigner(load_keys(KeyFiles.in_folder(desk.keys.folder)))
        sealing = Sealing(
            store=store,
            commit=desk.transactions.plain(),
            signer=lambda: signer,
            holder=act.draw.id(),
        )
        last = await audit_export.settle(act, sealing, store)
        await _write(file, audit_export.export(store, last))
        return last, await store.unaccounted()

    last, unaccounted = at_desk(work)
    root = last.root
    typer.echo(f"{root.size:,} events, up to root {root.number}: {root.head.hex()}")
    if unaccounted:
        raise _refused(
            f"and {unaccounted:,} events in the database that say they are sealed, and have no "
            "leaf: they were put there past the program, and are not in the export"
        )


async def _write(file: Path, lines: AsyncIterator[bytes]) -> None:
    """All of it or nothing."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            async for line in lines:
                out.write(line)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise _refused(f"cannot write {file}: {error.strerror}") from error


@app.command()
def prove(
    event_id: Annotated[str, typer.Argument(metavar="ID", help="Of the event")],
    file: Annotated[
        Path | None,
        typer.Option("--export", exists=True, dir_okay=False, help="Instead of the database"),
    ] = None,
) -> None:
    """Print the proof, as JSON, that an event is in the log under a signed root."""
    try:
        if file is not None:
            with file.open("rb") as lines:
                proof = proving.prove(_lines(lines), event_id)
        else:

            async def work(desk: Desk) -> proving.Proof:
                return await audit_export.prove(MongoAudit(desk.database), event_id)

            proof = at_desk(work)
    except (NotProven, NotAnExport) as refusal:
        raise _refused(str(refusal)) from refusal
    typer.echo(json.dumps(proof.shown(), ensure_ascii=False, indent=2))


@app.command()
def verify(
    root: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The published root certificate")
    ],
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="An export of the log")
    ] = None,
    proof: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A proof instead")
    ] = None,
    tsa_root: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The time-stamp authority's certificate"),
    ] = None,
) -> None:
    """Check an export, or a proof, without the database: says every row that was altered.

    Exits with 1 when anything is. Time stamps are checked with the authority's certificate, and
    without it only counted. That an export ends too early shows in its last root alone: compare
    its number and hash with what you know.
    """
    if (file is None) == (proof is None):
        raise typer.BadParameter("give an export, or --proof with a proof")
    signature = _check_by(root, signature_check)
    stamp = _check_by(tsa_root, stamp_check) if tsa_root else None
    if proof is not None:
        _verify_proof(proof, signature, stamp)
    elif file is not None:
        try:
            with file.open("rb") as lines:
                checked = check(_lines(lines), signature=signature, stamp=stamp)
        except NotAnExport as refusal:
            raise _refused(f"{file} is no export of an audit log: {refusal}") from refusal
        _report(checked, stamps_checked=stamp is not None)


def _report(checked: Checker, *, stamps_checked: bool) -> None:
    for fault in checked.faults:
        typer.echo(str(fault))
    if checked.count > len(checked.faults):
        typer.echo(f"and {checked.count - len(checked.faults):,} more")
    typer.echo(f"{checked.size:,} leaves under {checked.roots:,} roots, {checked.count:,} faults")
    if checked.last is not None:
        last = checked.last.root
        typer.echo(
            f"last root: {last.number}, signed {instant(last.at)}, {last.size:,} leaves, "
            f"hash {last.head.hex()}"
        )
    counts = ", ".join(f"{checked.stamps[state]:,} {state.value}" for state in TimeStamp)
    typer.echo(f"time stamps: {counts}{'' if stamps_checked else '; not verified (--tsa-root)'}")
    if checked.count:
        raise typer.Exit(1)


def _verify_proof(file: Path, signature: Check, stamp: Check | None) -> None:
    try:
        with file.open("rb") as content:
            proof = proving.read_proof(json.loads(content.read(LINE_MOST)))
        found = list(proving.faults(proof, signature=signature, stamp=stamp))
    except (ValueError, RecursionError, NotProven) as refusal:
        what = str(refusal) if isinstance(refusal, NotProven) else "this is no JSON"
        raise _refused(f"{file}: {what}") from refusal
    for fault in found:
        typer.echo(fault)
    if found:
        raise typer.Exit(1)
    root = proof.signed.root
    stamped = proof.signed.stamping.value
    unchecked = "" if stamp or not proof.signed.token else ", not verified (--tsa-root)"
    typer.echo(
        f"event {proof.event.get('id')} is leaf {proof.leaf} of root {root.number}, "
        f"signed {instant(root.at)}; time stamp: {stamped}{unchecked}"
    )


def _check_by(certificate: Path, make: Callable[[bytes], Check]) -> Check:
    try:
        return make(certificate.read_bytes())
    except NoRootCertificate as refusal:
        raise _refused(f"{certificate} holds no certificate.") from refusal


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Line by line; none longer than an export's may be is ever held."""
    number = 0
    while line := file.readline(LINE_MOST + 1):
        number += 1
        if len(line) > LINE_MOST:
            raise NotAnExport(f"line {number} is longer than any line of an export")
        yield line


def _refused(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(1)
