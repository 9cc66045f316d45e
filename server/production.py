"""Production is not development: what a server for real people is not started with."""

from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from pydantic import HttpUrl, SecretStr

from adapters.documents.keys import KeyFiles, says_development
from content.catalogue import FOLDER, Content
from server.development import GRID, IDENTITY, PLATFORM, SMS, WECHAT
from server.settings import Settings, variable

OUTSIDE = ("wechat_url", "platform_url", "identity_url", "timestamp_url", "grid_url", "sms_url")


class NotProduction(Exception):
    """Keys, addresses or content of development; the sentence names all of them."""


def check(settings: Settings, content: Content) -> None:
    """Let nothing of development serve real people.

    Raises:
        NotProduction: naming every offence at once.
    """
    offences = [
        *_addresses(settings),
        *_published(settings),
        *_keys(KeyFiles.in_folder(settings.keys)),
        *_content(settings.content_folder or FOLDER, content),
    ]
    if offences:
        lines = "\n".join(f"- {offence}" for offence in offences)
        raise NotProduction(
            f"`serve` is for production, and this is development:\n{lines}\n"
            "Replace all of it. To try things out, run `credit-yuexiu dev`."
        )


def _addresses(settings: Settings) -> Iterator[str]:
    if settings.public_url.scheme != "https":
        yield f"{variable('public_url')}: {settings.public_url} is not https"
    for name in OUTSIDE:
        url: HttpUrl | None = getattr(settings, name)
        if url is not None and _is_this_machine(url.host or ""):
            yield f"{variable(name)}: {url.host} is this machine, so a stand-in answers there"


def _is_this_machine(host: str) -> bool:
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified


def _published(settings: Settings) -> Iterator[str]:
    if settings.wechat_appid == WECHAT["appid"]:
        yield f"{variable('wechat_appid')}: the published one of the stand-ins"
    published = {
        "wechat_secret": WECHAT["secret"],
        "wechat_push_token": WECHAT["push_token"],
        "wechat_push_aes_key": WECHAT["push_aes_key"],
        "platform_secret": PLATFORM["secret"],
        "identity_secret": IDENTITY["secret"],
        "grid_secret": GRID["secret"],
        "grid_callback_secret": GRID["callback_secret"],
        "sms_secret": SMS["secret"],
    }
    for name, secret in published.items():
        given: SecretStr | None = getattr(settings, name)
        if given is not None and given.get_secret_value() == secret:
            yield f"{variable(name)}: the published one of the stand-ins"


def _keys(files: KeyFiles) -> Iterator[str]:
    for path in says_development(files):
        yield f"{variable('keys_folder')}: {path} says that it is for development"


def _content(folder: Path, content: Content) -> Iterator[str]:
    for file in content.samples:
        yield f"{variable('content_folder')}: {folder / file} is labelled sample"
