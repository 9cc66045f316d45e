"""Finding lectures by what is said in them, as they are shown at this moment."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.mongo import lecture_search
from domain.lectures.programme import Access, Cue
from domain.media.assets import Found, Kind
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.lecturing import (
    anew,
    file,
    filled,
    house_of,
    published,
    shown,
    withdrawn,
)
from tests.problems import check_problem

# A word of each test's own, so that they do not find each other's lectures.
WORD = "鹮{number}鹴"


async def search(person: Person, q: str, **more: Any) -> Any:
    answer = await person.get("/v1/lectures/search", params={"q": q, **more})
    return answer.raise_for_status().json()


async def found(person: Person, q: str) -> list[str]:
    return [one["lecture_id"] for one in (await search(person, q))["items"]]


def own(cast: Cast) -> str:
    """A word that stands nowhere else."""
    return WORD.format(number=house_of(cast).draw.id()[-12:])


async def test_a_word_inside_a_sentence_is_found_with_what_is_around_it(
    charlie: Person, cast: Cast
) -> None:
    word = own(cast)
    outline = f"<p>怎样办理</p><p>企业申请{word}信用修复的条件</p>"
    version = await published(cast, outline=outline)
    [hit] = (await search(charlie, f"{word}信用修复"))["items"]
    assert hit["lecture_id"] == version.lecture_id
    assert (hit["field"], hit["field_label"]) == ("outline", "内容提要")
    assert hit["snippet"] == f"企业申请{word}信用修复的条件"
    assert await found(charlie, f"{word} 王敏") == [version.lecture_id]
    assert await found(charlie, f"{word} 房产") == []
    assert await found(charlie, f"{word}修复") == []


async def spoken_about(cast: Cast, word: str, **said: Any) -> str:
    """A lecture that begins in ten minutes, with the word on its second page and in its speech."""
    house = house_of(cast)
    begins = house.clock() + timedelta(minutes=10)
    times = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    version = await filled(cast, files=[Kind.RECORDING], **times, **said)
    given = {
        "slides": Found(pages=2, texts=["封面", f"第二页{word}"]),
        "subtitles": Found(texts=[f"接着讲{word}", "的步骤"], changes=[1_000, 3_000]),
    }
    files = {
        name: (await file(cast, version.lecture_id, Kind(name), found=texts)).id
        for name, texts in given.items()
    }
    cues = (Cue(at_ms=0, page=1), Cue(at_ms=61_000, page=2))
    await shown(house, version, replace(version.programme, **files, cues=cues))
    return version.lecture_id


async def test_slides_are_found_page_by_page_and_subtitles_across_their_lines(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    word = own(cast)
    await spoken_about(cast, word)
    # What will be said is not found before it begins.
    assert await found(charlie, word) == []
    clock.ahead += timedelta(minutes=10)
    [hit] = (await search(charlie, f"二页{word}"))["items"]
    assert (hit["field"], hit["page"], hit["at_ms"]) == ("slides", 2, 61_000)
    [hit] = (await search(charlie, f"{word}的步骤"))["items"]
    assert (hit["field"], hit["snippet"]) == ("subtitles", f"接着讲{word} 的步骤")
    assert (hit["page"], hit["at_ms"]) == (None, 1_000)


@pytest.mark.parametrize("access", [Access.REGISTERED, Access.PUBLIC])
async def test_neither_a_hit_nor_the_end_of_a_page_tells_what_is_not_open_to_all(
    charlie: Person, cast: Cast, clock: Clock, access: Access
) -> None:
    word = own(cast)
    closed = await spoken_about(cast, word, access=access, places=5)
    later = house_of(cast).clock() + timedelta(days=1)
    openly = await published(
        cast, title=f"讲{word}", begins_at=later, ends_at=later + timedelta(hours=1)
    )
    # One lecture fills the page; whether there is more would be an answer about the other.
    page = await search(charlie, word, limit=1)
    assert [one["lecture_id"] for one in page["items"]] == [openly.lecture_id]
    assert page["next"] is None
    clock.ahead += timedelta(minutes=10)
    begun = [openly.lecture_id, *([closed] if access is Access.PUBLIC else [])]
    assert await found(charlie, word) == begun


async def test_what_is_found_is_what_is_shown_now(charlie: Person, cast: Cast) -> None:
    word = own(cast)
    version = await published(cast, title=f"讲{word}")
    draft = await filled(cast, title=f"讲{word}")
    assert await found(charlie, word) == [version.lecture_id]
    assert draft.lecture_id not in await found(charlie, word)
    other = await anew(cast, version.id, title="讲别的", topic=f"主题{word}")
    [hit] = (await search(charlie, word))["items"]
    assert (hit["title"], hit["field"]) == ("讲别的", "topic")
    await withdrawn(cast, version.lecture_id)
    assert await found(charlie, word) == []
    await anew(cast, other.id)
    assert await found(charlie, word) == [version.lecture_id]


async def test_full_width_and_capitals_find_the_same(charlie: Person, cast: Cast) -> None:
    word = own(cast)
    version = await published(cast, title=f"ＡＰＰ 使用{word}")
    for query in (f"app使用{word}", f"App使用{word}".upper(), f"ａｐｐ使用{word}"):
        assert await found(charlie, query) == [version.lecture_id]


async def test_a_single_sign_is_found_too(charlie: Person, cast: Cast) -> None:
    version = await published(cast, title="论龘字")
    assert version.lecture_id in await found(charlie, "龘")
    await withdrawn(cast, version.lecture_id)
    assert version.lecture_id not in await found(charlie, "龘")


async def test_pages_follow_one_another_the_latest_first(charlie: Person, cast: Cast) -> None:
    word, now = own(cast), house_of(cast).clock()
    ids = []
    for day in range(1, 6):
        begins_at = now + timedelta(days=day)
        ends_at = begins_at + timedelta(hours=1)
        made = await published(cast, title=f"讲{word}", begins_at=begins_at, ends_at=ends_at)
        ids.append(made.lecture_id)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await search(charlie, word, limit=2, **cursor)
        seen += [one["lecture_id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == ids[::-1]
    # A place in the list of one question is none in that of another.
    first = await search(charlie, word, limit=2)
    params = {"q": "信用", "cursor": first["next"]}
    check_problem(await charlie.get("/v1/lectures/search", params=params), 422, "invalid")


async def test_a_page_that_reads_much_and_finds_little_still_goes_on(
    charlie: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the pairs stand in the later lectures, the phrase in the first one alone."""
    monkeypatch.setattr(lecture_search, "MOST_READ", 2)
    word, now = own(cast), house_of(cast).clock()
    ids = []
    for day, title in enumerate([f"甲乙丙{word}", *[f"乙丙甲乙{word}"] * 3], start=1):
        begins_at = now + timedelta(days=day)
        ends_at = begins_at + timedelta(hours=1)
        made = await published(cast, title=title, begins_at=begins_at, ends_at=ends_at)
        ids.append(made.lecture_id)
    query = f"甲乙丙 {word}"
    pages = [await search(charlie, query)]
    while pages[-1]["next"]:
        pages.append(await search(charlie, query, cursor=pages[-1]["next"]))
    assert [len(page["items"]) for page in pages] == [0, 1]
    assert pages[-1]["items"][0]["lecture_id"] == ids[0]


@pytest.mark.parametrize("q", ["", "　 ", "信" * 41])
async def test_nothing_and_too_much_are_refused(charlie: Person, q: str) -> None:
    answer = await charlie.get("/v1/lectures/search", params={"q": q})
    assert check_problem(answer, 422, "invalid").errors[0].pointer == "/query/q"
