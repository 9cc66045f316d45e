"""Certificates of attendance: for what was truly watched, once, and checked by the one verifier."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pypdfium2

from adapters.documents.verifier import verify_file
from domain.lectures.programme import Access
from domain.media.assets import Kind
from domain.staff.roles import Role
from domain.time import in_words
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO, erase
from tests.handlers.test_exports import data_in, rows
from tests.lecturing import anew, file, house_of, published, withdrawn
from tests.outage import Outage
from tests.paper import codes_on
from tests.problems import check_problem
from tests.staffing import at_work
from tests.watching import certified, hall, passed


async def ask(person: Person, path: str, **more: Any) -> Any:
    return await person.post(f"{path}/certificate", **more)


async def paper_of(person: Person, one: dict[str, Any]) -> bytes:
    answer = await person.get(f"/v1/certificates/{one['id']}/paper")
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.raise_for_status().content


async def test_who_watched_enough_is_given_one_and_asked_again_the_same(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    lecture = await passed(charlie, title="怎样看懂信用报告")
    first = (await ask(charlie, lecture.path)).raise_for_status().json()
    answers = await asyncio.gather(*(ask(charlie, lecture.path) for _ in range(5)))
    assert {answer.json()["number"] for answer in answers} == {first["number"]}
    assert first["number"].startswith("XZ")
    assert (first["title"], first["watched_minutes"], first["watched_percent"]) == (
        "怎样看懂信用报告",
        4,
        80,
    )
    issued = {"action": "certificate.issued", "object_id": first["id"]}
    assert await installation.database["audit_events"].count_documents(issued) == 1
    await cast.work()
    [listed] = (await charlie.get("/v1/certificates")).json()["items"]
    assert listed == {**first, "ready": True}


async def test_its_number_leads_whoever_reads_lectures_to_the_lecture_and_nobody_else(
    charlie: Person, cast: Cast
) -> None:
    lecture = await passed(charlie, title="怎样看懂信用报告")
    number = (await ask(charlie, lecture.path)).raise_for_status().json()["number"]
    await cast.work()
    path = f"/console/find?q={number.lower()}"
    for role in Role:
        colleague = await at_work(cast, role)
        page = await colleague.page(path)
        if role in {Role.OFFICE, Role.EDITOR, Role.REVIEWER}:
            assert f'<a href="/console/lectures/{lecture.lecture_id}">{number}</a>' in page, role
            assert "已签发，讲座《怎样看懂信用报告》" in page
            assert charlie.persona["name"] not in page
        else:
            assert 'data-test="none"' in page, role
        await colleague.close()


async def test_who_watched_too_little_is_told_how_much_is_missing(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await hall(cast, certificate_percent=80)
    check_problem(await ask(charlie, lecture.path), 409, "not_watched")
    seat = await lecture.sit(charlie)
    clock.ahead += timedelta(seconds=60)
    await seat.tell((0, 60_000), (290_000, 300_000), position_ms=300_000)
    problem = check_problem(await ask(charlie, lecture.path), 409, "not_watched")
    assert "看满 80%" in problem.detail
    assert "已看 23%" in problem.detail


async def test_what_a_certificate_takes_is_told_before_anybody_watches(
    charlie: Person, newcomer: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await hall(cast, certificate_percent=80)
    path = f"{lecture.path}/certificate"
    told = {"certificate_percent": 80, "watched_percent": 0, "certificate": None}
    assert (await newcomer.get(path)).json() == {**told, "real_named": False}
    assert (await charlie.get(path)).json() == {**told, "real_named": True}
    seat = await lecture.sit(charlie)
    clock.ahead += timedelta(seconds=60)
    await seat.tell((0, 60_000))
    assert (await charlie.get(path)).json()["watched_percent"] == 20
    # Before there is a recording too.
    upcoming = await published(cast, certificate_percent=60)
    found = (await newcomer.get(f"/v1/lectures/{upcoming.lecture_id}/certificate")).json()
    assert found == {**told, "certificate_percent": 60, "real_named": False}


async def test_who_has_a_certificate_is_told_so_as_long_as_its_recording_is_shown(
    charlie: Person, newcomer: Person, cast: Cast
) -> None:
    lecture = await passed(charlie)
    path = f"{lecture.path}/certificate"
    assert (await charlie.get(path)).json()["certificate"] is None
    one = (await ask(charlie, lecture.path)).json()
    assert (await charlie.get(path)).json()["certificate"] == one
    assert (await newcomer.get(path)).json()["certificate"] is None
    another = await anew(cast, lecture.version.id, certificate_percent=None)
    found = (await charlie.get(path)).json()
    assert (found["certificate"], found["certificate_percent"]) == (one, None)
    other = await file(cast, lecture.lecture_id, Kind.RECORDING)
    await anew(cast, another.id, recording=other.id, chapters=(), cues=())
    found = (await charlie.get(path)).json()
    assert (found["certificate"], found["watched_percent"]) == (None, 0)
    await withdrawn(cast, lecture.lecture_id)
    check_problem(await charlie.get(path), 410, "lecture_withdrawn")


# -- of a withdrawn lecture ----------------------------------------------------------------


async def test_who_had_earned_one_may_claim_it_after_the_withdrawal_and_open_nothing_else(
    charlie: Person, cast: Cast
) -> None:
    lecture = await passed(charlie, title="撤下之前看完的讲座")
    address = await lecture.address(charlie)
    await withdrawn(cast, lecture.lecture_id)
    told = (await charlie.get(f"{lecture.path}/certificate")).raise_for_status().json()
    assert (told["watched_percent"], told["certificate_percent"]) == (80, 60)
    assert (told["real_named"], told["certificate"]) == (True, None)
    first = (await ask(charlie, lecture.path)).raise_for_status().json()
    assert (first["title"], first["watched_percent"]) == ("撤下之前看完的讲座", 80)
    assert (await ask(charlie, lecture.path)).json()["number"] == first["number"]
    told = (await charlie.get(f"{lecture.path}/certificate")).raise_for_status().json()
    assert told["certificate"]["number"] == first["number"]
    await cast.work()
    assert (await paper_of(charlie, first)).startswith(b"%PDF")
    for method, rest in (
        *(("GET", rest) for rest in ("", "/replay", "/progress", "/live")),
        *(("POST", rest) for rest in ("/address", "/sittings")),
    ):
        check_problem(await charlie.send(method, f"{lecture.path}{rest}"), 410, "lecture_withdrawn")
    for url in (address["video"]["url"], address["slides"]["pages"][0]["url"]):
        dead = await cast.client.get(urlsplit(url).path)
        check_problem(dead, 410, "lecture_withdrawn")


async def test_who_had_not_earned_one_learns_of_a_withdrawn_lecture_only_that_it_is(
    charlie: Person, newcomer: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await passed(newcomer, percent=80, title="只告诉看过的人")
    seat = await lecture.sit(charlie)
    clock.ahead += timedelta(seconds=60)
    await seat.tell((0, 60_000))
    await withdrawn(cast, lecture.lecture_id)
    for answer in (
        await charlie.get(f"{lecture.path}/certificate"),
        await ask(charlie, lecture.path),
    ):
        problem = check_problem(answer, 410, "lecture_withdrawn")
        assert "内容有误" in problem.detail
        assert "80" not in problem.detail
        assert "只告诉看过的人" not in answer.text
    assert (await charlie.get("/v1/me/watched")).json()["items"][0]["certificate_reached"] is False
    # Who watched enough may still prove the name that it is made out to.
    assert (await newcomer.get("/v1/me/watched")).json()["items"][0]["certificate_reached"] is True
    told = (await newcomer.get(f"{lecture.path}/certificate")).raise_for_status().json()
    assert (told["watched_percent"], told["real_named"]) == (80, False)
    check_problem(await ask(newcomer, lecture.path), 403, "certificate_needs_real_name")


async def test_nobody_watches_on_after_the_withdrawal_to_earn_one(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    """Not by what is told late, nor with the time spent on another lecture since."""
    lecture, other = await hall(cast, certificate_percent=60), await hall(cast)
    seats = [await lecture.sit(charlie) for _ in range(2)]
    clock.ahead += timedelta(seconds=60)
    await seats[0].tell((0, 60_000))
    await withdrawn(cast, lecture.lecture_id)
    elsewhere = await other.sit(charlie)
    for _ in range(2):
        clock.ahead += timedelta(seconds=300)
        await elsewhere.tell()
        for seat in seats:
            # Before the withdrawal a quarter more than a minute went by, and what the test takes.
            assert (await seat.tell((0, 300_000)))["watched_ms"] < 100_000
    check_problem(await ask(charlie, lecture.path), 410, "lecture_withdrawn")
    [of_it] = [
        one
        for one in (await charlie.get("/v1/me/watched")).json()["items"]
        if one["lecture_id"] == lecture.lecture_id
    ]
    assert of_it["certificate_reached"] is False
    # The time that the other lecture left is there for it as before.
    assert (await elsewhere.tell((0, 200_000)))["watched_ms"] == 200_000


async def test_of_a_restricted_lecture_that_was_withdrawn_only_whoever_might_watch_claims_one(
    charlie: Person, cast: Cast
) -> None:
    lecture = await passed(charlie, places=5)
    [outsider] = [await cast.resident(name="林晓芸")]
    await anew(cast, lecture.version.id, access=Access.REGISTERED)
    (await charlie.post(f"{lecture.path}/registration")).raise_for_status()
    await withdrawn(cast, lecture.lecture_id)
    check_problem(await ask(outsider, lecture.path), 410, "lecture_withdrawn")
    (await ask(charlie, lecture.path)).raise_for_status()


async def test_whoever_gave_up_the_place_claims_none_after_the_withdrawal(
    charlie: Person, cast: Cast
) -> None:
    lecture = await passed(charlie, places=5)
    await anew(cast, lecture.version.id, access=Access.REGISTERED)
    for again in (False, True):
        (await charlie.post(f"{lecture.path}/registration")).raise_for_status()
        if again:
            # A place of before an earlier withdrawal is none either.
            await withdrawn(cast, lecture.lecture_id)
            await anew(cast, lecture.version.id, access=Access.REGISTERED)
        else:
            (await charlie.send("DELETE", f"{lecture.path}/registration")).raise_for_status()
        await withdrawn(cast, lecture.lecture_id)
        for answer in (
            await ask(charlie, lecture.path),
            await charlie.get(f"{lecture.path}/certificate"),
        ):
            check_problem(answer, 410, "lecture_withdrawn")
        # So nobody is led there from what they watched.
        [of_it] = (await charlie.get("/v1/me/watched?limit=1")).json()["items"]
        assert (of_it["lecture_id"], of_it["certificate_reached"]) == (lecture.lecture_id, False)
        await anew(cast, lecture.version.id, access=Access.REGISTERED)


async def test_a_certificate_wants_a_name_that_is_proven(newcomer: Person) -> None:
    lecture = await passed(newcomer)
    problem = check_problem(await ask(newcomer, lecture.path), 403, "certificate_needs_real_name")
    assert "实名认证" in problem.detail


async def test_a_lecture_without_certificates_or_withdrawn_gives_none(
    charlie: Person, cast: Cast
) -> None:
    lecture = await passed(charlie)
    await anew(cast, lecture.version.id, certificate_percent=None)
    check_problem(await ask(charlie, lecture.path), 409, "no_certificates")
    await withdrawn(cast, lecture.lecture_id)
    check_problem(await ask(charlie, lecture.path), 410, "lecture_withdrawn")


async def test_whoever_may_not_watch_any_more_is_given_none(charlie: Person, cast: Cast) -> None:
    """As the lecture is now: what was watched counts again once it may be watched again."""
    lecture = await passed(charlie, places=5)
    await anew(cast, lecture.version.id, access=Access.REGISTERED)
    refused = check_problem(await ask(charlie, lecture.path), 403, "replay_needs_registration")
    assert "报名" in refused.detail
    (await charlie.post(f"{lecture.path}/registration")).raise_for_status()
    gone = await charlie.send("DELETE", f"{lecture.path}/registration")
    gone.raise_for_status()
    check_problem(await ask(charlie, lecture.path), 403, "replay_needs_registration")
    (await charlie.post(f"{lecture.path}/registration")).raise_for_status()
    first = (await ask(charlie, lecture.path)).raise_for_status().json()
    # One that was given is not taken back.
    (await charlie.send("DELETE", f"{lecture.path}/registration")).raise_for_status()
    again = (await ask(charlie, lecture.path)).raise_for_status().json()
    assert again["number"] == first["number"]


async def test_of_a_lecture_that_is_still_to_be_held_there_is_none(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await passed(charlie)
    begins = house_of(cast).clock() + timedelta(minutes=10)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    await anew(cast, lecture.version.id, **held)
    refused = check_problem(await ask(charlie, lecture.path), 403, "lecture_not_begun")
    assert in_words(begins) in refused.detail
    clock.ahead += timedelta(minutes=10)
    assert (await ask(charlie, lecture.path)).status_code == 201


async def test_a_paper_is_its_holders_alone_and_not_there_before_it_is_made(
    charlie: Person, newcomer: Person, cast: Cast
) -> None:
    lecture = await passed(charlie)
    one = (await ask(charlie, lecture.path)).json()
    path = f"/v1/certificates/{one['id']}/paper"
    assert "正在生成" in check_problem(await charlie.get(path), 404, "not_found").detail
    await cast.work()
    assert (await charlie.get(path)).status_code == 200
    check_problem(await newcomer.get(path), 404, "not_found")
    assert (await newcomer.get("/v1/certificates")).json()["items"] == []


async def test_the_one_verifier_knows_it_by_code_by_number_and_by_file(
    cast: Cast, installation: Installation
) -> None:
    holder, visitor = await cast.resident(name="林晓芸"), Person(cast, {})
    one = await certified(holder, title="信用修复一讲")
    pdf = await paper_of(holder, one)
    code, check_code = codes_on(pdf)
    typed = {"number": one["number"], "check_code": check_code}
    files = {"file": ("paper.pdf", pdf, "application/pdf")}
    verdicts = [
        (await visitor.get(f"/v1/verification/{code}")).json(),
        (await visitor.post("/v1/verification", typed)).json(),
        (await visitor.send("POST", "/v1/verification/files", files=files)).json(),
    ]
    for verdict in verdicts:
        assert (verdict["status"], verdict["paper"]) == ("valid", "certificate")
        assert (verdict["edition_label"], verdict["number"]) == ("学习证书", one["number"])
        assert (verdict["subject"], verdict["counts_withheld"]) == ("林**", False)
        # It does not expire.
        assert verdict["expires_at"] is None
        assert {"label": "讲座", "value": "《信用修复一讲》"} in verdict["facts"]
        assert {"label": "观看时长", "value": "4 分钟（全长的 80%）"} in verdict["facts"]
        assert verdict["status_text"].startswith("这是样例学习证书")
        assert "林晓芸" not in str(verdict)
    wrong = {**typed, "check_code": "22222222"}
    assert (await visitor.post("/v1/verification", wrong)).json()["status"] == "not_ours"
    files["file"] = ("paper.pdf", pdf + b" ", "application/pdf")
    other = await visitor.send("POST", "/v1/verification/files", files=files)
    assert other.json()["status"] == "not_ours"
    unknown = {"number": "XZ20991231AAAAAAAA", "check_code": "22222222"}
    unfound = (await visitor.post("/v1/verification", unknown)).json()["status_text"]
    assert unfound.startswith("未查到由本平台出具的报告、承诺书或学习证书。")
    # There is no term to be within.
    assert "每一行内容均未改动。" in verdicts[2]["status_text"]
    assert "有效期" not in str(verdicts)
    page = (await visitor.get(f"/v/{code}")).text
    for said in ("样例学习证书", "证书编号", one["number"], "信用修复一讲", "持有人"):
        assert said in page, said
    assert "报告编号</dt>" not in page
    assert "改动过的报告" not in page
    looks = installation.database["looks"]
    actions = [row["action"] async for row in looks.find({"report_id": one["id"]})]
    assert len(actions) == 4


async def test_the_paper_says_who_watched_what_and_is_authentic_offline(
    cast: Cast, installation: Installation
) -> None:
    holder = await cast.resident(name="欧阳静怡")
    one = await certified(holder, title="征信与公共信用的区别")
    pdf = await paper_of(holder, one)
    text = text_on(pdf)
    for said in ("学习证书", "欧阳静怡", "征信与公共信用的区别", one["number"], "王敏", "80%"):
        assert said in text, said
    assert holder.persona["id_number"] not in text
    root = str(installation.house.public_keys()["root_certificate_pem"]).encode()
    found = await asyncio.to_thread(verify_file, pdf, root_certificate_pem=root)
    assert found.authentic
    assert found.facts
    assert (found.facts.number, found.facts.expires_at) == (one["number"], None)
    broken = bytearray(pdf)
    broken[len(broken) // 2] ^= 1
    other = await asyncio.to_thread(verify_file, bytes(broken), root_certificate_pem=root)
    assert not other.authentic


def text_on(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())


async def test_a_certificate_goes_with_its_account_and_stands_in_the_export(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    one = await certified(charlie)
    pdf = await paper_of(charlie, one)
    [row] = rows(data_in(await charlie.archive()), "lecture_certificates")
    assert (row["number"], row["name"]) == (one["number"], charlie.persona["name"])
    await erase(charlie)
    await cast.work()
    for name in ("lecture_certificates", "lecture_certificate_papers"):
        assert await installation.database[name].find_one({"_id": one["id"]}) is None
    files = {"file": ("certificate.pdf", pdf, "application/pdf")}
    found = await Person(cast, {}).send("POST", "/v1/verification/files", files=files)
    assert found.json()["status"] == "not_ours"


async def test_a_time_stamp_that_was_pending_is_added_and_both_files_are_known(
    charlie: Person, cast: Cast, installation: Installation, outage: Outage
) -> None:
    lecture, visitor = await passed(charlie), Person(cast, {})
    await outage.begin("timestamps", kind="error")
    one = (await ask(charlie, lecture.path)).json()
    await cast.work()
    first = await paper_of(charlie, one)
    await outage.end()
    due = {"object_id": one["id"], "topic": "certificate.raise"}
    outbox = installation.database["outbox"]
    assert await outbox.count_documents(due) == 1
    await outbox.update_one(due, {"$set": {"next_at": LONG_AGO}})
    await cast.work()
    raised = await paper_of(charlie, one)
    assert raised != first
    stamps = {}
    for name, pdf in (("first", first), ("raised", raised)):
        files = {"file": ("paper.pdf", pdf, "application/pdf")}
        found = await visitor.send("POST", "/v1/verification/files", files=files)
        stamps[name] = (found.json()["status"], found.json()["time_stamp"])
    assert stamps == {"first": ("valid", "none"), "raised": ("valid", "stamped")}
    assert await outbox.count_documents(due) == 0
