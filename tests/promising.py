"""Promises as their promisors make them: drafted, faced, signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from domain.promises.promises import Promise
from domain.promises.supervising import Finding
from domain.promises.supervision import Degree, Finder
from domain.time import civil_date
from tests.cast import Cast, Person
from tests.staffing import act

ADDRESS = "广州市越秀区样例路 8 号首层之一"
ANSWERS: dict[str, dict[str, str]] = {
    "electricity": {"address": ADDRESS, "use": "便利店经营"},
    "materials-later": {"item": "食品经营许可", "material": "场所平面图"},
    "approval": {"item": "公共场所卫生许可"},
    "proof": {"item": "开办药店", "fact": "经营场所使用证明"},
    "repair": {"document": "穗越罚〔2026〕1号", "corrected": "罚款已缴清，问题已整改"},
    "self-discipline": {"trade": "北京路商圈"},
    "voluntary": {},
    "delivery-address": {
        "email": "office@example.com",
        "representative_phone": "13800138000",
        "contact_phone": "13900139000",
    },
}
FINDER = Finder(name="广州越秀供电局（样例）", uscc="91440104000000019T")
PUBLICITY = {"delivery-address": "circle"}


async def text_of(person: Person, template: str = "electricity") -> dict[str, Any]:
    """The text in force."""
    answer = await person.get(f"/v1/promise-templates/{template}")
    text: dict[str, Any] = answer.raise_for_status().json()
    return text


async def filling(person: Person, template: str = "electricity", **given: Any) -> dict[str, Any]:
    """All that a draft of this text takes; a fresh report is made unless one is given."""
    report_id = given.pop("report_id", None) or (await person.report())["id"]
    return {
        "text_hash": (await text_of(person, template))["text_hash"],
        "report_id": report_id,
        "answers": ANSWERS[template],
        "publicity": PUBLICITY.get(template, "public"),
        **given,
    }


async def begin(person: Person, template: str = "electricity", **given: Any) -> httpx.Response:
    """Asks for a draft."""
    body = await filling(person, template, **given)
    return await person.post(
        "/v1/promises", {"template": template, "subject_id": person.subject_id, **body}
    )


async def drafted(person: Person, template: str = "electricity", **given: Any) -> dict[str, Any]:
    """A draft that was taken."""
    answer = await begin(person, template, **given)
    assert answer.status_code == 201, answer.text
    promise: dict[str, Any] = answer.json()
    return promise


async def faced(
    person: Person, promise: dict[str, Any], *, outcome: str = "pass"
) -> dict[str, Any]:
    """What signing takes: both texts as read, and a receipt for this very signing."""
    await person.consent("identity")
    answer = await person.post(f"/v1/promises/{promise['id']}/identity-checks")
    check = answer.raise_for_status().json()
    return {
        "text_hash": promise["text_hash"],
        "publication_hash": promise["publication"]["text_hash"],
        "check_id": check["id"],
        "receipt": await person.face(check["ticket"], outcome),
    }


async def sign(
    person: Person, promise: dict[str, Any], *, key: str | None = None, **given: Any
) -> httpx.Response:
    """Asks for the signature; what is not given is made."""
    body = given or await faced(person, promise)
    return await person.post(f"/v1/promises/{promise['id']}/signature", body, key=key)


Ready = tuple[Person, dict[str, Any], dict[str, Any]]


async def ready_to_sign(casts: Sequence[Cast], *, owners: int, each: int) -> list[Ready]:
    """Owners spread over servers, each with so many drafts, read and with the face shown."""
    ready: list[Ready] = []
    for number in range(owners):
        owner = await casts[number % len(casts)].owner()
        report_id = (await owner.report())["id"]
        for _ in range(each):
            promise = await drafted(owner, report_id=report_id)
            ready.append((owner, promise, await faced(owner, promise)))
    return ready


async def signed(person: Person, template: str = "electricity", **given: Any) -> dict[str, Any]:
    """A signed promise, its letter not made yet."""
    answer = await sign(person, await drafted(person, template, **given))
    assert answer.status_code == 201, answer.text
    promise: dict[str, Any] = answer.json()
    return promise


def day_of(step: Mapping[str, Any]) -> str:
    """The day in Shanghai of a signature or of a step."""
    return f"{civil_date(datetime.fromisoformat(step['at']))}"


async def shown(person: Person, promise: dict[str, Any]) -> httpx.Response:
    """The promise as it stands."""
    return (await person.get(f"/v1/promises/{promise['id']}")).raise_for_status()


async def letter(person: Person, promise: dict[str, Any]) -> bytes:
    """The PDF, made by the workers."""
    await person.cast.work()
    return (await person.get(f"/v1/promises/{promise['id']}/letter")).raise_for_status().content


async def found_broken(cast: Cast, promise: dict[str, Any]) -> Promise:
    """Ordered to be corrected, not corrected in time, and found broken by two of the staff."""
    assert cast.house
    house, code = cast.house, promise["signature"]["code"]
    office, checker = act(house, "office"), act(house, "checker")
    later = timedelta(days=60)

    async def tag() -> str:
        return (await house.supervising.get(code)).tag

    await house.supervising.order(office, code=code, tag=await tag(), what="按期交费", days=5)
    finding = Finding(
        degree=Degree.NOT_AT_ALL,
        unperformed="至今未交",
        consequence="违诺情况记入信用记录",
        finder=FINDER,
    )
    await house.supervising.propose(
        replace(office, at=office.at + later), code=code, tag=await tag(), finding=finding
    )
    return await house.supervising.confirm(checker, code=code, tag=await tag())
