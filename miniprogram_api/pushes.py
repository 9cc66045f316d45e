"""Secure mode: what WeChat pushes is checked, decrypted and read, or refused in one way.

Ciphers and signatures are wechatpy's, every check of length, padding, owner and time is ours:
wechatpy compares in variable time, takes any padding, and fails in five different ways.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.utils import WeChatSigner

from domain.push_inbox import OLDEST, WINDOW, Push, PushRefused
from miniprogram_api.push_bodies import Unreadable, read_body
from miniprogram_api.push_events import created_at, read_push

BLOCK = 32  # of WeChat's padding; the cipher's own blocks have 16 bytes
RANDOM = 16
SIZE = 4

QUERY = {
    "timestamp": re.compile("[0-9]{10}"),
    "nonce": re.compile("[!-~]{1,64}"),
    "signature": re.compile("[0-9a-f]{40}"),
    "msg_signature": re.compile("[0-9a-f]{40}"),
    "echostr": re.compile("[!-~]{1,256}"),
}


class SecurePushes:
    """Opens what is pushed to one mini program."""

    def __init__(self, *, appid: str, token: str, aes_key: str) -> None:
        self._appid = appid.encode()
        self._token = token
        self._key = base64.b64decode(f"{aes_key}=")

    def echo(self, query: Mapping[str, str], *, now: datetime) -> str:
        """The echo of a check of the address; raises PushRefused."""
        self._check_signature(query, "signature")
        _check_window(query, now)
        return _given(query, "echostr")

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Push:
        """The push inside; raises PushRefused, and nothing else."""
        try:
            sealed = read_body(body).get("Encrypt")
            # ``signature`` does not cover the body, and what is not encrypted has no other.
            if query.get("encrypt_type") != "aes" or sealed is None:
                raise PushRefused("plain")
            if not isinstance(sealed, str) or not sealed.isascii():
                raise PushRefused("unreadable")
            self._check_signature(query, "msg_signature", sealed)
            _check_window(query, now)
            plaintext = self._decrypted(_from_base64(sealed))
            content = read_body(plaintext)
        except Unreadable as error:
            raise PushRefused("unreadable") from error
        made = created_at(content)
        if made is None or not -OLDEST <= made - now <= WINDOW:
            raise PushRefused("stale")
        return read_push(content, plaintext)

    def _check_signature(self, query: Mapping[str, str], name: str, *signed: str) -> None:
        signer = WeChatSigner()
        signer.add_data(self._token, _given(query, "timestamp"), _given(query, "nonce"), *signed)
        wanted: str = signer.signature
        if not hmac.compare_digest(_given(query, name).encode(), wanted.encode()):
            raise PushRefused("signature")

    def _decrypted(self, sealed: bytes) -> bytes:
        if not sealed or len(sealed) % BLOCK:
            raise PushRefused("length")
        whole: bytes = WeChatCipher(self._key).decrypt(sealed)
        padding = whole[-1]
        if not 1 <= padding <= BLOCK or whole[-padding:] != bytes([padding]) * padding:
            raise PushRefused("padding")
        content = whole[RANDOM:-padding]
        size = int.from_bytes(content[:SIZE])
        plaintext, appid = content[SIZE : SIZE + size], content[SIZE + size :]
        if len(content) < SIZE or len(plaintext) != size:
            raise PushRefused("length")
        if not hmac.compare_digest(appid, self._appid):
            raise PushRefused("appid")
        return plaintext


def _given(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if not QUERY[name].fullmatch(value):
        raise PushRefused("query")
    return value


def _check_window(query: Mapping[str, str], now: datetime) -> None:
    sent = datetime.fromtimestamp(int(_given(query, "timestamp")), UTC)
    if abs(now - sent) > WINDOW:
        raise PushRefused("stale")


def _from_base64(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise PushRefused("length") from error
    if base64.b64encode(content).decode() != text:
        raise PushRefused("length")  # bits that no byte holds
    return content
