"""Images and who attaches them, as the tests need them."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from adapters.mongo.attachments import MongoAttachments
from adapters.mongo.database import Database
from adapters.mongo.transactions import MongoTransactions
from domain.attachments.attachments import Attachment, By, Viewer
from domain.attachments.checking import Checking
from domain.attachments.service import Attachments
from domain.content_checks import Judged, Scene, Verdict
from domain.files import Fit
from domain.transactions import Act, Unit
from server.draw import SystemDraw
from tests.applying import photo
from tests.cast import Cast, Person
from tests.staffing import act

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def as_it_is(content: bytes) -> Fit:
    """A look into an image that finds nothing wrong and changes nothing."""
    return Fit(media_type="image/jpeg", content=content, width=40, height=30)


@dataclass
class Asked:
    """The checks that were begun: of which image, for whom."""

    of: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(
        self, unit: Unit, act: Act, *, object_id: str, person_id: str, scene: Scene
    ) -> None:
        assert unit
        assert act
        assert scene is Scene.COMMENT
        self.of.append((object_id, person_id))


class Album:
    """Images over the real database, at a time that the test sets; whose, the test says."""

    def __init__(self, database: Database) -> None:
        self.now = NOW
        self.owner = str(uuid.uuid4())
        self.ticket = f"ticket:{uuid.uuid4()}"
        self.asked = Asked()
        self.store = MongoAttachments(database)
        self.told: list[tuple[Sequence[str], str]] = []
        self.checking = Checking(
            store=self.store,
            url_of=lambda secret: f"https://x/i/{secret}",
            publish=self._publish,
        )
        self.attachments = Attachments(
            store=self.store,
            inspect=as_it_is,
            digest=lambda content: hashlib.sha256(content).hexdigest(),
            begin_check=self.asked,
        )
        self.commit = MongoTransactions(database, hmac_key=b"k" * 32).plain()

    def act(self) -> Act:
        return Act(
            at=self.now, actor=self.owner, trace_id="t", draw=SystemDraw(), commit=self.commit
        )

    async def take(self, content: bytes = b"pixels", by: By = By.CITIZEN) -> Attachment:
        taken = await self.attachments.take(self.act(), owner=self.owner, content=content, by=by)
        return taken.attachment

    async def bind(self, *ids: str, owner: str = "", to: str = "") -> tuple[Attachment, ...]:
        act = self.act()

        async def work(unit: Unit) -> tuple[Attachment, ...]:
            return await self.attachments.bind(
                unit, act, ids=ids, owner=owner or self.owner, to=to or self.ticket
            )

        return await act.commit(work)

    async def bound(self, by: By = By.CITIZEN) -> Attachment:
        [one] = await self.bind((await self.take(by=by)).id)
        return one

    async def decided(self, one: Attachment, verdict: Verdict, reason: str = "") -> None:
        judged = Judged(verdict=verdict, reason=reason)
        act = self.act()

        async def work(unit: Unit) -> None:
            await self.checking.decided(unit, act, object_id=one.id, judged=judged)

        await self.commit(work)

    async def judge(self, one: Attachment, *, passed: bool) -> Attachment:
        """By a person who has seen what is known of it."""
        now = await self.checking.get(one.id)
        return await self.checking.judge(
            self.act(), attachment_id=one.id, passed=passed, tag=now.tag
        )

    async def _publish(
        self,
        unit: Unit,
        act: Act,
        *,
        streams: Sequence[str],
        kind: str,
        about: str,
        revision: int = 0,
    ) -> None:
        assert unit
        assert act
        assert revision
        assert kind == "attachment.judged"
        self.told.append((streams, about))

    async def secret(self, one: Attachment, viewer: Viewer | None = None) -> str:
        """Of an address at which the image is open for the viewer, its owner unless said."""
        now = await self.store.get(one.id)
        assert now
        [view] = await self.attachments.views(
            self.act(), [now], viewer=viewer or Viewer(id=self.owner)
        )
        assert view.address
        return view.address.secret

    async def check_secret(self, one: Attachment) -> str:
        """Of the address that WeChat is given."""
        url = await self.checking.address(self.act(), object_id=one.id)
        assert url
        return url.removeprefix("https://x/i/")

    async def read(self, secret: str) -> bytes:
        return (await self.attachments.read(self.act(), secret=secret)).content

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)


async def upload(person: Person, content: bytes | None = None, **more: Any) -> httpx.Response:
    """Asks for an image to be taken."""
    files = {"file": ("照片.jpg", photo() if content is None else content, "image/jpeg")}
    return await person.send("POST", "/v1/attachments", files=files, **more)


async def added(person: Person, content: bytes | None = None) -> dict[str, Any]:
    """An image of the person's, attached to nothing yet."""
    answer = await upload(person, content)
    assert answer.status_code == 201, answer.text
    image: dict[str, Any] = answer.json()
    return image


async def attach(person: Person, *images: dict[str, Any], to: str = "") -> str:
    """Attaches them, as a room does in its own transaction; to what."""
    house = person.cast.house
    assert house
    owner = str((await person.get("/v1/me")).json()["id"])
    to = to or f"ticket:{house.draw.id()}"
    attachments, act_ = house.attachments, act(house, owner)

    async def work(unit: Unit) -> None:
        await attachments.bind(unit, act_, ids=[one["id"] for one in images], owner=owner, to=to)

    await act_.commit(work)
    return to


async def fetch(cast: Cast, url: str, method: str = "GET") -> httpx.Response:
    """By an address, as who is nobody."""
    return await cast.client.request(method, url)
