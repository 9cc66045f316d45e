"""Which reports there are."""

from http import HTTPStatus
from typing import Literal

from domain.credit_reports.forms.editions import EDITIONS
from handlers.base import BaseHandler
from handlers.credit_report_content import Labelled
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Output


class EditionView(Output):
    """One edition; fields and the longest period where they may be chosen."""

    code: str
    label: str
    note: str
    subjects: list[Literal["enterprise", "self"]]
    fields: list[Labelled]
    longest_years: int | None


class Editions(Output):
    """All editions."""

    items: list[EditionView]


class EditionsHandler(BaseHandler):
    """Editions."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Which reports there are, for whom, and what may be chosen",
        answers={200: Editions},
    )
    async def get(self) -> None:
        """Readable before sign-in."""
        fields = [Labelled(code=code, label=label) for code, label in self.house.fields.items()]
        items = [
            EditionView(
                code=code,
                label=edition.label,
                note=edition.note,
                subjects=[edition.subject],
                fields=fields if edition.certificate else [],
                longest_years=self.house.longest_years if edition.certificate else None,
            )
            for code, edition in EDITIONS.items()
        ]
        self.show(HTTPStatus.OK, Editions(items=items))


ROUTES = [Route("/v1/editions", EditionsHandler)]
