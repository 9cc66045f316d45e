"""Applications with the power company's system, and that system as the tests steer it."""

import hashlib
import secrets
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from adapters.agencies.signature import signature
from adapters.mongo.grid_events import MongoGridEvents
from domain.electricity.applications import Application, Channel, Material, State
from domain.grid.cases import Delivery
from domain.grid.comparing import Comparison
from domain.grid.delivering import DeliveryDesk
from domain.grid.events import Detail, Event, Received, Source
from domain.grid.handing_over import DELIVER
from domain.time import civil_date
from domain.transactions import Act, Unit
from handlers.house import House
from server.development import GRID
from server.jobs import Workers
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.electricity import application

FAR = timedelta(days=400)
PHOTO = b"a photograph of the door"


def signed(
    method: str, path: str, body: object = None, *, secret: str = GRID["callback_secret"]
) -> dict[str, str]:
    """The headers of a request of the company's; the body as httpx writes JSON."""
    content = httpx.Request(method, "http://any", json=body).content if body else b""
    return signed_bytes(method, path, content, secret=secret)


def signed_bytes(
    method: str, path: str, content: bytes, *, secret: str = GRID["callback_secret"]
) -> dict[str, str]:
    """The same, of a body as it is sent."""
    at, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "X-App-Id": GRID["app_id"],
        "X-Timestamp": at,
        "X-Nonce": nonce,
        "X-Signature": signature(
            secret=secret, method=method, path=path, timestamp=at, nonce=nonce, body=content
        ),
    }


class GridWorld:
    """The house and the stand-in; with the installation, its workers and database too."""

    def __init__(self, house: House, cast: Cast, installation: Installation | None = None) -> None:
        self.cast = cast
        self.house = house
        self.grid = house.grid
        self.store: Any = house.grid.files._applications
        self._installation = installation

    @property
    def installation(self) -> Installation:
        assert self._installation
        return self._installation

    def act(self, actor: str = "system") -> Act:
        house = self.house
        return Act(
            at=house.clock(),
            actor=actor,
            trace_id="test",
            draw=house.draw,
            commit=house.transactions.plain(),
        )

    async def handed_over(self, owner: Person | None = None, **given: Any) -> Application:
        """An application that has just come to the supplier; nothing is sent yet."""
        owner = owner or await self.cast.owner()
        await owner.consent("power-supply", owner.subject_id)
        me = (await owner.get("/v1/me")).json()
        whose = {
            "person_id": me["id"],
            "principal_person": me["id"],
            "subject_id": owner.subject_id,
            "principal_id": owner.subject_id,
        }
        return await self.put(**{**whose, **given})

    def material(self) -> Material:
        """A photograph of the door."""
        return Material(
            id=self.house.draw.id(),
            paper="door_photo",
            name="door.jpg",
            media_type="image/jpeg",
            size=len(PHOTO),
            sha256=hashlib.sha256(PHOTO).hexdigest(),
            added_at=self.house.clock(),
        )

    async def put(self, **given: Any) -> Application:
        """The same, of whom it is said to be."""
        act = self.act()
        plain = {
            "id": act.draw.id(),
            "number": f"YD{uuid.uuid4().hex[:16]}".upper(),
            "created_at": act.at,
            "changed_at": act.at,
            "since": act.at,
            "channel": Channel.PARTNER,
        }
        made = application(**{**plain, **given})

        async def work(unit: Unit) -> None:
            before = replace(made, state=State.REPORT_OK)
            await self.store.add(unit, made)
            for one in made.materials:
                await self.store.keep_file(
                    unit, application=made, material_id=one.id, content=PHOTO
                )
            await self.grid.handing_over(unit, act, was=before, after=made)

        await act.commit(work)
        return made

    # After which what changed is no longer on its way.
    settled = timedelta(hours=1)

    async def refuse(self, delivery: Delivery) -> None:
        """As if the company had refused it for good."""
        deliveries: Any = self.desk._deliveries
        act = self.act()
        after = delivery.missed("拒收。", act.at, permanent=True)
        await act.commit(lambda unit: deliveries.replace(unit, after, was=delivery))

    async def handed_over_by_hand(self) -> Application:
        """One that its clerk handles at the desk."""
        return await self.handed_over(channel=Channel.DESK)

    async def changed(self, was: Application, after: Application) -> Application:
        """The applicant's step, as the house saves one."""
        act = self.act()

        async def work(unit: Unit) -> None:
            await self.store.replace(unit, after, was=was)
            await self.grid.handing_over(unit, act, was=was, after=after)

        await act.commit(work)
        return after

    async def now(self, one: Application) -> Application:
        """As it stands."""
        found: Application | None = await self.store.get(one.id)
        assert found
        return found

    async def deliveries(self, one: Application) -> Sequence[Delivery]:
        return await self.desk.of(one.id)

    @property
    def desk(self) -> DeliveryDesk:
        return self.grid.deliveries

    async def told(self, one: Application, kind: str, sequence: int = 1) -> Received:
        """An event of the company's, as if it had been told."""
        event = Event(
            event_id=str(uuid.uuid4()),
            number=one.number,
            sequence=sequence,
            kind=kind,
            at=self.house.clock(),
            detail=Detail(),
        )
        receipt = await self.grid.inbox.receive(self.act(), event, source=Source.CALLBACK)
        return receipt.received

    async def received(self, one: Application) -> Sequence[Received]:
        """Every event of it, in the order they came."""
        return await MongoGridEvents(self.installation.database).of(one.id)

    async def work(self, topic: str = DELIVER, *, one: Application) -> None:
        """Have one message of this application worked on now."""
        workers: Workers = self.installation.workers
        outbox = self.installation.database["outbox"]
        found = await outbox.find_one({"topic": topic, "object_id": one.id})
        assert found, f"no {topic}"
        past = self.house.clock() - FAR
        await outbox.update_one({"_id": found["_id"]}, {"$set": {"next_at": past}})
        claimed = await workers._outbox.claim((topic,))
        assert claimed
        assert claimed.object_id == one.id
        await workers._work(claimed)

    async def delivered(self, one: Application) -> None:
        """Everything there is to send has been sent."""
        while any(d.state.value == "pending" for d in await self.deliveries(one)):
            await self.work(one=one)

    async def case(self, one: Application) -> dict[str, Any]:
        """How far the two systems are with it, as it is kept."""
        found = await self.installation.database["grid_cases"].find_one({"_id": one.id})
        assert found
        return dict(found)

    async def compared(self) -> Comparison:
        """The comparison of the day, made now."""
        act = self.act()
        return await self.grid.reconciling.compare(act, civil_date(act.at))

    # -- the stand-in ------------------------------------------------------------

    async def step(self, one: Application, kind: str, **more: Any) -> dict[str, Any]:
        """The company makes a step; what was answered to its telling of it."""
        body = {"kind": kind, "detail": more.pop("detail", {}), **more}
        return await self._asked("PUT", f"/sandbox/grid/{one.number}", body)

    async def send(self, one: Application, *sequences: int, **defects: Any) -> list[Any]:
        """The company tells of these steps, in this order."""
        path = f"/sandbox/grid/{one.number}/callbacks"
        told = await self._asked("POST", path, {"sequences": list(sequences), **defects})
        sent: list[Any] = told["sent"]
        return sent

    async def there(self, one: Application) -> dict[str, Any]:
        """As the company has it."""
        return await self._asked("GET", f"/sandbox/grid/{one.number}")

    async def _asked(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = await self.cast.sandbox.request(method, path, json=body)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told
