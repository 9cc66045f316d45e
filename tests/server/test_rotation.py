"""Keys are changed under a running server: nobody is signed out, nothing stops verifying."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from pymongo import MongoClient

from adapters.keys import MASTER, NEXT, PREVIOUS, SIZES, make_keys
from adapters.mongo.encryption import KEY_NAMES
from adapters.mongo.masters import local_name
from adapters.token_keys import FILE
from server.settings import RATES
from tests.cast import Cast, Person
from tests.forked import run_forked
from tests.paper import print_report
from tests.proof import Proof
from tests.served import Served, run_command, served

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
# By itself, libmongocrypt forgets a field key after a minute and asks for it again.
REMEMBERED = 70 if FULL else 0
PAUSE = 0.1  # between two questions whether it is so already
UNREACHABLE = json.dumps(
    {
        "provider": {"accessKeyId": "id", "secretAccessKey": "secret"},
        "master_key": {"region": "x", "key": "arn:aws:kms:x", "endpoint": "127.0.0.1:1"},
    }
)
REPORTS = "/v1/credit-reports"
Wait = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("place")
    with served(folder, rates=dict.fromkeys(RATES, "1000000/60")) as place:
        yield place


@pytest.fixture
def wait() -> Iterator[Wait]:
    """Until something is done. A command has a loop of its own, so none runs between."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def alice(place: Served, wait: Wait) -> Iterator[Person]:
    cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
    yield wait(cast.owner())
    wait(cast.close())


