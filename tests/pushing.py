"""WeChat's side of the push, by hand: each step can be done wrong on purpose."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


@dataclass(frozen=True)
class Sealed:
    """A push as it travels."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Pusher:
    """Whoever pushes with these credentials; by default the stand-ins' own."""

    token: str = "SandboxPushToken"
    key: str = "SandboxPushKeyOfCreditYuexiuForDevelopment1"
    appid: str = "wx0123456789abcdef"

    def seal(self, plaintext: bytes, *, at: int | None = None, nonce: str = "") -> Sealed:
        """As WeChat does it, in JSON."""
        return self.sign(self.encrypt(self.pad(self.frame(plaintext))), at=at, nonce=nonce)

    def push(self, event: str, *, at: int | None = None, **fields: Any) -> Sealed:
        """An event."""
        return self.seal(json.dumps(content(event, at=at, **fields)).encode(), at=at)

    def frame(self, plaintext: bytes) -> bytes:
        size = len(plaintext).to_bytes(4, "big")
        return secrets.token_bytes(16) + size + plaintext + self.appid.encode()

    def pad(self, framed: bytes) -> bytes:
        padding = BLOCK - len(framed) % BLOCK
        return framed + bytes([padding]) * padding

    def encrypt(self, padded: bytes) -> str:
        key = base64.b64decode(f"{self.key}=")
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def sign(self, encrypted: str, *, at: int | None = None, nonce: str = "") -> Sealed:
        when, nonce = str(now() if at is None else at), nonce or str(secrets.randbelow(2**31))
        query = {
            "signature": self.signature(when, nonce),
            "timestamp": when,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": self.signature(when, nonce, encrypted),
        }
        body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": encrypted})
        return Sealed(query, body.encode())

    def check(self, echo: str, **changed: str) -> dict[str, str]:
        """The query by which the address is checked."""
        when, nonce = changed.get("timestamp", str(now())), "1514711492"
        signature = self.signature(when, nonce)
        query = {"signature": signature, "timestamp": when, "nonce": nonce, "echostr": echo}
        return {**query, **changed}

    def signature(self, *parts: str) -> str:
        text = "".join(sorted([self.token, *parts]))
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def but(self, **changed: str) -> "Pusher":
        return replace(self, **changed)


def content(event: str, *, at: int | None = None, **fields: Any) -> dict[str, Any]:
    """What is inside."""
    return {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": "oTestPusher000000000000000000",
        "CreateTime": now() if at is None else at,
        "MsgType": "event",
        "Event": event,
        **fields,
    }


def now() -> int:
    return int(time.time())
