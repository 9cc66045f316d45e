"""Packing the evidence of a promise: every file named by its hash in a signed manifest."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from adapters.documents.audit_roots import RootSigner
from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.evidence import verify
from adapters.documents.evidence.words import README
from domain.audit.archive import root_content
from domain.audit.roots import SignedRoot
from domain.audit.trail import Recorded
from domain.audit.tree import instant
from domain.promises.evidence import Evidence, label_of
from domain.promises.promises import STATES
from domain.promises.snapshots import identity_of
from domain.time import in_words
from domain.timestamps import SENTENCES

PROGRAM = Path(verify.__file__).read_bytes()
# Published, so that who distrusts a ZIP need not trust the program that came in it.
PROGRAM_SHA256 = sha256_hex(PROGRAM)
Published = Callable[[], Mapping[str, object]]
File = tuple[str, bytes]


class EvidencePacker:
    """Packs with the keys in force; ``published`` tells what checks everything that we signed."""

    def __init__(
        self, *, signer: Callable[[], RootSigner], published: Published, published_at: str
    ) -> None:
        self._signer = signer
        self._published = published
        self._published_at = published_at

    async def make(self, evidence: Evidence) -> bytes:
        """The ZIP, made in a thread."""
        return await asyncio.to_thread(self._make, evidence, self._signer(), self._published())

    def _make(
        self, evidence: Evidence, signer: RootSigner, published: Mapping[str, object]
    ) -> bytes:
        roots = _roots(evidence)
        files: list[File] = [
            ("README.txt", self._readme(evidence).encode()),
            *_promise(evidence),
            *_events(evidence),
            *(file for root in roots for file in _root(root)),
            *_certificates(signer, roots, published),
            (verify.MYSELF, PROGRAM),
        ]
        manifest = canonical_json(self._manifest(evidence, signer, files))
        signature = signer.sign(manifest)
        return verify.packed([*files, (verify.MANIFEST, manifest), (verify.SIGNATURE, signature)])

    def _manifest(
        self, evidence: Evidence, signer: RootSigner, files: list[File]
    ) -> dict[str, object]:
        return {
            "type": verify.TYPE,
            "v": 1,
            "number": evidence.signature.code,
            "promise_id": evidence.promise.id,
            "sample": evidence.paper.sample,
            "made_at": instant(evidence.made_at),
            "published_at": self._published_at,
            "signer": signer.fingerprint,
            "earlier": evidence.trail.earlier,
            "files": [
                {"name": name, "sha256": sha256_hex(content), "size": len(content)}
                for name, content in files
            ],
        }

    def _readme(self, evidence: Evidence) -> str:
        pending = sum(one.proof is None for one in evidence.trail.recorded)
        return README.format(
            title=evidence.promise.title,
            number=evidence.signature.code,
            made_at=in_words(evidence.made_at),
            sample="样例：内容是虚构的，不能证明任何事。\n" if evidence.paper.sample else "",
            stamp=SENTENCES[evidence.paper.time_stamp],
            events=len(evidence.trail.recorded),
            pending=f"，其中 {pending} 条尚未封存，待下一个根" if pending else "，均已封存",
            published_at=self._published_at,
        )


def _promise(evidence: Evidence) -> Iterator[File]:
    """The letter, what was signed, the texts as shown, and how it stands."""
    promise, signature, paper = evidence.promise, evidence.signature, evidence.paper
    yield "promise.pdf", evidence.pdf
    yield "promise.json", evidence.canonical
    yield "text.txt", evidence.text.encode()
    yield "publication.txt", signature.publication.text.encode()
    identity = {**identity_of(signature.proof), "receipt_sha256": evidence.receipt}
    yield "identity.json", canonical_json(identity)
    letter = {
        "file_sha256": paper.file_sha256,
        "raised_sha256": paper.raised_sha256,
        "time_stamp": paper.time_stamp.value,
        "pages": paper.pages,
    }
    yield "letter.json", canonical_json(letter)
    supervision = promise.supervision
    state = {
        "state": promise.state.value,
        "label": STATES[promise.state],
        "withdrawn_at": _instant(promise.withdrawn_at),
        "reason": promise.reason,
        "steps": [
            {"at": _instant(step.at), "text": step.text}
            for step in (supervision.steps if supervision else ())
        ],
    }
    yield "state.json", canonical_json(state)
    on_seal, on_file = verify.stamps_on(evidence.pdf)
    if on_seal:
        yield "stamps/seal.tsr", on_seal
    if on_file:
        yield "stamps/file.tsr", on_file


def _events(evidence: Evidence) -> Iterator[File]:
    for number, one in enumerate(evidence.trail.recorded, start=1):
        yield f"events/{number:04d}.json", canonical_json(_event(one))


def _event(one: Recorded) -> dict[str, object]:
    """An event, and where it is in the log; null while no root covers it."""
    proof = one.proof
    return {
        "event": one.event,
        "label": label_of(one.event),
        "leaf": proof.leaf if proof else None,
        "path": [step.hex() for step in proof.path] if proof else [],
        "root": proof.signed.root.number if proof else None,
    }


def _roots(evidence: Evidence) -> list[SignedRoot]:
    """Each root that a proof leads to."""
    found = {
        one.proof.signed.root.number: one.proof.signed
        for one in evidence.trail.recorded
        if one.proof
    }
    return [found[number] for number in sorted(found)]


def _root(signed: SignedRoot) -> Iterator[File]:
    name = f"roots/{signed.root.number:09d}"
    content = {key: value for key, value in root_content(signed).items() if key != "token"}
    yield f"{name}.json", canonical_json(content)
    if signed.token:
        yield f"{name}.tsr", signed.token


def _certificates(
    signer: RootSigner, roots: list[SignedRoot], published: Mapping[str, object]
) -> Iterator[File]:
    """The published roots, and whatever signed here."""
    retired = cast("list[str]", published["retired_root_certificates_pem"])
    pinned = "".join([str(published["root_certificate_pem"]), *retired])
    yield "certificates/root.crt.pem", pinned.encode()
    if published.get("time_stamp_roots_pem"):
        stampers = str(published["time_stamp_roots_pem"])
        yield "certificates/time-stamp-root.crt.pem", stampers.encode()
    signers = {signed.root.signer: signed.certificate_pem for signed in roots}
    signers[signer.fingerprint] = signer.certificate_pem
    for fingerprint in sorted(signers):
        yield f"certificates/{fingerprint[:16]}.crt.pem", signers[fingerprint].encode()


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at else None