def command(folder: Path, *words: str) -> str:
    done = run_command(*words, env={"CREDIT_DATA_FOLDER": str(folder)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def let_a_minute_pass(folder: Path) -> None:
    """The newest generation signs from now on."""
    file = folder / "keys" / FILE
    written = json.loads(file.read_text())
    for one in written["generations"]:
        one["from"] = one["from"].replace("202", "201", 1)
    file.write_text(json.dumps(written))


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def renewed(person: Person) -> dict[str, Any]:
    body = {"refresh_token": person.tokens["refresh_token"]}
    answer = await person.cast.client.post("/v1/sessions/refresh", json=body)
    tokens: dict[str, Any] = answer.raise_for_status().json()
    return tokens


async def signed_by(alice: Person, wanted: str) -> None:
    """Renew until the server has followed, which it does within ten seconds."""
    async with asyncio.timeout(15):
        while kid(alice.tokens["access_token"]) != wanted:
            await asyncio.sleep(PAUSE)
            alice.tokens = await renewed(alice)


async def refused(alice: Person) -> None:
    """Ask until it is."""
    async with asyncio.timeout(15):
        while True:
            if (await alice.get("/v1/me")).status_code == 401:
                return
            await asyncio.sleep(PAUSE)


def test_token_keys_are_rotated_under_a_running_server_and_nobody_notices(
    place: Served, alice: Person, wait: Wait
) -> None:
    paper = wait(print_report(alice))
    body = {"subject_id": alice.subject_id, "purpose": "bidding"}
    first = wait(alice.post(REPORTS, body, key="before-rotation"))
    old = dict(alice.tokens)
    told = command(place.folder, "rotate-tokens")
    let_a_minute_pass(place.folder)
    new = told.split()[1]
    assert kid(old["access_token"]) != new
    wait(signed_by(alice, new))
    device = Person(alice.cast, alice.persona)
    device.tokens = old
    for one in (alice, device):
        assert wait(one.get("/v1/me")).status_code == 200
    assert wait(alice.post(REPORTS, body, key="before-rotation")).content == first.content
    typed = {"number": paper.report["number"], "check_code": paper.check_code}
    answer = wait(alice.cast.client.post("/v1/verification", json=typed))
    assert answer.json()["status"] == "valid"
    with MongoClient[dict[str, Any]](place.mongo_uri) as client:
        events = client["credit_yuexiu"]["audit_events"]
        [event] = events.find({"action": "keys.tokens_rotated", "object_id": new})
    assert event["actor"] == "operator"


def test_after_a_leak_earlier_token_keys_are_forgotten_and_everybody_signs_in_again(
    place: Served, alice: Person, wait: Wait
) -> None:
    command(place.folder, "rotate-tokens", "--forget")
    wait(refused(alice))
    wait(alice.sign_in())
    assert wait(alice.get("/v1/me")).status_code == 200


def killed_after(steps: int, folder: Path, new: Path) -> None:
    """Wrap anew, and die after so many of its steps."""
    env = {"CREDIT_DATA_FOLDER": str(folder), "MORTAL_AFTER_STEPS": str(steps)}
    done = run_forked("rewrap-keys", "--new-master", str(new), env=env)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_field_keys_are_wrapped_anew_under_a_running_server_whenever_it_is_killed(
    place: Served, alice: Person, wait: Wait, tmp_path: Path, proof: Proof
) -> None:
    """After each kill the running server goes on, and whoever comes anew opens the database."""
    keys, new = place.folder / "keys", tmp_path / "new" / MASTER
    make_keys(new.parent)
    before = (keys / MASTER).read_bytes()
    # Killed when it is staged, after each field key, when all is verified, and when the key
    # of before is put away: what was done stays, and each run goes on from there. Three of these
    # moments do for every day.
    whole = [1, *(1 for _ in KEY_NAMES), 1, 2]
    kills = whole if FULL else [1, len(KEY_NAMES), 2]
    me = wait(alice.get("/v1/me")).content
    for steps in kills:
        killed_after(steps, place.folder, new)
        assert wait(alice.get("/v1/me")).content == me
        wait(alice.consent("privacy"))
        command(place.folder, "indexes")
    command(place.folder, "rewrap-keys", "--new-master", str(new))
    with MongoClient[dict[str, Any]](place.mongo_uri) as client:
        vault = client["credit_yuexiu"]["key_vault"]
        wrapped = {row["masterKey"]["provider"] for row in vault.find()}
        assert wrapped == {local_name(new.read_bytes())}
        events = client["credit_yuexiu"]["audit_events"]
        assert events.count_documents({"action": "keys.rewrapped"}) >= 1
    end = time.monotonic() + REMEMBERED
    while True:
        purpose = "bidding" if time.monotonic() < end else "bank-loan"
        report = wait(alice.report(purpose))
        assert wait(alice.content(report["id"]))["number"] == report["number"]
        if time.monotonic() >= end:
            break
    assert wait(alice.get("/v1/me")).content == me
    assert (keys / MASTER).read_bytes() == new.read_bytes()
    assert (keys / PREVIOUS).read_bytes() == before
    assert not (keys / NEXT).exists()
    command(place.folder, "indexes")
    (keys / MASTER).write_bytes(before)
    refused = run_command("indexes", env={"CREDIT_DATA_FOLDER": str(place.folder)})
    (keys / MASTER).write_bytes(new.read_bytes())
    assert refused.returncode == 1
    assert "master.key does not open this database" in " ".join(refused.stderr.split())
    proof("kills of a re-wrapping of field keys", len(kills), "opened and ended after each")


def test_a_new_master_key_that_is_none_or_not_the_one_begun_with_is_refused(
    tmp_path: Path,
) -> None:
    make_keys(tmp_path / "keys")
    env = {"CREDIT_DATA_FOLDER": str(tmp_path)}
    new = tmp_path / "new.key"
    new.write_bytes(b"hunter2")
    short = run_command("rewrap-keys", "--new-master", str(new), env=env)
    assert short.returncode == 1
    assert "7 bytes instead of 96" in short.stderr
    (tmp_path / "keys" / NEXT).write_bytes(b"1" * SIZES[MASTER])
    new.write_bytes(b"2" * SIZES[MASTER])
    other = run_command("rewrap-keys", "--new-master", str(new), env=env)
    assert other.returncode == 1
    assert "has not ended" in " ".join(other.stderr.split())
    assert "Traceback" not in short.stderr + other.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (None, "CREDIT_KMS_OPTIONS_FILE"),
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ('{"provider": 7}', "is not an object"),
        ('{"provider": {}, "colour": {}}', "is not an object"),
        ('{"provider": {"endpoint": 7}}', "aws"),
        (UNREACHABLE, "the key service (aws) does not open this database"),
    ],
)
def test_a_key_service_without_its_options_stops_the_start(
    tmp_path: Path, mongo_uri: str, options: str | None, said: str
) -> None:
    make_keys(tmp_path / "keys")
    env = {
        "CREDIT_DATA_FOLDER": str(tmp_path),
        "CREDIT_MONGO_URI": mongo_uri,
        "CREDIT_DATABASE": "key_service",
        "CREDIT_KMS_PROVIDER": "aws",
    }
    if options is not None:
        (tmp_path / "kms.json").write_text(options)
        env["CREDIT_KMS_OPTIONS_FILE"] = str(tmp_path / "kms.json")
    refused = run_command("indexes", env=env)
    assert refused.returncode == 1
    assert "The start is refused" in refused.stderr
    assert said in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr
