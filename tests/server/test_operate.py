"""An operator's commands: over database and keys alone, beside a running server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from adapters.mongo.migrations import VERSION
from adapters.mongo.outbox import NEVER
from server import development
from server.draw import now
from server.settings import variable
from tests.served import Served, run_command, served

SENTENCE = "系统升级，预计 18:00 恢复。"
# Within which a running server follows, as the README says.
PROMISED = timedelta(seconds=10)


def environment(**given: object) -> dict[str, str]:
    return {variable(name): str(value) for name, value in given.items()}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("place"), moving=True) as place:
        yield place


def test_indexes_needs_the_database_and_the_keys_and_nothing_else(
    tmp_path: Path, mongo_uri: str
) -> None:
    development.prepare_keys(tmp_path)
    for _ in range(2):
        done = run_command(
            "indexes",
            env=environment(mongo_uri=mongo_uri, database="indexes_only", keys_folder=tmp_path),
        )
        assert done.returncode == 0, done.stderr
        assert f"schema version {VERSION}" in done.stdout
        assert "not declared" not in done.stdout


def test_without_keys_an_operators_command_is_refused(tmp_path: Path, mongo_uri: str) -> None:
    done = run_command(
        "service", "list", env=environment(mongo_uri=mongo_uri, data_folder=tmp_path)
    )
    assert done.returncode == 1
    assert "master.key" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_is_closed_and_opened_beside_a_running_server(place: Served) -> None:
    env = environment(data_folder=place.folder)
    assert closed(place.api) == {}
    done = run_command("service", "close", "identity", SENTENCE, env=env)
    assert done.returncode == 0, done.stderr
    place.later(PROMISED)
    assert closed(place.api) == {"identity": SENTENCE}
    listed = run_command("service", "list", env=env).stdout
    assert SENTENCE in listed
    assert listed.count("closed") == 1
    assert run_command("service", "open", "identity", env=env).returncode == 0
    place.later(2 * PROMISED)
    assert closed(place.api) == {}
    for words in (("close", "lottery", SENTENCE), ("close", "shares", ""), ("open", "lottery")):
        refused = run_command("service", *words, env=env)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
    assert closed(place.api) == {}


def test_a_reviewer_is_let_in_listed_and_ended(tmp_path: Path, mongo_uri: str) -> None:
    development.prepare_keys(tmp_path)
    openid = "oReviewer-0000000000000000ab"
    env = environment(
        mongo_uri=mongo_uri, database="reviewers", keys_folder=tmp_path, wechat_appid="wx1"
    )
    added = run_command("reviewer", "add", openid, "--days", "7", env=env)
    assert added.returncode == 0, added.stderr
    assert "样例张三" in added.stdout
    assert "oRev…ab" in run_command("reviewer", "list", env=env).stdout
    assert run_command("reviewer", "end", openid, env=env).returncode == 0
    listed = run_command("reviewer", "list", env=env).stdout
    assert "over" in listed
    assert openid not in added.stdout + listed
    for words in (
        ("add", "o short"),
        ("end", openid),
        ("add", openid, "--days", "31"),
        ("add", openid, "--days", "0"),
    ):
        refused = run_command("reviewer", *words, env=env)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


def test_stuck_work_is_listed_shown_and_run_again_beside_a_running_server(place: Served) -> None:
    env = environment(data_folder=place.folder)
    with MongoClient[dict[str, Any]](place.mongo_uri) as client:
        # Of a topic that no worker knows, so that it stays.
        row = {"_id": "message-1", "v": 1, "topic": "parcel", "object_id": "parcel-1"}
        aside = {"next_at": NEVER, "stuck_at": now(), "error": "ZeroDivisionError"}
        counts = {"attempts": 20, "failures": 20, "fence": 20, "commits": 0}
        outbox = client["credit_yuexiu"]["outbox"]
        outbox.insert_one({**row, **aside, **counts, "trace_id": "trace-1"})
        listed = run_command("jobs", "list", "--stuck", env=env).stdout
        assert "message-1" in listed
        assert "ZeroDivisionError" in listed
        shown = run_command("jobs", "show", "message-1", env=env).stdout
        for word in ("parcel-1", "trace-1", "stuck"):
            assert word in shown
        done = run_command("jobs", "again", "--stuck", env=env)
        assert done.returncode == 0, done.stderr
        assert "1 to be worked on now" in done.stdout
        left = outbox.find_one({"_id": "message-1"})
        assert left
        assert left["next_at"] < NEVER.replace(tzinfo=None)
        assert left["failures"] == 0
        assert "stuck_at" not in left
        events = client["credit_yuexiu"]["audit_events"]
        [event] = events.find({"action": "job.again"})
        assert (event["actor"], event["object_id"]) == ("operator", "message-1")
        assert "message-1" not in run_command("jobs", "list", "--stuck", env=env).stdout
    for words in (("show", "nothing"), ("again",), ("again", "nothing"), ("again", "x", "--stuck")):
        refused = run_command("jobs", *words, env=env)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


def test_the_version_is_told(pytestconfig: pytest.Config) -> None:
    project = (pytestconfig.rootpath / "pyproject.toml").read_text("utf-8")
    done = run_command("--version")
    assert f'version = "{done.stdout.strip()}"' in project


def closed(api: str) -> dict[str, str]:
    services = httpx.get(f"{api}/v1/start", trust_env=False).json()["services"]
    return {one["code"]: one["sentence"] for one in services if not one["open"]}
