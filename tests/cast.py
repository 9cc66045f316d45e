"""The cast of the tests: people with phones who speak to the API as the mini program does.

Every person is new, with an identity and, for an owner, an enterprise of their own, made known
to the stand-ins; so tests never meet in the one database of the run.
"""

import asyncio
import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from adapters.mongo.database import Database
from domain.time import SHANGHAI
from handlers.house import House
from server.jobs import Workers

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
AGENT = ("report",)
HELPER = ("read", "follow", "ask")
AGREEMENTS = ("privacy", "identity", "credit-report")

chance = random.Random()  # noqa: S311 - any will do, nobody guards it


def new_id_number(born: str = "") -> str:
    """A valid number of Yuexiu, of someone grown up unless said; which one is chance."""
    born = born or f"{chance.randrange(1960, 2000)}{chance.randrange(1, 13):02d}08"
    body = f"440104{born}{chance.randrange(1000):03d}"
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def new_uscc() -> str:
    """A valid code of an enterprise in Yuexiu; which one is chance."""
    organisation = "MA" + "".join(chance.choices(USCC, k=6))
    values = [int(char) if char.isdigit() else ord(char) - 55 for char in organisation]
    left = 11 - sum(w * v for w, v in zip(ORG_WEIGHTS, values, strict=True)) % 11
    body = "91440104" + organisation + {10: "X", 11: "0"}.get(left, str(left))
    total = sum(USCC.index(char) * 3**place for place, char in enumerate(body))
    return body + USCC[(31 - total % 31) % 31]


