"""What each delivery says: as much of a person as the supplier needs to do its part, and no more.

Of an ID number the last four characters: who somebody is has been proven here. Of a report and a
promise the name under which each is fetched: whoever fetches a report is recorded.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.electricity.applications import Application, Material, Proof
from domain.grid.cases import DeliveryKind
from domain.time import civil_date

REPORT = "report.pdf"
PROMISE = "promise.pdf"
PDF = "application/pdf"
LAST = 4

Content = Mapping[str, Any]


def content_of(
    kind: DeliveryKind, application: Application, *, grid_codes: Mapping[str, str]
) -> Content:
    """By kind; ``grid_codes`` are the supplier's names of businesses, by ours."""
    made: Mapping[DeliveryKind, Callable[[], Content]] = {
        DeliveryKind.APPLICATION: lambda: _application(application, grid_codes),
        DeliveryKind.MATERIALS: lambda: _materials(application),
        DeliveryKind.SURVEY_ANSWER: lambda: _answer(application),
        DeliveryKind.PROOF_LOST: lambda: _proof_lost(application),
    }
    return made[kind]() if kind in made else {}


def files_of(content: Content) -> tuple[str, ...]:
    """The names of what a delivery lets fetch."""
    return tuple(str(file["name"]) for file in content.get("files", ()))


def _application(application: Application, grid_codes: Mapping[str, str]) -> Content:
    wanted = application.wanted
    credit = application.proof is Proof.CREDIT
    return {
        "business": wanted.business,
        "grid_code": grid_codes.get(wanted.business, ""),
        "premises": wanted.premises.value if wanted.premises else "",
        "proof": application.proof.value,
        "address": wanted.address,
        "account": wanted.account,
        "capacity": wanted.capacity,
        "use": wanted.use,
        "home_visit": wanted.home_visit,
        "green": application.green,
        "applicant": _applicant(application),
        "contact": {"name": wanted.contact, "phone": wanted.phone},
        "report": {"id": application.report_id} if credit else None,
        "promise": {"code": application.promise_code} if credit else None,
        **_materials(application),
        "files": [*_papers(application), *map(_file, application.materials)],
    }


def _applicant(application: Application) -> Content:
    if application.uscc:
        return {"name": application.applicant, "uscc": application.uscc}
    return {"name": application.applicant, "id_last4": application.identifier[-LAST:]}


def _papers(application: Application) -> list[Content]:
    if application.proof is not Proof.CREDIT:
        return []
    return [{"name": REPORT, "media_type": PDF}, {"name": PROMISE, "media_type": PDF}]


def _materials(application: Application) -> Content:
    return {
        "later": [
            {"paper": one.paper, "due": one.due.isoformat(), "handed_in": one.handed_in}
            for one in application.later
        ],
        "materials": [
            {
                "paper": one.paper,
                "name": one.name,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256,
                "added_on": civil_date(one.added_at).isoformat(),
                "file": one.id,
            }
            for one in application.materials
        ],
        "files": [_file(one) for one in application.materials],
    }


def _file(material: Material) -> Content:
    return {"name": material.id, "media_type": material.media_type, "sha256": material.sha256}


def _answer(application: Application) -> Content:
    survey = application.survey
    if survey is None:
        return {}
    return {
        "begins_at": survey.begins_at.isoformat(),
        "agreed": bool(survey.agreed),
        "wish": survey.wish,
    }


def _proof_lost(application: Application) -> Content:
    returned = application.returned
    if returned is None:
        return {}
    return {
        "papers": list(returned.papers),
        "reason": returned.reason,
        "due": returned.due.isoformat(),
    }
