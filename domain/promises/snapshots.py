"""The canonical form of a signed promise: what its letter shows and its evidence rests on."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.identifiers import mask_identity_number, mask_name
from domain.promises.promises import LONG_TERM, IdentityProof, Promise, Signature
from domain.promises.templates import CATEGORIES, Template
from domain.time import civil_date, day_ends
from domain.workdays import Deadline

EDITION = "promise"
FORM = "V1"
Json = dict[str, object]
ROLES = {
    "self": "本人",
    "legal_representative": "法定代表人（负责人）",
    "agent": "经办人",
}


@dataclass(frozen=True, kw_only=True)
class Stationery:
    """What stands on every letter, and by whom."""

    issuer: str
    district: str
    notes: tuple[str, ...]
    sample: bool


def snapshot(promise: Promise, template: Template, signature: Signature, on: Stationery) -> Json:
    """Strings, integers, booleans, lists and objects only; it never changes again.

    A natural person's number is masked, and an enterprise's signer is named by masked name: the
    letter is handed on.
    """
    return {
        "v": 1,
        "edition": EDITION,
        "form": FORM,
        "sample": on.sample or promise.sample,
        "number": signature.code,
        "issuer": on.issuer,
        "district": on.district,
        "generated_at": _instant(signature.at),
        "expires_at": _instant(day_ends(signature.valid_until or LONG_TERM)),
        **_said(promise, template),
        "signer": _signer(promise, signature),
        "signed_on": civil_date(signature.at).isoformat(),
        "due": _due(signature.due, template),
        "valid_until": _day(signature.valid_until),
        "publication": _publication(signature),
        "report": {
            "number": promise.basis.number,
            "canonical_sha256": promise.basis.canonical_sha256,
        },
        "identity": identity_of(signature.proof),
        "counts": [],
        "notes": list(on.notes),
    }


def _said(promise: Promise, template: Template) -> Json:
    return {
        "title": promise.title,
        "kind": {"code": promise.kind.value, "label": template.kind.label},
        "promisor": _promisor(promise),
        "matter": template.matter,
        "content": template.content,
        "liability": template.liability,
        "answers": [{"label": one.label, "value": one.value} for one in promise.answers],
        "accepted_by": {"name": template.department.name, "uscc": template.department.uscc},
        "text": {
            "code": template.code,
            "version": template.version,
            "sha256": template.text_hash,
        },
    }


def _publication(signature: Signature) -> Json:
    publication = signature.publication
    return {
        "code": publication.publicity.value,
        "label": publication.publicity.label,
        "until": _day(publication.until),
        "text_sha256": publication.text_hash,
    }


def identity_of(proof: IdentityProof) -> Json:
    """How the signer was known."""
    return {
        "check_id": proof.check_id,
        "method": proof.method,
        "confirmed_at": _instant(proof.confirmed_at),
    }


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _promisor(promise: Promise) -> Json:
    person = promise.category == "person"
    return {
        "category": CATEGORIES[promise.category],
        "name": promise.promisor,
        "code_name": "证件号码" if person else "统一社会信用代码",
        "code": mask_identity_number(promise.identifier) if person else promise.identifier,
    }


def _signer(promise: Promise, signature: Signature) -> Json:
    person = promise.category == "person"
    name = signature.signer if person else mask_name(signature.signer)
    return {"name": name, "role": ROLES[signature.role]}


def _due(due: Deadline | None, template: Template) -> Json | None:
    if due is None or template.term is None:
        return None
    return {
        "on": due.day.isoformat(),
        "provisional": due.provisional,
        "duty": template.term.duty,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
