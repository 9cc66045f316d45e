"""Applications for electricity as people make them on the phone."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from domain.electricity.supply import MoveKind
from domain.time import civil_date
from domain.usage_records.reports import Kind
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.domain.usage_records.samples import entered
from tests.electricity import move
from tests.promising import sign, text_of
from tests.staffing import act

AT = "/v1/electricity/applications"
WANTED = {
    "business": "business-new",
    "premises": "no_title",
    "address": "广州市越秀区样例路 8 号首层之一",
    "capacity": 10_000,
    "use": "便利店经营",
    "contact": "林晓芸",
    "phone": "13800138000",
}
HOME = {**WANTED, "business": "resident-new", "use": "居家"}
PAPERS = ("licence", "devices")
# One empty page, and nothing in it that is no text.
PLAIN_PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>> endobj
trailer <</Size 4 /Root 1 0 R>>
%%EOF
"""


# A black picture of 40 by 30 pixels whose bytes are all ASCII.
PLAIN_WEBP = b"RIFF\x16\0\0\0WEBPVP8L\x09\0\0\0/'@\x07\0(@D\x04\0"


def photo(side: int = 40, form: str = "JPEG") -> bytes:
    """A photograph."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), "navy").save(made, form)
    return made.getvalue()


def document(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    made = io.BytesIO()
    with pypdfium2.PdfDocument.new() as pdf:
        for _ in range(pages):
            pdf.new_page(200, 200)
        pdf.save(made)
    return made.getvalue()


async def agree(person: Person) -> None:
    """Lets the supplier have it; an agent's principal does so for them."""
    texts = (await person.get("/v1/agreements")).json()["items"]
    (text,) = [text for text in texts if text["name"] == "power-supply"]
    body = {
        "agreement": text["name"],
        "text_hash": text["text_hash"],
        "subject_id": person.subject_id,
    }
    await person.post("/v1/consents", body)


async def begun(person: Person, **given: Any) -> dict[str, Any]:
    """A draft with everything filled in, which the supplier may have."""
    await agree(person)
    body = {"subject_id": person.subject_id, **WANTED, **given}
    answer = await person.post(AT, body)
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def upload(
    person: Person,
    one: dict[str, Any],
    paper: str,
    content: bytes | None = None,
    name: str = "照片.jpg",
    **more: Any,
) -> httpx.Response:
    """Asks for a file to be taken."""
    files = {"file": (name, photo() if content is None else content, "image/jpeg")}
    path = f"{AT}/{one['id']}/materials?paper={paper}"
    return await person.send("POST", path, files=files, **more)


async def with_papers(
    person: Person, one: dict[str, Any], papers: tuple[str, ...] = PAPERS
) -> dict[str, Any]:
    """The application with these papers handed in."""
    for paper in papers:
        answer = await upload(person, one, paper)
        assert answer.status_code == 201, answer.text
        one = answer.json()
    return one


async def step(
    person: Person, one: dict[str, Any], what: str, body: object = None
) -> httpx.Response:
    """One of the applicant's steps."""
    return await person.post(f"{AT}/{one['id']}/{what}", body)


async def read(person: Person, one: dict[str, Any]) -> dict[str, Any]:
    """As it stands now."""
    answer = await person.get(f"{AT}/{one['id']}")
    now: dict[str, Any] = answer.raise_for_status().json()
    return now


async def submitted(person: Person, **given: Any) -> dict[str, Any]:
    """Handed in by credit, and judged."""
    papers, report_id = given.pop("papers", PAPERS), given.pop("report_id", None)
    one = await with_papers(person, await begun(person, **given), papers)
    report_id = report_id or (await person.report())["id"]
    answer = await step(person, one, "submission", {"report_id": report_id})
    assert answer.status_code == 201, answer.text
    handed: dict[str, Any] = answer.json()
    return handed


async def promise_of(person: Person, one: dict[str, Any]) -> dict[str, Any]:
    """The promise that the application waits for, not signed yet."""
    body = {"text_hash": (await text_of(person))["text_hash"], "publicity": "public"}
    answer = await step(person, one, "promise", body)
    assert answer.status_code == 201, answer.text
    promise: dict[str, Any] = answer.json()
    return promise


async def promised(person: Person, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The application with its promise signed, and the promise."""
    one = await submitted(person, **given)
    assert one["state"] == "report_ok", one
    answer = await sign(person, await promise_of(person, one))
    assert answer.status_code == 201, answer.text
    return await read(person, one), answer.json()


async def supply(cast: Cast, one: dict[str, Any], *kinds: MoveKind, **given: Any) -> None:
    """The supplier's moves, made by its clerk."""
    assert cast.house
    for kind in kinds:
        application = await cast.house.supplying.get(one["number"])
        await cast.house.supplying.move(
            act(cast.house, "clerk"),
            number=application.number,
            tag=application.tag,
            move=move(kind, **given),
        )


async def once_stole(installation: Installation, person: Person) -> None:
    """Theft of the person's enterprise enters the record: no good user any more."""
    house = installation.house
    uscc, id_ = person.persona["enterprise"]["uscc"], house.draw.id()
    found = entered(Kind.THEFT, on=civil_date(house.clock()) - timedelta(days=300))
    whose = replace(found.report.whose, uscc=uscc)
    report = replace(found.report, whose=whose, reference=f"QD-{id_[:23]}")
    record = replace(found, id=id_, report=report)
    store = house.usage_desk._store
    await house.transactions.plain()(lambda unit: store.add(unit, record))