class Person:
    """One person's phone."""

    def __init__(self, cast: "Cast", persona: dict[str, Any]) -> None:
        self.cast = cast
        self.persona = persona
        self.tokens: dict[str, Any] = {}
        self.subject_id = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}

    async def send(
        self, method: str, path: str, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request; a POST gets a fresh Idempotency-Key unless one is given."""
        headers = {**self.headers, **more.pop("headers", {})}
        if method == "POST":
            headers.setdefault("Idempotency-Key", key or str(uuid.uuid4()))
        return await self.cast.client.request(
            method, path, headers={k: v for k, v in headers.items() if v}, **more
        )

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.send("GET", path, **more)

    async def post(self, path: str, body: object = None, **more: Any) -> httpx.Response:
        return await self.send("POST", path, json=body, **more)

    async def code(self) -> str:
        """What wx.login gives."""
        answer = await self.cast.sandbox.post(
            "/sandbox/wx/login", json={"openid": self.persona["openid"]}
        )
        return str(answer.raise_for_status().json()["code"])

    async def sign_in(self) -> None:
        answer = await self.cast.client.post("/v1/sessions", json={"code": await self.code()})
        self.tokens = answer.raise_for_status().json()

    async def consent(self, agreement: str, subject_id: str | None = None) -> str:
        text_hash = await self.cast.text_hash(agreement)
        body = {"agreement": agreement, "text_hash": text_hash, "subject_id": subject_id}
        answer = await self.post("/v1/consents", body)
        return str(answer.raise_for_status().json()["id"])

    async def begin_check(self) -> dict[str, Any]:
        body = {"name": self.persona["name"], "id_number": self.persona["id_number"]}
        answer = await self.post("/v1/me/identity-checks", body)
        check: dict[str, Any] = answer.raise_for_status().json()
        return check

    async def face(self, ticket: str, outcome: str = "pass") -> str:
        """Looks into the agency's camera; the receipt. A sample's ticket is its receipt."""
        if ticket.startswith("sample."):
            return ticket
        answer = await self.cast.sandbox.post(
            "/identity/face", json={"ticket": ticket, "outcome": outcome}
        )
        return str(answer.raise_for_status().json()["receipt"])

    async def verify(self) -> None:
        await self.consent("identity")
        check = await self.begin_check()
        path = f"/v1/me/identity-checks/{check['id']}/receipt"
        answer = await self.post(path, {"receipt": await self.face(check["ticket"])})
        answer.raise_for_status()

    async def start_over(self) -> None:
        """A new WeChat and a new identity for the same phone: unverified, with consent given."""
        self.persona = {**await self.cast.persona(), "enterprise": self.persona["enterprise"]}
        await self.sign_in()
        await self.consent("identity")

    async def bind(self) -> str:
        uscc = self.persona["enterprise"]["uscc"]
        answer = await self.post("/v1/subjects", {"uscc": uscc})
        self.subject_id = answer.raise_for_status().json()["id"]
        return self.subject_id

    async def bind_phone(self) -> None:
        answer = await self.cast.sandbox.post(
            "/sandbox/wx/phone", json={"openid": self.persona["openid"]}
        )
        code = answer.raise_for_status().json()["code"]
        (await self.post("/v1/me/phone", {"code": code})).raise_for_status()

    async def own_subject(self) -> str:
        """The subject that is the person."""
        return str((await self.get("/v1/me")).json()["id"])

    async def invite(
        self,
        other: "Person",
        *,
        kind: str = "agent",
        scope: Sequence[str] | None = None,
        **given: Any,
    ) -> httpx.Response:
        """Invites somebody to act for the enterprise, or for the person."""
        agent = kind == "agent"
        body = {
            "subject_id": self.subject_id if agent else await self.own_subject(),
            "kind": kind,
            "name": other.persona["name"],
            "phone": other.persona["phone"],
            "scope": list(AGENT if agent else HELPER) if scope is None else list(scope),
            "ends_on": f"{datetime.now(SHANGHAI).date() + timedelta(days=30)}",
            **given,
        }
        return await self.post("/v1/delegations", body)

    async def for_oneself(self) -> None:
        """From now on the person asks for themself, who has authorised it."""
        self.subject_id = (await self.get("/v1/subjects")).json()["items"][0]["id"]
        await self.consent("credit-report", self.subject_id)

    async def request(self, purpose: str = "electricity", **asked: Any) -> dict[str, Any]:
        body = {"subject_id": self.subject_id, "purpose": purpose, **asked}
        answer = await self.post("/v1/credit-reports", body)
        report: dict[str, Any] = answer.raise_for_status().json()
        return report

    async def report(self, purpose: str = "electricity", **asked: Any) -> dict[str, Any]:
        """A ready report: the workers are driven until it is, or awaited where they run."""
        report = await self.request(purpose, **asked)
        for _ in range(600):
            report = (await self.get(f"/v1/credit-reports/{report['id']}")).json()
            if report["state"] == "ready":
                return report
            if self.cast.workers is None:
                await asyncio.sleep(0.05)
            else:
                await self.cast.workers.work_once()
        raise AssertionError(f"not ready: {report}")

    async def export(self) -> dict[str, Any]:
        """An export that is ready: the workers are driven until it is, or awaited."""
        answer = await self.post("/v1/me/exports")
        export: dict[str, Any] = answer.raise_for_status().json()
        for _ in range(600):
            export = (await self.get(f"/v1/me/exports/{export['id']}")).json()
            if export["state"] == "ready":
                return export
            if self.cast.workers is None:
                await asyncio.sleep(0.05)
            else:
                await self.cast.workers.work_once()
        raise AssertionError(f"not ready: {export}")

    async def archive(self) -> bytes:
        """The bytes of an export."""
        path = f"/v1/me/exports/{(await self.export())['id']}/file-addresses"
        url = (await self.post(path)).raise_for_status().json()["url"]
        return (await self.cast.client.get(url)).raise_for_status().content

    async def content(self, report_id: str) -> dict[str, Any]:
        answer = await self.get(f"/v1/credit-reports/{report_id}/content")
        content: dict[str, Any] = answer.raise_for_status().json()
        return content

    async def pdf(self, report_id: str) -> bytes:
        answer = await self.post(f"/v1/credit-reports/{report_id}/file-addresses")
        url = answer.raise_for_status().json()["url"]
        return (await self.cast.client.get(url)).raise_for_status().content


class Cast:
    """Makes people."""

    def __init__(self, *, api: str, sandbox: str, workers: Workers | None) -> None:
        # Nothing here speaks TLS, and to load the certificates anew takes 25 ms.
        plain: Any = {"timeout": 30, "trust_env": False, "verify": False}
        self.client = httpx.AsyncClient(base_url=api, **plain)
        self.sandbox = httpx.AsyncClient(base_url=sandbox, **plain)
        self.workers = workers
        self._texts: dict[str, str] = {}
        # The parts of the server, where it runs in this process.
        self.house: House | None = None
        self.database: Database | None = None

    async def close(self) -> None:
        await self.client.aclose()
        await self.sandbox.aclose()

    async def persona(
        self, *, sections: object = None, own: object = None, **given: Any
    ) -> dict[str, Any]:
        """Someone new, known to the stand-ins; ``sections`` are of an enterprise, ``own`` not."""
        nonce = uuid.uuid4().hex[:16]
        persona = {
            "id": f"test-{nonce}",
            "label": "测试人物",
            "openid": f"oTest{nonce}0000000"[:28],
            "name": "林晓芸",
            "id_number": new_id_number(),
            "phone": f"138{chance.randrange(10**8):08d}",
            "sections": own or {},
            **given,
        }
        if sections is not None:
            uscc = new_uscc()
            name = f"广州样例{nonce[:6]}商贸有限公司"
            persona["enterprise"] = {"uscc": uscc, "name": name, "sections": sections}
        await self._make_known(persona)
        return persona

    async def known(self, persona_id: str) -> dict[str, Any]:
        """A persona that the stand-ins bring along."""
        items = (await self.sandbox.get("/sandbox/personas")).json()["items"]
        persona = next(item for item in items if item["id"] == persona_id)
        return {**persona, "enterprise": {"uscc": persona["uscc"]}}

    async def act_as(self, persona_id: str) -> Person:
        """A persona of the stand-ins, verified, acting for their enterprise, with a report."""
        person = Person(self, await self.known(persona_id))
        await person.sign_in()
        if not (await person.get("/v1/me")).json()["verified"]:
            await person.verify()
        await person.bind()
        await person.consent("credit-report", person.subject_id)
        await person.report()
        return person

    async def text_hash(self, agreement: str) -> str:
        """Of the text in force, read once: it does not change while the cast plays."""
        if not self._texts:
            items = (await self.client.get("/v1/agreements")).raise_for_status().json()["items"]
            self._texts = {text["name"]: text["text_hash"] for text in items}
        return self._texts[agreement]

    async def newcomer(self, **given: Any) -> Person:
        person = Person(self, await self.persona(**given))
        await person.sign_in()
        return person

    async def resident(self, **given: Any) -> Person:
        person = await self.newcomer(**given)
        await person.verify()
        return person

    async def owner(self, *, sections: object = None, **given: Any) -> Person:
        person = await self.resident(sections=sections or {}, **given)
        await person.bind()
        await person.consent("credit-report", person.subject_id)
        return person

    async def agent(self, owner: Person, *, scope: Sequence[str] | None = None) -> Person:
        """Somebody new who acts for the owner's enterprise."""
        return await self._delegate(owner, kind="agent", scope=scope)

    async def helper(self, resident: Person, *, scope: Sequence[str] | None = None) -> Person:
        """Somebody new who helps a resident."""
        return await self._delegate(resident, kind="helper", scope=scope)

    async def _delegate(self, giver: Person, *, kind: str, scope: Sequence[str] | None) -> Person:
        other = await self.resident(name="欧阳敏")
        await other.bind_phone()
        invited = (await giver.invite(other, kind=kind, scope=scope)).raise_for_status().json()
        answer = await other.post(
            "/v1/invitations/acceptance", {"invitation": invited["invitation"]}
        )
        other.subject_id = answer.raise_for_status().json()["id"]
        return other

    async def succeed(self, owner: Person) -> Person:
        """Somebody new, whom the registry now names as the representative."""
        successor = await self.resident(name="司徒志远")
        await self.register(owner, representative=successor.persona["id"])
        successor.persona["enterprise"] = owner.persona["enterprise"]
        return successor

    async def register(self, owner: Person, **changed: str) -> None:
        """Changes what the registry says of the owner's enterprise."""
        uscc = owner.persona["enterprise"]["uscc"]
        answer = await self.sandbox.put(f"/sandbox/enterprises/{uscc}", json=changed)
        answer.raise_for_status()

    async def work(self) -> None:
        """Lets the workers do all that is due."""
        assert self.workers
        while await self.workers.work_once():
            pass

    async def _make_known(self, persona: dict[str, Any]) -> None:
        for _ in range(5):
            answer = await self.sandbox.post("/sandbox/personas", json=persona)
            if answer.status_code != 409:
                answer.raise_for_status()
                return
            persona["id_number"] = new_id_number()
        raise AssertionError("no free identity")
