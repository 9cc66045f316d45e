"""Texts of promises as the office rewrites them: drafted, reviewed, in force everywhere, signed."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port

from content.catalogue import FOLDER
from domain.pages import Ask
from domain.promises.promises import NotAsRead
from domain.promises.texts import EDITABLE_FIELDS, Edited
from domain.staff.roles import Role
from domain.time import civil_date
from domain.transactions import Conflict, Unit
from domain.versions import VersionState
from handlers.house import House
from server import app, development, wiring
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.problems import check_problem
from tests.promising import (
    drafted,
    faced,
    filling,
    shown,
    sign,
    signed,
    text_of,
)
from tests.rewriting import EDITOR, REVIEWER, begun, edited, given_up, published, submitted
from tests.staffing import PAGE, Colleague, act, at_work

VERSIONS = "/console/text-versions"


@pytest.fixture
def house(io_loop: IOLoop, installation: Installation) -> House:
    """Nothing of the texts that these tests rewrite is in work."""
    for template in ("voluntary", "repair", "electricity", "self-discipline"):
        io_loop.run_sync(lambda one=template: given_up(installation.house, one))
    return installation.house


async def tag_of(house: House, version_id: str) -> str:
    return (await house.text_office.get(version_id)).tag


async def move(house: House, who: Colleague, version_id: str, to: str, **form: str) -> Any:
    """A form of the version's page, as it stands now."""
    tag = await tag_of(house, version_id)
    return await who.post(f"{VERSIONS}/{version_id}/{to}", {"tag": tag, **form})


# -- in the console ------------------------------------------------------------------------


async def test_from_a_draft_by_one_to_a_text_in_force_by_another(
    house: House, installation: Installation, editor: Colleague, reviewer: Colleague, alice: Person
) -> None:
    before = await text_of(alice, "voluntary")
    standing = (await house.text_office.text("voluntary", now=house.clock())).standing
    name = house.draw.id()[-12:]
    made = await editor.post(
        f"{VERSIONS}/{standing.id}/copy", {"version": name, "why": "补充售后承诺"}
    )
    assert made.status_code == 303
    version_id = made.headers["Location"].split("/")[3]

    form = await editor.page(f"{VERSIONS}/{version_id}/edit")
    assert standing.wording.content in unescape(form)
    content = standing.wording.content.replace("\n", "\r\n") + "\r\n六、售后问题三日内答复。"
    values = edited(standing.wording, version=name, content=content, shown_days="180")
    answer = await editor.post(
        f"{VERSIONS}/{version_id}/edit", {**values, "tag": await tag_of(house, version_id)}
    )
    assert answer.status_code == 303
    page = unescape(await reviewer.page(f"{VERSIONS}/{version_id}"))
    assert '<ins><span class="unseen">新增：</span>六、售后问题三日内答复。</ins>' in page
    assert "有差异的是：版本号、承诺内容、公示天数。" in page
    assert name not in await reviewer.page("/console")

    assert (await move(house, editor, version_id, "move", move="submit")).status_code == 303
    assert f"审核承诺书文本 {name}" in await reviewer.page("/console")
    assert name not in await editor.page("/console")
    back = {"move": "return", "reason": "请写明答复方式"}
    assert (await move(house, reviewer, version_id, "review", **back)).status_code == 303
    desk = await editor.page("/console")
    assert f"修改退回的承诺书文本 {name}" in desk
    assert "请写明答复方式" in await editor.page(f"{VERSIONS}/{version_id}")
    assert (await move(house, editor, version_id, "move", move="submit")).status_code == 303
    assert await text_of(alice, "voluntary") == before
    answer = await move(house, reviewer, version_id, "review", move="publish")
    assert answer.status_code == 303

    after = (await house.texts_in_force.get("voluntary", now=house.clock(), fresh=True)).text
    assert after.count("六、售后问题三日内答复。") == 1
    assert "\r" not in after
    read = await text_of(alice, "voluntary")
    assert (read["version"], read["shown_days"], read["text"]) == (name, 180, after)
    kept = await installation.database["promise_texts"].find_one({"_id": read["text_hash"]})
    assert kept
    assert kept["text"] == after
    rows = installation.database["audit_events"].find({"object_id": version_id})
    assert [row["action"].partition(".")[2] async for row in rows.sort("_id", 1)] == [
        *("begun", "changed", "submitted", "returned", "submitted", "published"),
    ]
    old = await reviewer.get(f"{VERSIONS}/{standing.id}")
    assert standing.wording.version in old.text
    for path in ("/console/texts", "/console/texts/voluntary"):
        assert name in await reviewer.page(path)


