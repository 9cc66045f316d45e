"""The development command's surroundings: keys of its own and the stand-ins of ``sandbox/``."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.documents.keys import make_development_keys
from adapters.keys import make_keys
from server.settings import Settings, load

ROOT = Path(__file__).parent.parent

# Public constants of the stand-ins; no real system knows them.
WECHAT = {
    "appid": "wx0123456789abcdef",
    "secret": "sandbox-wechat-secret",
    "push_token": "SandboxPushToken",
    "push_aes_key": "SandboxPushKeyOfCreditYuexiuForDevelopment1",
}
PLATFORM = {"app_id": "credit-yuexiu", "secret": "sandbox-platform-secret"}
IDENTITY = {"app_id": "credit-yuexiu", "secret": "sandbox-identity-secret"}
GRID = {
    "app_id": "credit-yuexiu",
    "secret": "sandbox-grid-secret",
    "callback_secret": "sandbox-grid-callback-secret",
}
SMS = {"app_id": "credit-yuexiu", "secret": "sandbox-sms-secret"}


class NoSandbox(Exception):
    """The stand-ins are not there or did not start."""


def settings(*, sandbox: str, **given: object) -> Settings:
    """Settings of a development server beside a sandbox at this address."""
    return load(
        **{
            "wechat_url": f"{sandbox}/wechat",
            "platform_url": f"{sandbox}/platform",
            "identity_url": f"{sandbox}/identity",
            **{f"wechat_{name}": value for name, value in WECHAT.items()},
            **{f"platform_{name}": value for name, value in PLATFORM.items()},
            **{f"identity_{name}": value for name, value in IDENTITY.items()},
            "trusted_proxies": ["127.0.0.1"],
            "development": True,
            **given,
        }
    )


def timestamps(sandbox: str, folder: Path) -> dict[str, object]:
    """The stand-in's settings; its root, new at each start, is added to those of before."""
    address = f"{sandbox}/sandbox/timestamps/root.pem"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own stand-in
        root = answer.read()
    path = folder / "timestamp-roots.pem"
    known = path.read_bytes() if path.exists() else b""
    if root not in known:
        path.write_bytes(known + root)
    return {"timestamp_url": f"{sandbox}/timestamps/", "timestamp_root_file": path}


def grid(sandbox: str) -> dict[str, object]:
    """The stand-in's settings: with them, applications go to the power company's system."""
    return {"grid_url": f"{sandbox}/grid", **{f"grid_{name}": text for name, text in GRID.items()}}


def sms(sandbox: str) -> dict[str, object]:
    """The stand-in's settings: with them, staff get SMS."""
    return {"sms_url": f"{sandbox}/sms", **{f"sms_{name}": text for name, text in SMS.items()}}


def prepare_keys(folder: Path) -> None:
    """Make what keys are missing; the signing certificate says that it is for development."""
    make_keys(folder)
    make_development_keys(folder)


@contextmanager
def sandbox(*, port: int, api: str, grid_runs: bool = False) -> Iterator[str]:
    """The stand-ins, for as long as the context lasts; they end with this process in any case."""
    if not (ROOT / "sandbox").is_dir():
        raise NoSandbox("sandbox/ is not part of an installed package: run this in a checkout")
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--api", api]
    command += ["--grid-runs"] if grid_runs else []
    process = subprocess.Popen(  # noqa: S603 - our own module by our own interpreter
        [*command, "--push-events", "--check-images", "--until-stdin-closes"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise NoSandbox("the stand-ins have no pipes")
    try:
        line = process.stdout.readline()
        if not line:
            raise NoSandbox(
                f"the stand-ins did not start; is port {port} in use? Choose another: --phone-port"
            )
        yield json.loads(line)["url"]
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
