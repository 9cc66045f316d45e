"""Production is not development: each thing of development stops the start, all are named."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from adapters.documents.keys import KeyFiles
from adapters.keys import make_keys
from content.catalogue import FOLDER
from server import development, wiring
from server.production import NotProduction
from server.settings import Settings, SettingsError, load
from tests.served import ROOT, environment, free_port, ready_report, served

GOOD = {
    "public_url": "https://credit.example",
    "wechat_appid": "wxfedcba9876543210",
    "wechat_secret": "a secret of the district's own",
    "platform_url": "https://platform.example",
    "platform_app_id": "yuexiu",
    "platform_secret": "another",
    "identity_url": "https://identity.example",
    "identity_app_id": "yuexiu",
    "identity_secret": "a third",
}
PUSH = {"wechat_push_token": "Token1", "wechat_push_aes_key": "A" * 43}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and content of a district that is serious."""
    folder = tmp_path_factory.mktemp("production")
    make_keys(folder / "keys")
    make_district_keys(KeyFiles.in_folder(folder / "keys"))
    shutil.copytree(FOLDER, folder / "content")
    for file in (folder / "content").rglob("*.toml"):
        file.write_text(file.read_text("utf-8").replace("sample = true\n", ""), "utf-8")
    return folder


def make_district_keys(files: KeyFiles) -> None:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = named("越秀区根证书"), named("越秀区报告签章")
    for path, subject, public in (
        (files.root_certificate, root_name, root_key),
        (files.certificate, name, key),
    ):
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=subject is root_name, path_length=None), True)
            .sign(root_key, hashes.SHA256())
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.private_key.write_bytes(pem(key))
    files.qr_key.write_bytes(pem(Ed25519PrivateKey.generate()))


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def settings(place: Path, **given: object) -> Settings:
    folders = {"keys_folder": place / "keys", "content_folder": place / "content"}
    return load(**{**GOOD, **folders, "data_folder": place, **given})


def offences(wanted: Settings) -> list[str]:
    with pytest.raises(NotProduction) as refused:
        wiring.content_of(wanted)
    return [line[2:] for line in str(refused.value).splitlines() if line.startswith("- ")]


def test_what_a_serious_district_brings_is_let_in(place: Path) -> None:
    assert not wiring.content_of(settings(place)).wording.sample


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "http://credit.example"),
        ("wechat_url", "http://127.0.0.1:8081/wechat"),
        ("platform_url", "https://127.8.9.10/platform"),
        ("platform_url", "http://2130706433/"),
        ("platform_url", "http://0x7f.1/"),
        ("identity_url", "https://localhost:8081"),
        ("identity_url", "https://LocalHost."),
        ("identity_url", "https://agency.localhost"),
        ("identity_url", "http://[::1]:8081"),
        ("identity_url", "http://[::ffff:127.0.0.1]"),
        ("identity_url", "http://0.0.0.0"),
        ("wechat_appid", development.WECHAT["appid"]),
        ("wechat_secret", development.WECHAT["secret"]),
        ("platform_secret", development.PLATFORM["secret"]),
        ("identity_secret", development.IDENTITY["secret"]),
        ("grid_secret", development.GRID["secret"]),
        ("grid_callback_secret", development.GRID["callback_secret"]),
        ("sms_secret", development.SMS["secret"]),
    ],
)
def test_a_setting_of_development_is_named(place: Path, name: str, value: str) -> None:
    [offence] = offences(settings(place, **{name: value}))
    assert offence.startswith(f"CREDIT_{name.upper()}: ")
    assert "secret" not in offence.partition(":")[2]


def test_published_credentials_of_the_push_are_named(place: Path) -> None:
    published = {name: development.WECHAT[name.removeprefix("wechat_")] for name in PUSH}
    told = [offence.partition(":")[0] for offence in offences(settings(place, **published))]
    assert told == [f"CREDIT_{name.upper()}" for name in PUSH]
    assert not wiring.content_of(settings(place, **PUSH)).wording.sample


def test_a_time_stamp_authority_on_this_machine_is_named(place: Path) -> None:
    root = place / "keys" / "root.crt.pem"
    given = {"timestamp_url": "http://127.0.0.1:8081/timestamps", "timestamp_root_file": root}
    [offence] = offences(settings(place, **given))
    assert offence.startswith("CREDIT_TIMESTAMP_URL: ")


