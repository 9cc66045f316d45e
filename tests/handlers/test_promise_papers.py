"""What others see of a promise: the register as agreed to, and the letter checked by its code."""

import asyncio
from typing import Any

import pypdfium2
import pytest

from adapters.documents.verifier import verify_file
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.outage import Outage
from tests.paper import codes_on
from tests.problems import check_problem
from tests.promising import ADDRESS, drafted, letter, shown, sign, signed


@pytest.fixture
def visitor(cast: Cast) -> Person:
    return Person(cast, {})


async def entry(visitor: Person, promise: dict[str, Any]) -> Any:
    return await visitor.get(f"/v1/promise-register/{promise['signature']['code']}")


async def found(visitor: Person, words: str) -> list[str]:
    answer = await visitor.get("/v1/promise-register", params={"q": words})
    return [one["code"] for one in answer.raise_for_status().json()["items"]]


# -- the register --------------------------------------------------------------------------


async def test_the_register_shows_exactly_what_was_agreed_to(
    alice: Person, visitor: Person
) -> None:
    draft = await drafted(alice)
    agreed = draft["publication"]
    promise = (await sign(alice, draft)).json()
    view = (await entry(visitor, promise)).raise_for_status().json()
    assert view["lines"] == agreed["lines"]
    for line in view["lines"]:
        assert f"{line['label']}：{line['value']}" in agreed["text"]
    assert "便利店经营" in str(view)
    assert ADDRESS not in str(view)
    page = await visitor.get(f"/promises/{view['code']}")
    assert view["name"] in page.text
    assert ADDRESS not in page.text


async def test_a_natural_persons_entry_is_masked(cast: Cast, visitor: Person) -> None:
    resident = await cast.resident(name="林晓芸")
    await resident.for_oneself()
    promise = await signed(resident)
    view = (await entry(visitor, promise)).raise_for_status().json()
    assert view["name"] == "林**"
    assert view["uscc"] is None
    for secret in ("林晓芸", resident.persona["id_number"], resident.persona["openid"]):
        assert secret not in str(view)


async def test_it_is_found_by_code_uscc_and_part_of_a_name(alice: Person, visitor: Person) -> None:
    promise = await signed(alice)
    code, enterprise = promise["signature"]["code"], alice.persona["enterprise"]
    part = enterprise["name"][4:10]
    for words in (code, enterprise["uscc"], enterprise["uscc"].lower(), part, enterprise["name"]):
        assert await found(visitor, words) == [code], words
    for words in ("没有这家企业", f"{part}乙", f"{code[:-1]}{9 - int(code[-1])}", ".*", "$where"):
        assert code not in await found(visitor, words), words
    short = await visitor.get("/v1/promise-register?q=广")
    assert check_problem(short, 422, "invalid").errors[0].pointer == "/query/q"
    page = await visitor.get("/promises", params={"q": part})
    assert code in page.text
    assert 'data-test="none"' in (await visitor.get("/promises", params={"q": "没有这家"})).text


async def test_markup_in_a_promise_is_shown_as_text(cast: Cast, visitor: Person) -> None:
    owner = await cast.owner()
    answers = {"item": "<script>alert(1)</script>", "material": "<b>图</b>"}
    promise = await signed(owner, "materials-later", answers=answers)
    page = await visitor.get(f"/promises/{promise['signature']['code']}")
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("publicity", ["circle", "private"])
async def test_who_does_not_want_to_be_seen_is_not(
    alice: Person, visitor: Person, publicity: str
) -> None:
    promise = await signed(alice, "voluntary", publicity=publicity)
    check_problem(await entry(visitor, promise), 404, "not_found")
    assert await found(visitor, promise["signature"]["code"]) == []


async def put(person: Person, promise: dict[str, Any], what: str, body: object) -> Any:
    tag = (await shown(person, promise)).headers["ETag"]
    path = f"/v1/promises/{promise['id']}/{what}"
    return await person.send("PUT", path, json=body, headers={"If-Match": tag})


async def test_who_was_seen_can_stop_being_seen_and_start_again(
    alice: Person, visitor: Person
) -> None:
    promise = await signed(alice, "voluntary")
    for publicity, status in (("private", 404), ("circle", 404), ("public", 200)):
        preview = await alice.get(f"/v1/promises/{promise['id']}/publication?publicity={publicity}")
        agreed = preview.raise_for_status().json()["text_hash"]
        unread = await put(
            alice, promise, "publication", {"publicity": publicity, "text_hash": "0" * 64}
        )
        check_problem(unread, 409, "text_changed")
        answer = await put(
            alice, promise, "publication", {"publicity": publicity, "text_hash": agreed}
        )
        assert answer.json()["publication"]["publicity"] == publicity
        assert (await entry(visitor, promise)).status_code == status


async def test_a_promise_that_has_to_be_public_is_taken_back_instead(
    alice: Person, visitor: Person
) -> None:
    promise = await signed(alice)
    path = f"/v1/promises/{promise['id']}/publication?publicity=private"
    assert "撤回" in check_problem(await alice.get(path), 409, "conflict").detail
    await put(alice, promise, "withdrawal", {"reason": "改按一般程序办理"})
    check_problem(await entry(visitor, promise), 404, "not_found")


