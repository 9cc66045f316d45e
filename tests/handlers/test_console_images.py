"""Images in the console: judged by who supervises, and added in forms of several parts."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from pydantic import Field
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application

from domain.content_checks import Judged, Verdict
from domain.staff.roles import Right, Role
from domain.transactions import Unit
from handlers import routes
from handlers.console import ConsoleForm, Typed
from handlers.console_images import ConsoleImagesHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML
from server.app import NO_LIMIT
from server.wiring import Installation
from tests.applying import document, photo
from tests.attaching import added, attach, fetch
from tests.cast import Cast, Person
from tests.problems import check_problem
from tests.staffing import PAGE, SAME, Colleague, act, at_work

Form = dict[str, Any]


async def found(installation: Installation, image: Form, verdict: Verdict, reason: str) -> None:
    """WeChat's word, or its silence."""
    house, judged = installation.house, Judged(verdict=verdict, reason=reason)
    system = act(house)

    async def work(unit: Unit) -> None:
        await house.image_checks.decided(unit, system, object_id=image["id"], judged=judged)

    await system.commit(work)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def test_a_supervisor_sees_what_wechat_did_not_judge_and_decides(
    supervisor: Colleague, newcomer: Person, cast: Cast, installation: Installation
) -> None:
    image = await added(newcomer)
    await attach(newcomer, image)
    await found(installation, image, Verdict.REVIEW, "no_answer")
    page = await supervisor.page("/console/images")
    assert f'data-image="{image["id"]}"' in page
    assert "微信没有给出结果" in page
    one = f"/console/images/{image['id']}"
    page = await supervisor.page(one)
    src = re.search(r'<img src="(/i/[^"]+)"', page)
    tag = re.search(r'name="tag" value="([^"]+)"', page)
    assert src
    assert tag
    assert (await fetch(cast, src[1])).headers["Content-Type"] == "image/jpeg"
    form = {"move": "withhold", "tag": tag[1].replace("&quot;", '"')}
    assert (await supervisor.post(one, form)).status_code == HTTPStatus.SEE_OTHER
    assert (await fetch(cast, image["url"])).status_code == 404
    # Who judges a risky image is the only one who still sees it.
    assert (await fetch(cast, src[1])).status_code == 200
    assert f'data-image="{image["id"]}"' not in await supervisor.page("/console/images")
    assert 'data-state="risky"' in await supervisor.page(one)
    check_problem(await supervisor.post(one, form), 412, "stale")
    again = await supervisor.post(one, form, headers=PAGE)
    assert (again.status_code, "刚刚有了新的结论" in again.text) == (412, True)


async def test_what_is_attached_to_nothing_is_not_for_a_supervisor(
    supervisor: Colleague, newcomer: Person
) -> None:
    image = await added(newcomer)
    assert (await supervisor.get(f"/console/images/{image['id']}")).status_code == 404


# -- a form with images, as any page of the console may have -------------------------------


class ReplyForm(ConsoleForm):
    """What a page asks."""

    text: str = Field(min_length=1, max_length=100, title="回复")
    image: list[str] | str = Field(default=[], title="已添加的图片")


class ReplyHandler(ConsoleImagesHandler):
    """Answers with the ids of the images, or with what was typed."""

    @endpoint(
        Audience.STAFF,
        Right.SEE_DESK,
        "A form of several parts",
        form=ReplyForm,
        upload=True,
        answers={200: HTML},
    )
    async def post(self) -> None:
        """Refuses the text 不."""

        async def do() -> None:
            form = self.read_form_of_mine(ReplyForm)
            kept = [form.image] if isinstance(form.image, str) else form.image
            ids = await self.added()
            self.answer(HTTPStatus.OK, "text/plain", " ".join([form.text, *kept, *ids]).encode())

        async def again(status: int, typed: Typed) -> None:
            said = [*typed.why, *(f"{name}={texts}" for name, texts in typed.values.items())]
            self.answer(status, HTML, "\n".join(said).encode())

        await self.attempt(do, again)


@pytest.fixture
def form(io_loop: IOLoop, installation: Installation) -> Iterator[str]:
    """The address of such a page, in the house of all."""
    table = routes.url_specs((Route("/console/reply", ReplyHandler),), installation.house)
    server = HTTPServer(Application(table), max_body_size=NO_LIMIT)  # type: ignore[arg-type]
    socket, port = bind_unused_port()
    io_loop.add_callback(server.add_socket, socket)
    yield f"http://127.0.0.1:{port}/console/reply"
    server.stop()
    io_loop.run_sync(server.close_all_connections)


