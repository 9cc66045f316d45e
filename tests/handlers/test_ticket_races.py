"""Two at once, and what users of help desks wait for: one test for each complaint of theirs."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from domain.tickets.tickets import State
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.ticketing import Tower, build


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast, butlers=2))
    yield tower
    io_loop.run_sync(tower.close)


async def texts(person: Person, number: str) -> list[str]:
    answer = await person.get(f"/v1/tickets/{number}/messages")
    return [one["text"] for one in answer.raise_for_status().json()["items"]]


async def test_of_two_merges_at_one_moment_in_both_directions_one_ticket_stays_open(
    alice: Person, tower: Tower
) -> None:
    """Each went into the other, and both were closed: zammad #1216."""
    for _ in range(3):
        one, two = await tower.ask(alice), await tower.ask(alice)
        await tower.given(two)
        answers = await asyncio.gather(
            tower.move(one, "merge", to=two, by=tower.butlers[0]),
            tower.move(two, "merge", to=one, by=tower.butlers[1]),
        )
        taken, refused = sorted(answer.status_code for answer in answers)
        assert taken == 303
        assert refused in {409, 412, 422}
        states = {(await tower.ticket(number)).state for number in (one, two)}
        assert states == {State.OPEN, State.MERGED}


async def test_of_two_answers_at_one_moment_one_is_sent_and_the_other_is_kept(
    alice: Person, tower: Tower
) -> None:
    """Nothing told who answers that somebody else does: zammad #246."""
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    wrote = {0: "先履行义务。", 1: "请先缴清罚款。"}
    answers = await asyncio.gather(
        *(tower.reply(number, wrote[n], by=tower.butlers[n], tag=seen) for n in wrote)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 412]
    late = next(n for n, answer in enumerate(answers) if answer.status_code == 412)
    assert await texts(alice, number) == ["怎样修复信用？", wrote[1 - late]]
    assert wrote[1 - late] in answers[late].text
    page = await tower.butlers[late].page(f"/console/tickets/{number}")
    assert wrote[late] in page


async def test_whoever_looked_and_began_to_write_keeps_nobody_from_answering(
    alice: Person, tower: Tower
) -> None:
    """The lock of who had gone home stayed: osTicket #1434, #5533."""
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    first, second = tower.butlers
    await first.get(f"/console/tickets/{number}")
    await first.post(f"/console/tickets/{number}/draft", {"text": "写到一半"})
    await first.close()
    answer = await tower.reply(number, "我来答复。", by=second, tag=seen)
    assert answer.status_code == 303


async def test_messages_written_at_one_moment_are_all_there_each_once(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice, "第一句")
    wrote = [f"补充 {n}" for n in range(4)]
    said = await asyncio.gather(
        *(alice.post(f"/v1/tickets/{number}/messages", {"text": text}) for text in wrote)
    )
    assert {one.status_code for one in said} == {201}
    assert sorted(await texts(alice, number)) == sorted(["第一句", *wrote])
    assert (await tower.ticket(number)).messages == 5


async def test_what_the_citizen_writes_while_it_is_resolved_is_never_lost(
    alice: Person, tower: Tower
) -> None:
    """Either it comes before, and the answer is stale; or after, and it is read as thanks."""
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    answer, said = await asyncio.gather(
        tower.reply(number, "已办结。", tag=seen, then="answered"),
        alice.post(f"/v1/tickets/{number}/messages", {"text": "还有一点"}),
    )
    assert said.status_code == 201
    assert "还有一点" in await texts(alice, number)
    ticket = await tower.ticket(number)
    happened = [one.what.value for one in ticket.log]
    if answer.status_code == 303:
        assert happened[-1] in {"thanked", "resolved"}
        assert ticket.state is State.RESOLVED
    else:
        assert answer.status_code == 412
        assert (happened[-1], ticket.state) == ("asked", State.OPEN)


async def test_a_note_stands_in_no_answer_to_the_citizen_wherever_they_look(
    alice: Person, tower: Tower
) -> None:
    """Notes among colleagues reached the customer: Tiledesk #157, brimir #412."""
    number = await tower.ask(alice)
    await tower.given(number)
    secret = "此人情绪激动"
    assert (await tower.move(number, "note", text=secret)).status_code == 303
    await tower.reply(number, "已答复。", then="answered")
    subject = await alice.own_subject()
    for path in (
        f"/v1/tickets/{number}",
        f"/v1/tickets/{number}/messages",
        f"/v1/tickets/{number}/draft",
        f"/v1/tickets?subject_id={subject}",
        "/v1/notices",
    ):
        seen = await alice.get(path)
        assert seen.status_code == 200
        assert secret not in seen.text
    assert secret.encode() not in await alice.archive()


async def test_what_is_over_says_why_and_the_citizen_opens_it_again(
    alice: Person, tower: Tower
) -> None:
    """Nothing but open and closed, and no way back: fixmystreet #897, #285."""
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.reply(number, "请向街道办反映。", then="referred")
    seen = (await alice.get(f"/v1/tickets/{number}")).json()
    assert (seen["state"], seen["reason_text"]) == ("resolved", "已转请主管单位办理")
    assert seen["may_reopen"]
    again = await alice.post(f"/v1/tickets/{number}/reopening", {"text": "街道办没有受理"})
    assert again.json()["state"] == "open"
    await alice.post(f"/v1/tickets/{number}/withdrawal")
    seen = (await alice.get(f"/v1/tickets/{number}")).json()
    assert (seen["state"], seen["reason_text"]) == ("closed", "本人不再需要")


async def test_in_the_list_too_what_is_overdue_says_so_until_and_after_it_is_answered(
    alice: Person, tower: Tower, clock: Clock
) -> None:
    """The public could not see that a term was over: fixmystreet #2378."""
    await tower.ask(alice)
    subject = await alice.own_subject()
    clock.ahead = timedelta(hours=24, minutes=1)
    await alice.sign_in()
    listed = await alice.get(f"/v1/tickets?subject_id={subject}")
    [one] = listed.raise_for_status().json()["items"]
    assert one["promise"]["late"]
    assert "超过 24 小时" in one["promise"]["text"]
