"""Signed tokens: access, refresh, live passes and the cursors of lists (PyJWT, HS256, own keys).

Each names in its head the generation of keys that signed it; one that names none is of a program
before generations, and may be of any.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol

import jwt

from adapters.token_keys import Generation, Ring
from domain.errors import Fault, Invalid
from domain.identity import Session, SignInAgain
from domain.live.following import Side
from domain.live.passes import LASTS, LivePass, PassRefused
from domain.pages import Place

ALGORITHM = "HS256"
ISSUER = "credit-yuexiu"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Kind = Literal["access", "refresh", "live", "cursor"]


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


class KeyRing(Protocol):
    """Where the keys come from."""

    def signing(self) -> Generation:
        """The generation that signs now."""

    def believed(self) -> Ring:
        """All generations whose tokens are accepted."""

    def looked_up(self) -> Ring:
        """The same, after a look whether there are new ones."""


class UnknownGeneration(jwt.InvalidTokenError):
    """The token names keys that are not here, or not yet."""


class Tokens:
    """Makes and reads tokens; each kind has its own key and audience."""

    def __init__(self, keys: KeyRing, *, lasting: timedelta) -> None:
        self._keys = keys
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
        keys = self._keys.signing()
        return jwt.encode(claims, keys.access, ALGORITHM, headers={"kid": keys.kid})

    def read_access(self, token: str, now: datetime) -> Access:
        """Who calls.

        Raises:
            SignInAgain: forged, over, or not an access token.
        """
        claims = self._read(token, "access", ("sub", "sid"), now)
        return Access(person_id=str(claims["sub"]), session_id=str(claims["sid"]))

    def refresh(self, session: Session) -> str:
        """The refresh token of the session's generation: the same each time, by the same keys."""
        claims = {
            "iss": ISSUER,
            "aud": "refresh",
            "sid": session.id,
            "gen": session.generation,
            "iat": _seconds(session.rotated_at),
            "exp": _seconds(session.expires_at),
        }
        keys = self._keys.signing()
        return jwt.encode(claims, keys.refresh, ALGORITHM, headers={"kid": keys.kid})

    def read_refresh(self, token: str, now: datetime) -> Refresh:
        """Which generation of which session.

        Raises:
            SignInAgain: forged or over.
        """
        claims = self._read(token, "refresh", ("sid", "gen"), now)
        return Refresh(session_id=str(claims["sid"]), generation=int(str(claims["gen"])))

    def live_pass(self, live_pass: LivePass, now: datetime) -> str:
        """What a socket shows first, good for a minute and for nothing else."""
        claims = {
            "iss": ISSUER,
            "aud": "live",
            "sub": live_pass.who,
            "sid": live_pass.session_id,
            "side": live_pass.side.value,
            "iat": _seconds(now),
            "exp": _seconds(now + LASTS),
        }
        keys = self._keys.signing()
        return jwt.encode(claims, keys.live, ALGORITHM, headers={"kid": keys.kid})

    def read_live_pass(self, token: str, now: datetime) -> LivePass:
        """Whose socket it is.

        Raises:
            PassRefused: forged, over, or not a live pass.
        """
        try:
            claims = self._read(token, "live", ("sub", "sid", "side"), now)
            side = Side(claims["side"])
        except (SignInAgain, ValueError) as error:
            raise PassRefused from error
        return LivePass(side=side, who=str(claims["sub"]), session_id=str(claims["sid"]))

    def cursor(self, place: Place | None, *, of: str) -> str | None:
        """The place a list goes on from, bound to that list (``of``)."""
        if place is None:
            return None
        # In whole milliseconds: by way of a float many a time comes back one short.
        millis = (place.at - EPOCH) // MILLISECOND
        claims = {"of": _digest(of), "at": millis, "id": place.id}
        keys = self._keys.signing()
        head = {"typ": None, "kid": keys.kid}
        return jwt.encode(claims, keys.cursor, ALGORITHM, headers=head)

    def read_cursor(self, cursor: str, *, of: str) -> Place:
        """The place.

        Raises:
            Invalid: not a cursor of this list.
        """
        try:
            claims = self._claims(cursor, "cursor", ("of", "at", "id"))
        except jwt.InvalidTokenError as error:
            raise _bad_cursor() from error
        if claims["of"] != _digest(of):
            raise _bad_cursor()
        return Place(at=EPOCH + int(str(claims["at"])) * MILLISECOND, id=str(claims["id"]))

    def _read(
        self, token: str, kind: Kind, needed: tuple[str, ...], now: datetime
    ) -> Mapping[str, object]:
        try:
            claims = self._claims(token, kind, ("exp", "iat", "aud", "iss", *needed))
            over = int(str(claims["exp"]))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise SignInAgain from error
        if over <= _seconds(now):
            raise SignInAgain
        return claims

    def _claims(self, token: str, kind: Kind, needed: tuple[str, ...]) -> Mapping[str, object]:
        try:
            return _verified(token, self._keys.believed(), kind, needed)
        except UnknownGeneration:
            return _verified(token, self._keys.looked_up(), kind, needed)


@lru_cache(maxsize=4096)
def _verified(token: str, ring: Ring, kind: Kind, needed: tuple[str, ...]) -> Mapping[str, object]:
    """The claims of a token whose signature holds; the same token is not computed twice.

    Only what time does not change is judged here: the clock is read once, by the handler.
    """
    kid = jwt.get_unverified_header(token).get("kid")
    candidates = [one for one in ring if kid is None or one.kid == kid]
    for last, one in enumerate(candidates, 1 - len(candidates)):
        try:
            return _decoded(token, getattr(one, kind), kind, needed)
        except jwt.InvalidSignatureError:
            if last == 0:
                raise
    raise UnknownGeneration


def _decoded(token: str, key: bytes, kind: Kind, needed: tuple[str, ...]) -> Mapping[str, object]:
    audience = None if kind == "cursor" else kind
    claims: dict[str, object] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=audience,
        issuer=ISSUER if audience else None,
        options={"require": [*needed], "verify_exp": False, "verify_iat": False},
    )
    return claims


def _bad_cursor() -> Invalid:
    detail = "翻页位置无效，请从第一页重新查看。"
    return Invalid([Fault(pointer="/query/cursor", code="cursor", detail=detail)])


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