async def reply(
    staff: Colleague, form: str, images: list[bytes], *, page: bool = False, **fields: Any
) -> httpx.Response:
    """Sends the form as a browser does."""
    data = {"xsrf": await staff.xsrf(), "text": "您好，请看图。", **fields}
    files = [("images", (f"{place}.jpg", one, "image/jpeg")) for place, one in enumerate(images)]
    files = files or [("images", ("", b"", "application/octet-stream"))]
    headers = {**SAME, **(PAGE if page else {})}
    return await staff.client.post(form, data=data, files=files, headers=headers)


async def test_text_and_images_of_a_form_are_taken_together(
    supervisor: Colleague, form: str, installation: Installation
) -> None:
    answer = await reply(supervisor, form, [photo(), photo(41)])
    assert answer.status_code == 200, answer.text
    text, *ids = answer.text.split()
    assert text == "您好，请看图。"
    assert len(ids) == 2
    kept = installation.database["attachments"].find({"_id": {"$in": ids}})
    rows = [(row["owner"], row["by"], row["state"]) async for row in kept]
    assert rows == [(supervisor.account.id, "staff", "pass")] * 2
    again = await reply(supervisor, form, [], image=ids)
    assert again.text.split() == ["您好，请看图。", *ids]


async def test_a_form_is_read_without_images_and_as_a_form_of_this_session(
    supervisor: Colleague, form: str
) -> None:
    assert (await reply(supervisor, form, [])).text == "您好，请看图。"
    check_problem(await reply(supervisor, form, [], xsrf="of another"), 403, "foreign_form")
    check_problem(await reply(supervisor, form, [], text=""), 422, "invalid")


async def test_what_was_typed_stands_again_when_an_image_is_refused(
    supervisor: Colleague, form: str
) -> None:
    answer = await reply(supervisor, form, [photo(), document(1)])
    problem = check_problem(answer, 422, "invalid")
    assert [one.pointer for one in problem.errors] == ["/images/1"]
    page = await reply(supervisor, form, [photo(), document(1)], page=True)
    assert page.status_code == 422
    assert "第 2 张" in page.text
    assert "您好，请看图。" in page.text


@pytest.mark.parametrize(
    ("images", "fields", "status"),
    [
        ([b"x"] * 10, {}, 400),
        ([], {"text": "字" * 100_000}, 400),
        ([b"x" * (10 * 1024**2 + 1)], {}, 422),
        ([], {f"field-{number}": "x" for number in range(60)}, 400),
    ],
    ids=["too many images", "too much text", "too large", "too many parts"],
)
async def test_a_form_that_is_too_much_is_refused(
    supervisor: Colleague, form: str, images: list[bytes], fields: Form, status: int
) -> None:
    answer = await reply(supervisor, form, images, **fields)
    assert answer.status_code == status, answer.text


async def test_a_field_of_files_that_was_left_empty_is_no_image(
    supervisor: Colleague, form: str
) -> None:
    head = 'Content-Disposition: form-data; name="{}"'
    fields = {"xsrf": await supervisor.xsrf(), "text": "好"}
    parts = [f"{head.format(name)}\r\n\r\n{value}" for name, value in fields.items()]
    parts.append(head.format("images") + '; filename=""\r\nContent-Type: image/jpeg\r\n\r\n')
    body = "".join(f"--x\r\n{part}\r\n" for part in parts) + "--x--\r\n"
    headers = {**SAME, "Content-Type": "multipart/form-data; boundary=x"}
    answer = await supervisor.client.post(form, content=body.encode(), headers=headers)
    assert answer.text == "好"


async def test_a_form_that_breaks_off_or_is_none_is_refused(
    supervisor: Colleague, form: str
) -> None:
    broken = {**SAME, "Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello'
    for body in (part, b"--y\r\n", b"nothing"):
        answer = await supervisor.client.post(form, content=body, headers=broken)
        check_problem(answer, 400, "malformed")
    plain = await supervisor.client.post(form, json={"text": "x"}, headers=SAME)
    check_problem(plain, 415, "wrong_media_type")
