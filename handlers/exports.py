"""All my data as one archive: asking for it, following it, fetching it."""

from http import HTTPStatus
from typing import Literal

from domain.exports.exports import Export, state_text
from domain.exports.ports import Address
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output, PageQuery

ZIP = "application/zip"


class ExportView(Output):
    """Where an export stands; ``size`` in bytes and ``sha256`` of the archive once it is ready."""

    id: str
    state: Literal["requested", "making", "ready", "failed"]
    state_text: str
    requested_at: Instant
    ready_at: Instant | None
    expires_at: Instant
    size: int | None
    sha256: str | None


class ExportViews(Output):
    """Newest first."""

    items: list[ExportView]
    next: str | None


class ExportAddressView(Output):
    """Where the archive can be fetched without sign-in, for a while."""

    url: str
    expires_at: Instant


def show_export(export: Export) -> ExportView:
    """As its owner sees it."""
    ready = export.ready_at is not None
    return ExportView(
        id=export.id,
        state=export.state.value,
        state_text=state_text(export),
        requested_at=export.requested_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
        size=export.made.size if ready else None,
        sha256=export.made.sha256 if ready else None,
    )


class ExportsHandler(BaseHandler):
    """The caller's exports."""

    @endpoint(
        Audience.PERSON,
        Permission.EXPORT_OWN_DATA,
        "My exports",
        query=PageQuery,
        answers={200: ExportViews},
    )
    async def get(self) -> None:
        """Those that are still there, newest first."""
        ask = self.ask(self.query(PageQuery), of="exports")
        page = await self.house.exports.of(self.act(), ask=ask)
        items = [show_export(export) for export in page.items]
        views = ExportViews(items=items, next=self.next_cursor(page, of="exports"))
        self.show(HTTPStatus.OK, views)

    @endpoint(
        Audience.PERSON,
        Permission.EXPORT_OWN_DATA,
        "Have all my data made into one archive",
        idempotent=True,
        answers={202: ExportView},
        rate="export",
    )
    async def post(self) -> None:
        """Made in the background; while one is being made, that one is given."""
        await self.show_once(
            self.house.exports.request,
            lambda export: (HTTPStatus.ACCEPTED, show_export(export)),
        )


class ExportHandler(BaseHandler):
    """One export."""

    @endpoint(
        Audience.PERSON,
        Permission.EXPORT_OWN_DATA,
        "Where an export stands",
        answers={200: ExportView},
        refusals=frozenset({404}),
    )
    async def get(self, export_id: str) -> None:
        """Gone after seven days."""
        export = await self.house.exports.get(self.act(), export_id=export_id)
        self.show(HTTPStatus.OK, show_export(export))


class ExportAddressesHandler(BaseHandler):
    """Addresses of an archive."""

    @endpoint(
        Audience.PERSON,
        Permission.EXPORT_OWN_DATA,
        "An address for the archive, good for ten minutes at most",
        idempotent=True,
        answers={201: ExportAddressView},
        refusals=frozenset({404, 409}),
        rate="file-address",
    )
    async def post(self, export_id: str) -> None:
        """The address is itself the permission, and dies with the session."""

        def show(address: Address) -> tuple[int, ExportAddressView]:
            url = f"{self.house.public_url}/e/{address.secret}"
            view = ExportAddressView(url=url, expires_at=address.expires_at)
            return HTTPStatus.CREATED, view

        await self.show_once(lambda act: self.house.exports.address(act, export_id=export_id), show)


class ExportFileHandler(BaseHandler):
    """The archive behind an address."""

    @endpoint(
        Audience.PUBLIC,
        Permission.FETCH_FILE_BY_ADDRESS,
        "Fetch an archive by its address",
        answers={200: ZIP},
        refusals=frozenset({404}),
        rate="file",
    )
    async def get(self, export_secret: str) -> None:
        """Part by part; the looks at the reports in it are recorded first."""
        file = await self.house.exports.file(self.act(), secret=export_secret)
        self.set_status(HTTPStatus.OK)
        self.set_header("Content-Type", ZIP)
        self.set_header("Content-Length", str(file.size))
        self.set_header("Content-Disposition", f'attachment; filename="{file.name}"')
        async for part in file.parts:
            self.write(part)
            await self.flush()


ROUTES = [
    Route("/v1/me/exports", ExportsHandler),
    Route("/v1/me/exports/{export_id}", ExportHandler),
    Route("/v1/me/exports/{export_id}/file-addresses", ExportAddressesHandler),
    Route("/e/{export_secret}", ExportFileHandler),
]