async def test_the_register_is_read_page_by_page(cast: Cast, visitor: Person) -> None:
    owner = await cast.owner()
    codes = [(await signed(owner))["signature"]["code"] for _ in range(3)]
    uscc = owner.persona["enterprise"]["uscc"]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        place = {"cursor": cursor} if cursor else {}
        answer = await visitor.get("/v1/promise-register", params={"q": uscc, "limit": 1, **place})
        seen += [one["code"] for one in answer.json()["items"]]
        cursor = answer.json()["next"]
    assert seen == codes[::-1]
    assert cursor is None


# -- the letter ----------------------------------------------------------------------------


async def test_the_letter_is_checked_by_code_by_number_and_by_file(
    alice: Person, visitor: Person
) -> None:
    promise = await signed(alice)
    pdf = await letter(alice, promise)
    code, check_code = codes_on(pdf)
    number = promise["signature"]["code"]
    by_code = (await visitor.get(f"/v1/verification/{code}")).json()
    typed = {"number": number, "check_code": check_code}
    by_number = (await visitor.post("/v1/verification", typed)).json()
    files = {"file": ("paper.pdf", pdf, "application/pdf")}
    by_file = (await visitor.send("POST", "/v1/verification/files", files=files)).json()
    for verdict in (by_code, by_number, by_file):
        assert (verdict["status"], verdict["paper"], verdict["number"]) == (
            "valid",
            "promise",
            number,
        )
        assert "样例承诺书" in verdict["status_text"]
        assert {"label": "受理单位", "value": promise["department"]} in verdict["facts"]
        assert alice.persona["enterprise"]["name"] not in str(verdict)
    page = (await visitor.get(f"/v/{code}")).text
    assert number in page
    assert "报告编号</dt>" not in page
    wrong = {"number": number, "check_code": "22222222"}
    assert (await visitor.post("/v1/verification", wrong)).json()["status"] == "not_ours"
    files["file"] = ("paper.pdf", pdf + b" ", "application/pdf")
    other = await visitor.send("POST", "/v1/verification/files", files=files)
    assert other.json()["status"] == "not_ours"
    looks = (await alice.get(f"/v1/looks?subject_id={alice.subject_id}")).json()["items"]
    checked = [one for one in looks if one["report_number"] == number]
    assert {one["action_text"] for one in checked} == {
        *("扫码核验了承诺书", "输入编号核验了承诺书", "上传文件核验了承诺书"),
    }
    assert {one["reason"] for one in checked} == {"核验承诺书真伪"}


async def test_a_promise_taken_back_is_told_to_who_checks_it(
    alice: Person, visitor: Person
) -> None:
    promise = await signed(alice)
    code, _ = codes_on(await letter(alice, promise))
    await put(alice, promise, "withdrawal", {"reason": "改按一般程序办理"})
    verdict = (await visitor.get(f"/v1/verification/{code}")).json()
    assert verdict["status"] == "revoked"
    assert "撤回" in verdict["status_text"]


async def test_the_letter_is_authentic_offline(alice: Person, installation: Installation) -> None:
    promise = await signed(alice)
    pdf = await letter(alice, promise)
    published = installation.house.public_keys()
    root = str(published["root_certificate_pem"]).encode()
    # In a thread of its own: the check runs a loop.
    verdict = await asyncio.to_thread(verify_file, pdf, root_certificate_pem=root)
    assert verdict.authentic
    assert verdict.facts
    assert verdict.facts.number == promise["signature"]["code"]
    assert verdict.facts.canonical_sha256 == promise["signature"]["canonical_sha256"]
    broken = bytearray(pdf)
    broken[len(pdf) // 2] ^= 1
    altered = await asyncio.to_thread(verify_file, bytes(broken), root_certificate_pem=root)
    assert not altered.authentic


async def test_a_letter_is_stamped_later_when_the_authority_is_out(
    alice: Person, outage: Outage, installation: Installation
) -> None:
    promise = await signed(alice)
    await outage.begin("timestamps", kind="error")
    before = await letter(alice, promise)
    code, _ = codes_on(before)
    verdict = await alice.get(f"/v1/verification/{code}")
    assert verdict.json()["time_stamp"] == "pending"
    await outage.end()
    await installation.database["outbox"].update_many(
        {"topic": "promise.raise"}, [{"$set": {"next_at": "$$NOW"}}]
    )
    after = await letter(alice, promise)
    assert after.startswith(before)
    assert len(after) > len(before)
    verdict = await alice.get(f"/v1/verification/{code}")
    assert verdict.json()["time_stamp"] == "stamped"


async def test_rare_characters_stop_no_letter(cast: Cast) -> None:
    owner = await cast.owner()
    answers = {"address": "𠮷祥路𬺓号\U0003fffd", "use": "茶叶"}
    pdf = await letter(owner, await signed(owner, answers=answers))
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "U+3FFFD" in text.replace(" ", "") or "3FFFD" in text
