"""``credit-yuexiu verify`` and ``rotate-signing``: papers offline, and the keys that sign them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from adapters.documents.key_ring import fingerprint
from adapters.documents.rotation import rotate
from adapters.documents.verifier import NoRootCertificate, verify_file
from adapters.stamp_tokens import StampRoots
from server.draw import now
from server.settings import load_database

out = Console()
ReadableFile = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The published root certificate")
]


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The PDF to check")],
    root: ReadableFile = None,
    tsa_root: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Roots of the time-stamp authority, PEM"),
    ] = None,
    published: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A saved /.well-known/credit-yuexiu.json: all roots"
        ),
    ] = None,
) -> None:
    """Check a PDF offline with the published root certificate: is it ours, unchanged?

    Whether it is still valid, revoked or superseded only the server knows. Without roots of the
    time-stamp authority its stamp is checked, but not who gave it. Exits with 1 when the file
    is not authentic.
    """
    known = _published(published)
    roots = root.read_bytes() if root else known.roots
    stamps = tsa_root.read_bytes() if tsa_root else known.stamp_roots
    if root is None and not roots:
        _refuse("Give the root: --root root.crt.pem, or --published credit-yuexiu.json.")
    try:
        stamp_roots = StampRoots(stamps) if stamps else None
    except ValueError:
        _refuse(f"{tsa_root or published} holds no certificate of a time-stamp authority.")
    try:
        verdict = verify_file(
            file.read_bytes(), root_certificate_pem=roots, stamp_roots=stamp_roots
        )
    except NoRootCertificate:
        _refuse(f"{root or published} holds no certificate.")
    typer.echo(json.dumps(asdict(verdict), ensure_ascii=False, indent=2, default=str))
    if not verdict.authentic:
        raise typer.Exit(1)


def rotate_signing(
    new: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", exists=True, file_okay=False, help="Folder with the new files"
        ),
    ],
) -> None:
    """Install new signing keys while servers run; what the old ones signed still verifies.

    FOLDER holds signing.crt.pem and signing.key.pem, issued by the district's own authority, and
    if they change too root.crt.pem and qr.key.pem. They are checked first; one that does not
    fit changes nothing. Running servers sign with them from their next paper on.
    """
    folder = load_database().keys
    keys = rotate(folder, new=new, now=now())
    out.print(f"in force: {fingerprint(keys.certificate)}, until {keys.valid_until:%Y-%m-%d}")
    out.print(
        "The old public parts are in retired/ and stay published. The old private keys are where "
        "they were: destroy them once no server was started before this, and back the folder up.",
        soft_wrap=True,
    )


class _Published:
    """What a saved document of published keys holds; nothing without one."""

    def __init__(self, roots: bytes = b"", stamp_roots: bytes = b"") -> None:
        self.roots = roots
        self.stamp_roots = stamp_roots


def _published(path: Path | None) -> _Published:
    if path is None:
        return _Published()
    try:
        document = json.loads(path.read_text("utf-8"))
        roots = [document["root_certificate_pem"], *document["retired_root_certificates_pem"]]
        stamps = document["time_stamp_roots_pem"] or ""
        return _Published("".join(roots).encode("ascii"), stamps.encode("ascii"))
    except (ValueError, KeyError, TypeError, AttributeError):
        _refuse(f"{path} is no document of published keys.")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