def test_an_authority_without_its_roots_is_refused(place: Path) -> None:
    with pytest.raises(SettingsError, match="CREDIT_TIMESTAMP_ROOT_FILE"):
        settings(place, timestamp_url="https://tsa.example")


def test_content_labelled_sample_is_named(place: Path) -> None:
    named = offences(settings(place, content_folder=None))
    assert [Path(offence.split()[1]).name for offence in named] == [
        "district.toml",
        "no_violation.toml",
        "objections.toml",
        "personal_data.toml",
        "legal_hold.toml",
        "messages.toml",
        "promises.toml",
        "electricity.toml",
        "usage_records.toml",
        "counter.toml",
        "service_items.toml",
        "canned_replies.toml",
        "butlers.toml",
        "places.toml",
        "alerts.toml",
        "sms.toml",
        "judging.toml",
        "credit-finance.toml",
        "credit-promise.toml",
        "credit-repair.toml",
        "tax-basics.toml",
    ]


FILES = ("root.crt.pem", "signing.crt.pem", "signing.key.pem", "qr.key.pem")


@pytest.mark.parametrize("name", FILES)
def test_a_single_key_file_of_development_is_named(place: Path, tmp_path: Path, name: str) -> None:
    development.prepare_keys(tmp_path / "development")
    shutil.copytree(place / "keys", tmp_path / "keys")
    shutil.copy(tmp_path / "development" / name, tmp_path / "keys" / name)
    [offence] = offences(settings(place, keys_folder=tmp_path / "keys"))
    assert str(tmp_path / "keys" / name) in offence


@pytest.fixture
def refusing(tmp_path: Path) -> Settings:
    """Everything as `dev` has it, but not said so."""
    development.prepare_keys(tmp_path / "keys")
    return development.settings(
        sandbox="http://127.0.0.1:1",
        public_url="http://127.0.0.1",
        data_folder=tmp_path,
        mongo_uri="mongodb://127.0.0.1:1",
        development=False,
    )


def serve(wanted: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "server", "serve"],
        cwd=ROOT,
        env={**os.environ, **environment(wanted)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(wanted: Settings) -> Iterator[str]:
    """``serve`` for as long as the context lasts; its address."""
    server = serve(wanted)
    assert server.stdout
    try:
        assert server.stdout.readline().startswith("listening")
        yield f"http://127.0.0.1:{wanted.port}"
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_serve_refuses_all_of_development_in_one_message(refusing: Settings) -> None:
    with serve(refusing) as server:
        _, said = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "Traceback" not in said
    for variable in (
        *("PUBLIC_URL", "WECHAT_URL", "PLATFORM_URL", "IDENTITY_URL", "WECHAT_APPID"),
        *("WECHAT_SECRET", "PLATFORM_SECRET", "IDENTITY_SECRET", "CONTENT_FOLDER"),
    ):
        assert f"- CREDIT_{variable}: " in said
    for name in FILES:
        assert name in said
    assert "credit-yuexiu dev" in said
    assert development.WECHAT["secret"] not in said


def test_serve_starts_for_a_serious_district(place: Path, mongo_uri: str) -> None:
    with serving(settings(place, mongo_uri=mongo_uri, database="serious", port=free_port())) as api:
        assert httpx.get(f"{api}/v1/start").json()["sample"] is False
        assert not [
            warning
            for warning in httpx.get(f"{api}/readyz").json()["warnings"]
            if "development" in warning
        ]
        assert "样例环境" not in httpx.get(f"{api}/v/").text


def test_development_is_let_in_only_when_it_says_so_everywhere(tmp_path: Path, place: Path) -> None:
    """Even with content that carries no mark of its own."""
    with served(tmp_path, content_folder=place / "content") as here:
        [warning, *_] = httpx.get(f"{here.api}/readyz").json()["warnings"]
        assert "this is development" in warning
        assert httpx.get(f"{here.api}/v1/start").json()["sample"] is True
        assert "样例环境" in httpx.get(f"{here.api}/v/").text
        _, _, content = ready_report(here)
        assert json.loads(content)["sample"] is True
