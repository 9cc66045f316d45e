"""Tokens: each kind has its own key and audience, and nothing forged, over or bent is taken."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.token_keys import EVER, Generation, Ring
from adapters.tokens import Access, Refresh, Tokens
from domain.errors import Invalid
from domain.identity import Session, SignInAgain
from domain.pages import Place

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Fixed:
    """Keys that never change."""

    def __init__(self, *roots: bytes) -> None:
        self.ring = tuple(Generation(root=root, signs_from=EVER) for root in roots)

    def signing(self) -> Generation:
        return self.ring[0]

    def believed(self) -> Ring:
        return self.ring

    looked_up = believed


KEYS = Fixed(b"k" * 64)
TOKENS = Tokens(KEYS, lasting=timedelta(minutes=15))
SESSION = Session(
    id="session",
    person_id="person",
    account_id="account",
    started_at=NOW,
    generation=7,
    rotated_at=NOW,
    expires_at=NOW + timedelta(days=30),
)
CLAIMS = {
    "iss": "credit-yuexiu",
    "aud": "access",
    "sub": "person",
    "sid": "session",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 900,
}
instants = st.integers(0, 2**42).map(
    lambda millis: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
)


def signed(*, key: bytes = KEYS.ring[0].access, algorithm: str = "HS256", **claims: object) -> str:
    """An access token of the test's own making; a claim of None is left out."""
    kept = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(kept, key, algorithm)


