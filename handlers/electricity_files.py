"""Files of an application for electricity: streamed to disk, looked into, read by their owner."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.electricity.applications import Application
from domain.transactions import Act
from handlers.downloads import attachment
from handlers.electricity import MAY, ONE, ApplicationAnswers
from handlers.electricity_views import ApplicationView
from handlers.endpoint import Audience, Endpoint, Permission, Route, endpoint
from handlers.fields import Input
from handlers.uploads import AROUND, KeptFileHandler

ANY_FILE = "application/octet-stream"


class MaterialQuery(Input):
    """For which paper."""

    paper: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")] = Field(title="材料")


class MaterialsHandler(KeptFileHandler, ApplicationAnswers):
    """Handing in a file."""

    def most_bytes(self, declared: Endpoint) -> int:
        """As the district says, whatever an upload may be elsewhere."""
        return min(declared.body_limit, self.house.materials.most_bytes + AROUND)

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Hand in a file for one of the papers; its type is told by its content",
        query=MaterialQuery,
        upload=True,
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="material",
        service="electricity",
    )
    async def post(self, application_id: str) -> None:
        """Images are made anew from their pixels."""
        paper = self.query(MaterialQuery).paper
        content = self.uploaded()

        def add(act: Act) -> Awaitable[Application]:
            return self.house.materials.add(
                act,
                application_id=application_id,
                paper=paper,
                name=self.file_name,
                content=content,
            )

        await self.show_once(add, self.created)


class MaterialHandler(ApplicationAnswers):
    """One file."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Fetch a file that was handed in",
        answers={200: ANY_FILE},
        refusals=MAY,
        rate="file",
    )
    async def get(self, application_id: str, material_id: str) -> None:
        """As a download only."""
        material, content = await self.house.materials.read(
            self.act(), application_id=application_id, material_id=material_id
        )
        self.set_header("Cache-Control", "private, no-store")
        self.set_header("Content-Disposition", attachment(material.name))
        self.answer(HTTPStatus.OK, ANY_FILE, content)

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Take a file out again, while it is not with the supplier",
        answers={204: None},
        refusals=MAY,
    )
    async def delete(self, application_id: str, material_id: str) -> None:
        """It is gone."""
        await self.house.materials.drop(
            self.act(), application_id=application_id, material_id=material_id
        )
        self.no_content()


ROUTES = [
    Route(f"{ONE}/materials", MaterialsHandler),
    Route(f"{ONE}/materials/{{material_id}}", MaterialHandler),
]
