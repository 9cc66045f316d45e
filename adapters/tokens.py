"""Signed tokens: access, refresh and the cursors of lists (PyJWT, HS256, own keys)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt

from domain.errors import Fault, Invalid
from domain.identity import Session, SignInAgain
from domain.pages import Place

ALGORITHM = "HS256"
ISSUER = "credit-yuexiu"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who calls, in which session."""

    person_id: str
    session_id: str


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """Which generation of which session is to be renewed."""

    session_id: str
    generation: int


class Tokens:
    """Makes and reads tokens; each kind has its own key and audience."""

    def __init__(
        self, *, access_key: bytes, refresh_key: bytes, cursor_key: bytes, lasting: timedelta
    ) -> None:
        self._access_key = access_key
        self._refresh_key = refresh_key
        self._cursor_key = cursor_key
        self.access_lasting = lasting

    def access(self, session: Session, now: datetime) -> str:
        """An access token for a session, good for a quarter of an hour by default."""
        claims = {
            "iss": ISSUER,
            "aud": "access",
            "sub": session.person_id,
            "sid": session.id,
            "iat": _seconds(now),
            "exp": _seconds(now + self.access_lasting),
        }
        return jwt.encode(claims, self._access_key, ALGORITHM)

    def read_access(self, token: str, now: datetime) -> Access:
        """Who calls.

        Raises:
            SignInAgain: forged, over, or not an access token.
        """
        claims = self._read(token, self._access_key, "access", ("sub", "sid"), now)
        return Access(person_id=str(claims["sub"]), session_id=str(claims["sid"]))

    def refresh(self, session: Session) -> str:
        """The refresh token of the session's generation: the same each time it is made."""
        claims = {
            "iss": ISSUER,
            "aud": "refresh",
            "sid": session.id,
            "gen": session.generation,
            "iat": _seconds(session.rotated_at),
            "exp": _seconds(session.expires_at),
        }
        return jwt.encode(claims, self._refresh_key, ALGORITHM)

    def read_refresh(self, token: str, now: datetime) -> Refresh:
        """Which generation of which session.

        Raises:
            SignInAgain: forged or over.
        """
        claims = self._read(token, self._refresh_key, "refresh", ("sid", "gen"), now)
        return Refresh(session_id=str(claims["sid"]), generation=int(str(claims["gen"])))

    def cursor(self, place: Place | None, *, of: str) -> str | None:
        """The place a list goes on from, bound to that list (``of``)."""
        if place is None:
            return None
        # In whole milliseconds: by way of a float many a time comes back one short.
        millis = (place.at - EPOCH) // MILLISECOND
        claims = {"of": _digest(of), "at": millis, "id": place.id}
        return jwt.encode(claims, self._cursor_key, ALGORITHM, headers={"typ": None})

    def read_cursor(self, cursor: str, *, of: str) -> Place:
        """The place.

        Raises:
            Invalid: not a cursor of this list.
        """
        try:
            claims = jwt.decode(
                cursor,
                self._cursor_key,
                algorithms=[ALGORITHM],
                options={"require": ["of", "at", "id"]},
            )
        except jwt.InvalidTokenError as error:
            raise _bad_cursor() from error
        if claims["of"] != _digest(of):
            raise _bad_cursor()
        return Place(at=EPOCH + int(claims["at"]) * MILLISECOND, id=str(claims["id"]))

    def _read(
        self, token: str, key: bytes, audience: str, needed: tuple[str, ...], now: datetime
    ) -> Mapping[str, object]:
        try:
            claims = _verified(token, key, audience, needed)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise SignInAgain from error
        if int(str(claims["exp"])) <= _seconds(now):
            raise SignInAgain
        return claims


@lru_cache(maxsize=4096)
def _verified(
    token: str, key: bytes, audience: str, needed: tuple[str, ...]
) -> Mapping[str, object]:
    """The claims of a token whose signature holds; the same token is not computed twice.

    Only what time does not change is judged here: the clock is read once, by the handler.
    """
    claims: dict[str, object] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=audience,
        issuer=ISSUER,
        options={
            "require": ["exp", "iat", "aud", "iss", *needed],
            "verify_exp": False,
            "verify_iat": False,
        },
    )
    int(str(claims["exp"]))
    return claims


def _bad_cursor() -> Invalid:
    detail = "翻页位置无效，请从第一页重新查看。"
    return Invalid([Fault(pointer="/query/cursor", code="cursor", detail=detail)])


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
