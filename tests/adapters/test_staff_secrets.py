"""Passwords of the staff: slow to try, for those who are nobody too."""

from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from adapters.staff_secrets import NOBODYS, ArgonPasswords


async def test_a_password_is_hashed_with_salt_as_slowly_as_the_rfc_recommends() -> None:
    passwords = ArgonPasswords()
    hashed, again = await passwords.hash("secret"), await passwords.hash("secret")
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
    assert hashed != again
    assert await passwords.matches("secret", hashed)
    assert not await passwords.matches("Secret", hashed)


async def test_who_is_nobody_waits_as_long_and_is_let_in_by_nothing() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS)
    for guessed in ("", NOBODYS, "secret"):
        assert not await ArgonPasswords().matches(guessed, "")


async def test_what_is_no_hash_is_matched_by_nothing() -> None:
    assert not await ArgonPasswords().matches("secret", "secret")
