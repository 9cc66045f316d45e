"""Staff: made on the command line or by two administrators, signed in with two factors, let out."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.problems import check_problem
from tests.staffing import (
    PAGE,
    PASSWORD,
    SAME,
    STEP,
    Colleague,
    act,
    at_work,
    hired,
    invited,
)


@pytest.fixture
def administrator(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.ADMINISTRATOR))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def guard(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    """The security administrator."""
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SECURITY_ADMINISTRATOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def test_who_makes_invitations_does_not_become_the_other_administrator(
    administrator: Colleague, cast: Cast
) -> None:
    """What the command line made has no release code: its address alone sets it up."""
    assert cast.house
    made, secret = await cast.house.staff.first(
        act(cast.house),
        login=f"s{uuid.uuid4().hex[:12]}",
        name="李强",
        role=Role.SECURITY_ADMINISTRATOR,
    )
    path = f"/console/staff/{made.id}/invitation"
    assert path not in await administrator.page("/console/staff")
    check_problem(await administrator.post(path), 409, "conflict")
    assert (await cast.client.get(f"/console/set-up/{secret}")).status_code == 200


async def test_two_administrators_make_an_account_and_its_person_sets_it_up(
    administrator: Colleague, guard: Colleague, cast: Cast
) -> None:
    login = f"n{administrator.account.id[-12:]}"
    form = {"login": login, "name": "吴静", "roles": ["butler", "office"]}
    assert (await administrator.post("/console/staff", form)).status_code == 303
    assert cast.house
    account = next(one for one in await cast.house.staff.all() if one.login == login)
    path = f"/console/staff/{account.id}"
    check_problem(await administrator.post(f"{path}/approval"), 403, "not_your_role")
    check_problem(await administrator.post(f"{path}/invitation"), 409, "conflict")
    desk = await guard.get("/console")
    assert f"批准账号 {login}" in desk.text
    granted = await guard.post(f"{path}/approval", headers=PAGE)
    release = granted.text.partition('data-test="release-code">')[2].partition("<")[0]
    awaited = f"生成启用链接 {login}"
    assert awaited in await administrator.page("/console")
    page = await administrator.post(f"{path}/invitation", headers=PAGE)
    assert awaited not in await administrator.page("/console")
    address = page.text.partition('data-test="invitation-address">')[2].partition("<")[0]
    opened = await cast.client.get(address, headers=PAGE)
    assert "刷新或重新打开本页会换一个密钥" in opened.text
    totp = opened.text.partition('data-test="totp-secret">')[2].partition("<")[0]
    step = int(cast.house.clock().timestamp()) // STEP
    given = {
        "totp": totp,
        "password": PASSWORD,
        "again": PASSWORD,
        "code": pyotp.TOTP(totp).generate_otp(step),
        "release": release.lower(),
    }
    # Who makes the invitation is not who can use it.
    check_problem(
        await cast.client.post(address, data={**given, "release": ""}, headers=SAME), 422, "invalid"
    )
    wrong = {**given, "again": "别的一句话 2026"}
    answer = await cast.client.post(address, data=wrong, headers={**SAME, **PAGE})
    assert (answer.status_code, "两次输入的密码不一致" in answer.text) == (422, True)
    assert totp in answer.text
    assert (await cast.client.post(address, data=given, headers=SAME)).status_code == 303
    check_problem(await cast.client.get(address), 404, "not_found")
    colleague = Colleague(cast, account, totp, step)
    assert (await colleague.sign_in()).status_code == 303
    assert "首次登录" in await colleague.page("/console")
    await colleague.close()


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", None), ("aaaaaaaaaaaaaaaa", None), ("{login}-and-more", None), (PASSWORD, "000000")],
    ids=["short", "alike", "login", "code"],
)
async def test_a_weak_password_or_a_wrong_code_sets_nothing_up(
    cast: Cast, password: str, code: str | None
) -> None:
    assert cast.house
    account, secret, release = await invited(cast.house, Role.BUTLER)
    totp = pyotp.random_base32()
    password = password.format(login=account.login)
    form = {"totp": totp, "password": password, "again": password, "release": release}
    form["code"] = code or pyotp.TOTP(totp).now()
    answer = await cast.client.post(f"/console/set-up/{secret}", data=form, headers=SAME)
    check_problem(answer, 422, "invalid")
    assert (await cast.client.get(f"/console/set-up/{secret}")).status_code == 200


async def test_faults_of_a_proposal_are_named_beside_what_was_typed(
    administrator: Colleague,
) -> None:
    form = {"login": "A", "name": "1", "roles": ["administrator", "butler"]}
    page = await administrator.post("/console/staff", form, headers=PAGE)
    assert page.status_code == 422
    for sentence in ("“登录名”应为", "“姓名”应为", "三员分立"):
        assert sentence in page.text
    problem = check_problem(await administrator.post("/console/staff", form), 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {"/login", "/name", "/roles"}
    taken = {"login": administrator.account.login, "name": "吴静", "roles": "butler"}
    check_problem(await administrator.post("/console/staff", taken), 409, "conflict")


async def test_maker_and_checker_are_two(cast: Cast) -> None:
    both = await hired(cast, Role.EDITOR)
    await both.close()
    administrator = await at_work(cast, Role.ADMINISTRATOR)
    form = {"login": "someone", "name": "吴静", "roles": ["editor", "reviewer"]}
    problem = check_problem(await administrator.post("/console/staff", form), 422, "invalid")
    assert "经办与复核" in problem.detail
    await administrator.close()


# -- signing in ----------------------------------------------------------------------------


async def test_what_is_wrong_is_never_told_apart(cast: Cast) -> None:
    colleague = await hired(cast, Role.BUTLER)
    answers = [
        await colleague.sign_in(login="nobody-here"),
        await colleague.sign_in(password="不是这一句 2026"),
        await colleague.sign_in(code="000000"),
    ]
    texts = {answer.text.replace(answer.headers["X-Trace-Id"], "") for answer in answers}
    assert len(texts) == 1
    assert {answer.status_code for answer in answers} == {401}
    assert "set-cookie" not in answers[0].headers
    await colleague.close()


async def test_a_code_is_good_once(cast: Cast) -> None:
    colleague = await hired(cast, Role.BUTLER)
    given = colleague.credentials()
    first = await colleague.client.post("/console/sign-in", data=given, headers=SAME)
    assert first.status_code == 303
    again = await colleague.client.post("/console/sign-in", data=given, headers=SAME)
    check_problem(again, 401, "staff_sign_in")
    await colleague.close()


async def test_who_guesses_is_locked_out_whoever_the_name_is(
    cast: Cast, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(installation.house.rates_table, "staff-login", (5, 900))  # type: ignore[arg-type]
    colleague, guessed = await hired(cast, Role.BUTLER), await hired(cast, Role.BUTLER)
    for login in (guessed.account.login, "nobody-at-all"):
        for _ in range(5):
            answer = await colleague.sign_in(login=login, password="不是这一句 2026")
            assert answer.status_code == 401
        locked = await colleague.client.post(
            "/console/sign-in", data=colleague.credentials(login=login), headers=SAME
        )
        check_problem(locked, 429, "too_many")
        assert 0 < int(locked.headers["Retry-After"]) <= 900
    elsewhere = {**SAME, "X-Forwarded-For": "203.0.113.9"}
    free = await guessed.client.post(
        "/console/sign-in", data=guessed.credentials(), headers=elsewhere
    )
    assert free.status_code == 303, "who guesses locks nobody out who is somewhere else"
    for one in (colleague, guessed):
        await one.close()


async def test_each_sign_in_is_a_session_of_its_own(cast: Cast) -> None:
    colleague = await hired(cast, Role.BUTLER)
    colleague.client.cookies.set("console", "chosen-by-somebody-else")
    await colleague.sign_in()
    first = colleague.client.cookies.get("console", domain="127.0.0.1")
    assert first != "chosen-by-somebody-else"
    await colleague.sign_in()
    assert colleague.client.cookies.get("console", domain="127.0.0.1") != first
    await colleague.close()


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    colleague = await hired(cast, Role.BUTLER)
    header = (await colleague.sign_in()).headers["set-cookie"]
    for wanted in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert wanted in header
    policy = (await colleague.get("/console")).headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    await colleague.close()


async def test_who_does_nothing_for_long_signs_in_again(cast: Cast, clock: Clock) -> None:
    colleague = await at_work(cast, Role.BUTLER)
    clock.ahead = timedelta(minutes=29)
    assert (await colleague.get("/console")).status_code == 200
    clock.ahead = timedelta(minutes=58)
    assert (await colleague.get("/console")).status_code == 200
    clock.ahead = timedelta(minutes=89)
    led = await colleague.get("/console/find?q=1")
    assert led.status_code == 303
    assert led.headers["Location"] == "/console/sign-in?then=%2Fconsole%2Ffind%3Fq%3D1"
    await colleague.close()


async def test_a_session_ends_after_ten_hours_however_busy(cast: Cast, clock: Clock) -> None:
    colleague = await at_work(cast, Role.BUTLER)
    for minutes in range(20, 600, 20):
        clock.ahead = timedelta(minutes=minutes)
        assert (await colleague.get("/console")).status_code == 200
    clock.ahead = timedelta(minutes=601)
    assert (await colleague.get("/console")).status_code == 303
    await colleague.close()


async def test_signing_out_ends_it(cast: Cast) -> None:
    colleague = await at_work(cast, Role.BUTLER)
    cookie = dict(colleague.client.cookies)
    assert (await colleague.post("/console/sign-out")).status_code == 303
    colleague.client.cookies.update(cookie)
    assert (await colleague.get("/console")).status_code == 303
    await colleague.close()


async def test_who_is_suspended_is_out_at_once_and_comes_back_anew(
    administrator: Colleague, guard: Colleague, cast: Cast
) -> None:
    colleague = await at_work(cast, Role.BUTLER)
    path = f"/console/staff/{colleague.account.id}"
    assert (await guard.post(f"{path}/suspension")).status_code == 303
    assert (await colleague.get("/console")).status_code == 303
    assert (await colleague.sign_in()).status_code == 401
    check_problem(await guard.post(f"{path}/suspension"), 409, "conflict")
    own = f"/console/staff/{guard.account.id}/suspension"
    check_problem(await guard.post(own), 409, "conflict")
    assert (await administrator.post(f"{path}/return")).status_code == 303
    check_problem(await administrator.post(f"{path}/invitation"), 409, "conflict")
    assert (await guard.post(f"{path}/approval")).status_code == 200
    assert (await administrator.post(f"{path}/invitation")).status_code == 200
    await colleague.close()


@pytest.mark.parametrize(
    "then",
    ["https://evil.example/", "//evil.example", "/console//evil", "/v1/me", "/console\\evil", "x"],
)
async def test_nobody_is_led_away_by_signing_in(cast: Cast, then: str) -> None:
    colleague = await hired(cast, Role.BUTLER)
    assert (await colleague.sign_in(then=then)).headers["Location"] == "/console"
    await colleague.close()


# -- what is seen --------------------------------------------------------------------------


async def test_what_a_role_may_not_do_it_does_not_see(
    administrator: Colleague, guard: Colleague, cast: Cast
) -> None:
    office = await at_work(cast, Role.OFFICE)
    page = await office.page("/console")
    assert "/console/services" in page
    assert "/console/staff" not in page
    for colleague, seen, unseen in (
        (administrator, "propose", "approve"),
        (guard, "suspend", "propose"),
    ):
        page = await colleague.page("/console/staff")
        assert f'data-test="{seen}"' in page
        assert f'data-test="{unseen}"' not in page
    await office.close()


async def test_a_service_closed_here_is_closed_for_everybody(cast: Cast) -> None:
    office = await at_work(cast, Role.OFFICE)
    sentence = "系统升级，今晚 10 点恢复。"
    path = "/console/services/promises"
    bad = await office.post(path, {"sentence": "一\n二"}, headers=PAGE)
    assert (bad.status_code, "不含换行" in bad.text) == (422, True)
    assert (await office.post(path, {"sentence": sentence})).status_code == 303
    said = (await cast.client.get("/v1/start")).json()["services"]
    assert next(one for one in said if one["code"] == "promises")["sentence"] == sentence
    assert (await office.post(path, {"sentence": ""})).status_code == 303
    check_problem(
        await office.post("/console/services/nothing", {"sentence": "好"}), 422, "invalid"
    )
    await office.close()


async def test_anything_is_found_by_its_number(cast: Cast) -> None:
    owner = await cast.owner()
    report = await owner.report()
    office = await at_work(cast, Role.OFFICE)
    page = await office.get("/console/find", params={"q": f" {report['number'].lower()} "})
    assert "信用报告" in page.text
    assert owner.persona["enterprise"]["name"] not in page.text
    assert 'data-test="none"' in await office.page("/console/find?q=没有")
    await office.close()