def unsigned(header: object, claims: object = CLAIMS) -> str:
    """Header and claims without a signature that fits."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def test_an_access_token_says_who_calls_in_which_session() -> None:
    token = TOKENS.access(SESSION, NOW)
    assert TOKENS.read_access(token, NOW) == Access(person_id="person", session_id="session")


def test_an_access_token_is_over_to_the_second() -> None:
    token = TOKENS.access(SESSION, NOW)
    TOKENS.read_access(token, NOW + timedelta(minutes=14, seconds=59))
    with pytest.raises(SignInAgain):
        TOKENS.read_access(token, NOW + timedelta(minutes=15))


def test_a_refresh_token_is_the_same_each_time_it_is_made() -> None:
    token = TOKENS.refresh(SESSION)
    assert token == TOKENS.refresh(SESSION)
    assert TOKENS.read_refresh(token, NOW) == Refresh(session_id="session", generation=7)


def test_a_refresh_token_is_over_with_its_session() -> None:
    token = TOKENS.refresh(SESSION)
    with pytest.raises(SignInAgain):
        TOKENS.read_refresh(token, SESSION.expires_at)


def test_the_token_that_the_tests_sign_themselves_is_taken() -> None:
    """The control of every refusal below."""
    assert TOKENS.read_access(signed(), NOW).person_id == "person"


FORGED = {
    "no algorithm": unsigned({"alg": "none", "typ": "JWT"}),
    "no algorithm, written otherwise": unsigned({"alg": "nOnE", "typ": "JWT"}),
    "no signature": unsigned({"alg": "HS256", "typ": "JWT"}),
    "another key": signed(key=b"x" * 32),
    "the key of refresh tokens": signed(key=KEYS.ring[0].refresh),
    "another algorithm": signed(algorithm="HS512", key=KEYS.ring[0].access * 2),
    "another audience": signed(aud="refresh"),
    "several audiences, none ours": signed(aud=["refresh", "cursor"]),
    "another issuer": signed(iss="somebody"),
    "no audience": signed(aud=None),
    "no issuer": signed(iss=None),
    "no person": signed(sub=None),
    "no session": signed(sid=None),
    "no end": signed(exp=None),
    "no beginning": signed(iat=None),
    "an end that is no number": signed(exp="soon"),
    "an end that is endless": signed(exp=float("inf")),
    "a person that is no text": signed(sub=7),
    "claims that are no object": unsigned({"alg": "HS256"}, ["person"]),
    "empty": "",
    "one part": "e30",
    "three empty parts": "..",
    "not base64": "é.é.é",
    "a header that nests too deep": "W1tb" * 10_000 + "." + "e30" + "." + "e30",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_forged_access_token_is_refused(token: str) -> None:
    with pytest.raises(SignInAgain):
        TOKENS.read_access(token, NOW)


def test_one_kind_of_token_is_no_other() -> None:
    access, refresh = TOKENS.access(SESSION, NOW), TOKENS.refresh(SESSION)
    cursor = TOKENS.cursor(Place(at=NOW, id="row"), of="list")
    assert cursor
    for token in (refresh, cursor):
        with pytest.raises(SignInAgain):
            TOKENS.read_access(token, NOW)
    for token in (access, cursor):
        with pytest.raises(SignInAgain):
            TOKENS.read_refresh(token, NOW)
    for token in (access, refresh):
        with pytest.raises(Invalid):
            TOKENS.read_cursor(token, of="list")


def test_keys_made_for_one_installation_are_worthless_in_another() -> None:
    other = Tokens(Fixed(b"1" * 64), lasting=timedelta(1))
    with pytest.raises(SignInAgain):
        other.read_access(TOKENS.access(SESSION, NOW), NOW)
    with pytest.raises(SignInAgain):
        other.read_refresh(TOKENS.refresh(SESSION), NOW)


@given(at=instants, row=st.uuids().map(str), of=st.text(max_size=80))
def test_a_cursor_leads_back_to_its_very_place(at: datetime, row: str, of: str) -> None:
    """To the millisecond: a place one off would lose rows or show them twice."""
    cursor = TOKENS.cursor(Place(at=at, id=row), of=of)
    assert cursor
    assert TOKENS.read_cursor(cursor, of=of) == Place(at=at, id=row)
    assert len(cursor) <= 400


def test_the_end_of_a_list_has_no_cursor() -> None:
    assert TOKENS.cursor(None, of="list") is None


def bent(cursor: str) -> str:
    head, body, mark = cursor.split(".")
    return f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{mark}"


@pytest.mark.parametrize(
    "change",
    [bent, lambda cursor: cursor[:-1], lambda _: "", lambda _: "x" * 400],
    ids=["bent", "cut", "empty", "garbage"],
)
def test_a_cursor_that_was_changed_is_refused_by_name(change: Callable[[str], str]) -> None:
    cursor = TOKENS.cursor(Place(at=NOW, id="row"), of="list")
    assert cursor
    with pytest.raises(Invalid) as refused:
        TOKENS.read_cursor(change(cursor), of="list")
    assert [fault.pointer for fault in refused.value.faults] == ["/query/cursor"]


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = TOKENS.cursor(Place(at=NOW, id="row"), of="looks:one:alice")
    assert cursor
    with pytest.raises(Invalid):
        TOKENS.read_cursor(cursor, of="looks:one:bob")


def test_tokens_of_an_earlier_generation_and_of_a_program_before_generations_are_believed() -> None:
    rotated = Tokens(Fixed(b"n" * 64, b"k" * 64), lasting=timedelta(minutes=15))
    rotated.read_access(TOKENS.access(SESSION, NOW), NOW)
    rotated.read_refresh(TOKENS.refresh(SESSION), NOW)
    place = Place(at=NOW, id="x")
    assert rotated.read_cursor(str(TOKENS.cursor(place, of="list")), of="list") == place
    rotated.read_access(signed(), NOW)
    with pytest.raises(SignInAgain):
        TOKENS.read_access(rotated.access(SESSION, NOW), NOW)


def test_the_name_of_one_generation_on_the_signature_of_another_is_refused() -> None:
    """Even where both are believed."""
    ring = Fixed(b"n" * 64, b"k" * 64)
    rotated = Tokens(ring, lasting=timedelta(minutes=15))
    forged = jwt.encode(CLAIMS, ring.ring[1].access, "HS256", headers={"kid": ring.ring[0].kid})
    with pytest.raises(SignInAgain):
        rotated.read_access(forged, NOW)