async def test_an_old_version_is_restored_by_a_draft_made_from_it(
    house: House, editor: Colleague, reviewer: Colleague
) -> None:
    first = (await house.text_office.text("repair", now=house.clock())).standing
    draft = await begun(house, "repair")
    changed = replace(first.wording, version=draft.wording.version, matter="另一个事由。")
    form = edited(changed)
    path = f"{VERSIONS}/{draft.id}/edit"
    assert (await editor.post(path, {**form, "tag": draft.tag})).status_code == 303
    await submitted(house, draft.id)
    assert (await move(house, reviewer, draft.id, "review", move="publish")).status_code == 303

    name = house.draw.id()[-12:]
    made = await editor.post(f"{VERSIONS}/{first.id}/copy", {"version": name, "why": "恢复"})
    restored = await house.text_office.get(made.headers["Location"].split("/")[3])
    assert restored.made_from == first.id
    assert restored.wording == replace(first.wording, version=name)
    assert restored.state is VersionState.DRAFT


async def test_two_editors_never_overwrite_each_other(
    house: House, editor: Colleague, cast: Cast
) -> None:
    draft = await begun(house, "repair")
    second = await at_work(cast, Role.EDITOR)
    path, form = f"{VERSIONS}/{draft.id}/edit", edited(draft.wording, tag=draft.tag)
    assert (await second.post(path, {**form, "title": "甲的标题"})).status_code == 303
    problem = check_problem(await editor.post(path, {**form, "title": "乙的标题"}), 412, "stale")
    assert problem.detail.startswith(second.account.name)
    page = await editor.post(path, {**form, "title": "乙的标题"}, headers=PAGE)
    assert page.status_code == 412
    assert second.account.name in page.text
    assert "乙的标题" in page.text
    assert (await house.text_office.get(draft.id)).wording.title == "甲的标题"
    # Over what stands it goes by a button of its own, beside what differs.
    assert "有差异的是：标题" in page.text
    over = re.search(r'name="over" value="([^"]+)"', page.text)
    assert over
    late = {**form, "title": "乙的标题", "over": unescape(over[1])}
    assert (await editor.post(path, late)).status_code == 303
    assert (await house.text_office.get(draft.id)).wording.title == "乙的标题"
    await second.close()


async def test_a_text_has_one_version_in_work_at_a_time(house: House, editor: Colleague) -> None:
    draft = await begun(house, "repair")
    standing = (await house.text_office.text("repair", now=house.clock())).standing
    form = {"version": "又一版", "why": "另起"}
    answer = await editor.post(f"{VERSIONS}/{standing.id}/copy", form)
    check_problem(answer, 409, "conflict")
    assert (await move(house, editor, draft.id, "move", move="withdraw")).status_code == 303
    assert (await editor.post(f"{VERSIONS}/{standing.id}/copy", form)).status_code == 303
    await given_up(house, "repair")


