"""Starting and stopping: a refused start is one clear sentence, a stop is clean."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from server import development
from tests.forked import Program, run_forked
from tests.served import environment, free_port, run_command, run_program, served

OUTSIDE = "http://127.0.0.1:1"


def start(folder: Path, **given: object) -> subprocess.CompletedProcess[str]:
    """``credit-yuexiu serve`` with settings of which something is wrong."""
    settings = development.settings(
        sandbox=OUTSIDE, public_url="http://127.0.0.1", data_folder=folder, **given
    )
    return run_forked("serve", env=environment(settings))


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What the operator is told; never a trace."""
    assert done.returncode == 1, done.stderr
    assert "The start is refused" in done.stderr
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


def test_without_keys_the_start_is_refused(tmp_path: Path) -> None:
    assert "master.key" in refused(start(tmp_path))


def test_a_port_in_use_is_named(tmp_path: Path, mongo_uri: str) -> None:
    development.prepare_keys(tmp_path / "keys")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(start(tmp_path, port=port, mongo_uri=mongo_uri, database="taken_port"))
    assert f"127.0.0.1:{port}" in said


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    development.prepare_keys(tmp_path / "keys")
    said = refused(start(tmp_path, mongo_uri=f"mongodb://127.0.0.1:{free_port()}"))
    assert "CREDIT_MONGO_URI" in said


def test_another_master_key_is_refused_before_anything_is_written(
    tmp_path: Path, mongo_uri: str
) -> None:
    development.prepare_keys(tmp_path / "one")
    development.prepare_keys(tmp_path / "other")
    common = {"mongo_uri": mongo_uri, "database": "two_keys", "port": free_port()}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(str(common["port"]))))
        taken.listen()
        refused(start(tmp_path, keys_folder=tmp_path / "one", **common))
    said = refused(start(tmp_path, keys_folder=tmp_path / "other", **common))
    assert "master.key does not open this database" in said


def test_content_that_is_wrong_is_refused_by_name(tmp_path: Path) -> None:
    development.prepare_keys(tmp_path / "keys")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "district.toml").write_text("issuer = 7\n")
    said = refused(
        start(tmp_path, content_folder=tmp_path / "content", mongo_uri="mongodb://127.0.0.1:1")
    )
    assert "district.toml" in said


def test_a_stopped_server_leaves_no_process_and_starts_again(tmp_path: Path) -> None:
    for _ in range(2):
        with served(tmp_path) as place:
            assert httpx.get(f"{place.api}/readyz").json()["status"] == "ready"
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{place.api}/healthz")


def test_help_names_every_command_and_says_where_to_begin() -> None:
    said = run_program("--help").stdout
    for command in ("serve", "dev", "routes", "indexes", "openapi", "verify", "keys"):
        assert command in said
    assert "credit-yuexiu dev" in said


def test_verify_refuses_what_is_not_ours(tmp_path: Path) -> None:
    development.prepare_keys(tmp_path)
    file = tmp_path / "paper.pdf"
    file.write_bytes(b"%PDF-1.7")
    done = run_command("verify", str(file), "--root", str(tmp_path / "root.crt.pem"))
    assert done.returncode == 1
    assert '"authentic": false' in done.stdout
    for content in (b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA==\n"):
        file.write_bytes(content)
        done = run_command("verify", str(file), "--root", str(file))
        assert (done.returncode, done.stdout) == (1, "")
        assert "holds no certificate" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_server_whose_embedded_database_is_killed_ends_and_can_be_started_again(
    tmp_path: Path,
) -> None:
    development.prepare_keys(tmp_path / "keys")
    settings = development.settings(
        sandbox=OUTSIDE, public_url="http://127.0.0.1", data_folder=tmp_path, port=free_port()
    )
    env = {**os.environ, **environment(settings)}
    server = Program("serve", env=env, heard=True)
    server.listening()
    lock = tmp_path / "mongo" / "db" / "mongod.lock"
    os.kill(int(lock.read_text()), signal.SIGKILL)
    assert server.wait(60) == 1
    said = server.complained()
    server.close()
    assert "the embedded mongod has ended" in " ".join(said.split())
    again = Program("serve", env=env, heard=True)
    again.listening()
    again.terminate()
    assert again.wait(60) == 0
    again.close()
