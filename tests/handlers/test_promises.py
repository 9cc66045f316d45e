"""Promises: read, drafted, judged, signed once, shown as agreed, taken back."""

import pypdfium2
import pytest

from domain.time import civil_date
from server.draw import now
from tests.cast import Cast, Person
from tests.problems import check_problem
from tests.promising import (
    ANSWERS,
    letter,
    signed,
    text_of,
)

TEMPLATES = list(ANSWERS)


async def test_the_texts_are_read_by_everybody(cast: Cast) -> None:
    visitor = Person(cast, await cast.persona())
    items = (await visitor.get("/v1/promise-templates")).raise_for_status().json()["items"]
    assert [one["code"] for one in items] == TEMPLATES
    assert {one["kind"] for one in items} == {
        *("approval", "materials_later", "proof", "repair", "self_discipline", "voluntary"),
        "other",
    }
    for one in items:
        assert one["title"] in one["text"]
        assert one == await text_of(visitor, one["code"])
    check_problem(await visitor.get("/v1/promise-templates/nothing"), 404, "not_found")


@pytest.mark.parametrize("template", TEMPLATES)
async def test_every_promise_can_be_signed(alice: Person, template: str) -> None:
    promise = await signed(alice, template)
    assert promise["state"] == "signed"
    today = f"{civil_date(now()):%Y%m%d}"
    assert promise["signature"]["code"].startswith(f"440104{today}")
    assert len(promise["signature"]["code"]) == 20
    pdf = await letter(alice, promise)
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert promise["signature"]["code"] in text