async def test_what_is_wrong_is_told_at_once_and_what_was_typed_stays(
    house: House, editor: Colleague
) -> None:
    draft = await begun(house, "repair")
    standing = (await house.text_office.text("repair", now=house.clock())).standing
    wrong = edited(
        draft.wording,
        version=standing.wording.version,
        title="",
        content="甲" * 4001,
        publicities="circle",
        shown_days="0",
        term_days="5",
        why="",
        tag=draft.tag,
    )
    path = f"{VERSIONS}/{draft.id}/edit"
    problem = check_problem(await editor.post(path, wrong), 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {
        *("/version", "/title", "/content", "/circle", "/shown_days", "/duty", "/why"),
    }
    page = await editor.post(path, wrong, headers=PAGE)
    assert page.status_code == 422
    assert "甲" * 4001 in page.text
    assert "有 7 处需要改正" in page.text
    unread = await editor.post(path, {**wrong, "shown_days": "很多"}, headers=PAGE)
    assert (unread.status_code, "甲" * 4001 in unread.text) == (422, True)
    assert await tag_of(house, draft.id) == draft.tag


async def test_a_text_of_full_length_is_taken_whole(house: House, editor: Colleague) -> None:
    draft = await begun(house, "repair")
    full = {"content": "承" * 4000, "liability": "诺" * 4000, "consequence": "责" * 4000}
    form = edited(draft.wording, tag=draft.tag, matter="由" * 512, **full)
    path = f"{VERSIONS}/{draft.id}"
    assert (await editor.post(f"{path}/edit", form)).status_code == 303
    assert (await house.text_office.get(draft.id)).wording.content == "承" * 4000
    assert "承" * 4000 in await editor.page(path)


async def test_what_was_handed_in_is_decided_by_somebody_else_and_not_written_any_more(
    house: House, editor: Colleague, reviewer: Colleague
) -> None:
    version = await submitted(house, (await begun(house, "repair")).id)
    form = edited(version.wording, tag=version.tag)
    check_problem(await editor.post(f"{VERSIONS}/{version.id}/edit", form), 409, "conflict")
    check_problem(await editor.client.get(f"{VERSIONS}/{version.id}/edit"), 409, "conflict")
    with pytest.raises(Conflict, match="不能是同一人"):
        await house.text_office.publish(
            act(house, EDITOR), version_id=version.id, tag=version.tag, from_day=None
        )
    silent = await move(house, reviewer, version.id, "review", move="return")
    assert check_problem(silent, 422, "invalid").errors[0].pointer == "/reason"
    stale = {"move": "publish", "tag": '"9"'}
    check_problem(await reviewer.post(f"{VERSIONS}/{version.id}/review", stale), 412, "stale")
    standing = (await house.text_office.text("repair", now=house.clock())).standing
    check_problem(await reviewer.post(f"{VERSIONS}/{standing.id}/review", stale), 412, "stale")
    decided = await move(house, reviewer, standing.id, "review", move="publish")
    check_problem(decided, 409, "conflict")
    missing = f"{VERSIONS}/{house.draw.id()}"
    check_problem(await reviewer.client.get(missing), 404, "not_found")
    check_problem(await reviewer.client.get("/console/texts/nothing"), 404, "not_found")


async def test_a_text_of_a_later_day_takes_its_turn_or_is_recalled(
    house: House, reviewer: Colleague, alice: Person, clock: Clock
) -> None:
    before = await text_of(alice, "self-discipline")
    day = civil_date(house.clock()) + timedelta(days=3)
    version = await submitted(house, (await begun(house, "self-discipline")).id)
    late = {"move": "publish", "from_day": day.isoformat()}
    past = {**late, "from_day": civil_date(house.clock()).isoformat()}
    check_problem(await move(house, reviewer, version.id, "review", **past), 422, "invalid")
    assert (await move(house, reviewer, version.id, "review", **late)).status_code == 303
    fresh = await house.texts_in_force.get("self-discipline", now=house.clock(), fresh=True)
    assert fresh.text_hash == before["text_hash"]
    assert version.wording.version in await reviewer.page("/console/texts")
    recall = {"move": "recall", "reason": "暂缓"}
    assert (await move(house, reviewer, version.id, "review", **recall)).status_code == 303
    clock.ahead = timedelta(days=4)
    fresh = await house.texts_in_force.get("self-discipline", now=house.clock(), fresh=True)
    assert fresh.text_hash == before["text_hash"]

    clock.ahead = timedelta()
    coming = await published(house, "self-discipline", from_day=day)
    clock.ahead = timedelta(days=4)
    assert (await text_of(alice, "self-discipline"))["version"] == coming.wording.version
    with pytest.raises(Conflict, match="已经生效"):
        await house.text_office.recall(
            act(house, REVIEWER), version_id=coming.id, tag=coming.tag, reason="暂缓"
        )


# -- signing -------------------------------------------------------------------------------


@pytest.fixture
def second(
    io_loop: IOLoop, mongo_uri: str, sandbox: str, data_folder: Path, session_clock: Clock
) -> Iterator[tuple[Installation, Cast]]:
    """Another server over the same database, and the cast at its address."""
    socket, port = bind_unused_port()
    url = f"http://127.0.0.1:{port}"
    settings = development.settings(sandbox=sandbox, public_url=url, data_folder=data_folder)
    other = io_loop.run_sync(
        lambda: wiring.build(settings, mongo_uri=mongo_uri, clock=session_clock)
    )
    server = HTTPServer(app.application(other.house))
    io_loop.add_callback(server.add_socket, socket)
    cast = Cast(api=url, sandbox=sandbox, workers=None)
    yield other, cast
    io_loop.run_sync(cast.close)
    server.stop()
    io_loop.run_sync(server.close_all_connections)
    io_loop.run_sync(other.close)


async def test_a_server_that_has_not_heard_of_a_publication_signs_nothing_older(
    alice: Person, second: tuple[Installation, Cast], clock: Clock
) -> None:
    other, elsewhere = second
    promise = await drafted(alice)
    body = await faced(alice, promise)
    newer = await published(other.house, "electricity")
    check_problem(await sign(alice, promise, **body), 409, "text_changed")
    assert (await shown(alice, promise)).json()["state"] == "draft"

    clock.ahead = timedelta(seconds=6)
    for cast in (alice.cast, elsewhere):
        visitor = Person(cast, alice.persona)
        assert (await text_of(visitor, "electricity"))["version"] == newer.wording.version
    path, tag = f"/v1/promises/{promise['id']}", (await shown(alice, promise)).headers["ETag"]
    body = await filling(alice)
    new = await alice.send("PUT", path, json=body, headers={"If-Match": tag})
    answer = await sign(alice, new.json())
    assert answer.status_code == 201
    assert answer.json()["version"] == newer.wording.version


async def test_a_text_published_while_somebody_signs_is_not_signed_in_its_old_version(
    house: House, installation: Installation, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was in force when signing began, and is not when it would commit."""
    promise = await drafted(alice)
    body = await faced(alice, promise)
    agency: Any = house.signing._agency
    confirm = agency.confirm

    async def and_meanwhile(**asked: Any) -> Any:
        monkeypatch.setattr(agency, "confirm", confirm)
        await published(house, "electricity")
        return await confirm(**asked)

    monkeypatch.setattr(agency, "confirm", and_meanwhile)
    numbers = await installation.database["promise_counters"].find().to_list(None)
    check_problem(await sign(alice, promise, **body), 409, "text_changed")
    assert (await shown(alice, promise)).json()["state"] == "draft"
    assert await installation.database["promise_counters"].find().to_list(None) == numbers


async def test_a_unit_that_began_before_a_publication_does_not_commit_after_it(
    house: House,
) -> None:
    """Both write to the same turn, so that the later one sees what the other did."""
    office, texts = house.text_office, house.texts_in_force
    old = await texts.get("voluntary", now=house.clock(), fresh=True)
    attempts = 0

    async def work(unit: Unit) -> None:
        nonlocal attempts
        attempts += 1
        # From its first read on, a unit sees the database as it was then.
        await office._store.standing(unit, "repair", now=house.clock())
        if attempts == 1:
            await published(house, "voluntary")
        await texts.hold(unit, old, now=house.clock())

    with pytest.raises(NotAsRead):
        await house.transactions.plain()(work)
    assert attempts == 2
    new = await texts.get("voluntary", now=house.clock(), fresh=True)
    assert new.text_hash != old.text_hash
    await house.transactions.plain()(lambda unit: texts.hold(unit, new, now=house.clock()))


async def test_what_is_signed_goes_by_its_own_text_after_another_is_published(
    house: House, alice: Person
) -> None:
    promise = await signed(alice, "voluntary")
    standing = (await house.text_office.text("voluntary", now=house.clock())).standing
    draft = await begun(house, "voluntary")
    form = replace(draft.wording, consequence="新的追究。", title="新的标题")
    fields = {name: getattr(form, name) for name in EDITABLE_FIELDS}
    changed = await house.text_office.change(
        act(house, EDITOR), version_id=draft.id, tag=draft.tag, edited=Edited(**fields), why="改"
    )
    changed = await submitted(house, changed.id)
    await house.text_office.publish(
        act(house, REVIEWER), version_id=draft.id, tag=changed.tag, from_day=None
    )
    answer = await shown(alice, promise)
    assert not answer.json()["current"]
    lines = {line["label"]: line["value"] for line in answer.json()["publication"]["lines"]}
    assert lines["承诺书"] == standing.wording.title
    path = f"/v1/promises/{promise['id']}"
    read = await alice.get(f"{path}/publication?publicity=private")
    taken = {"publicity": "private", "text_hash": read.raise_for_status().json()["text_hash"]}
    less = await alice.send(
        "PUT", f"{path}/publication", json=taken, headers={"If-Match": answer.headers["ETag"]}
    )
    assert less.status_code == 200, less.text
    code = promise["signature"]["code"]
    usual = await house.supervising.usual(await house.supervising.get(code), now=house.clock())
    assert usual.consequence == standing.wording.consequence


# -- the content ---------------------------------------------------------------------------


async def test_what_the_files_say_anew_is_in_force_once_and_the_office_may_go_back(
    mongo_uri: str, sandbox: str, data_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    file = folder / "promises" / "voluntary.toml"
    shipped = file.read_text("utf-8")
    settings = development.settings(
        sandbox=sandbox,
        public_url="http://127.0.0.1:1",
        data_folder=data_folder,
        database="texts_of_content",
        content_folder=folder,
    )

    async def started() -> tuple[Installation, str]:
        installation = await wiring.build(settings, mongo_uri=mongo_uri)
        house = installation.house
        text = await house.texts_in_force.get("voluntary", now=house.clock())
        return installation, text.version

    first, version = await started()
    assert version == "2026-11"
    [shipped_version] = await everything(first.house)
    assert shipped_version.from_content
    mine = await published(first.house, "voluntary")
    await first.close()

    again, version = await started()
    assert version == mine.wording.version
    await again.close()

    file.write_text(shipped.replace("2026-11", "2027-01"), "utf-8")
    newer, version = await started()
    assert version == "2027-01"
    await newer.close()

    file.write_text(shipped, "utf-8")
    older, version = await started()
    assert version == "2027-01"
    assert [one.wording.version for one in await everything(older.house)] == [
        *("2027-01", mine.wording.version, "2026-11"),
    ]
    back = await older.house.text_office.begin(
        act(older.house, EDITOR), made_from=mine.id, name="2027-02", why="恢复"
    )
    back = await submitted(older.house, back.id)
    await older.house.text_office.publish(
        act(older.house, REVIEWER), version_id=back.id, tag=back.tag, from_day=None
    )
    text = await older.house.texts_in_force.get("voluntary", now=older.house.clock(), fresh=True)
    assert text.version == "2027-02"
    await older.database.client.drop_database("texts_of_content")
    await older.close()


async def everything(house: House) -> list[Any]:
    return list((await house.text_office.versions("voluntary", ask=Ask())).items)
