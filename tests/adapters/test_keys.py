"""The secrets of an installation: made once, read strictly, one key for each purpose."""

import stat
from pathlib import Path

import pytest

from adapters.keys import SIZES, KeyFileError, Keys, SecretHashes, make_keys


def test_missing_keys_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys")
    assert {path.name: path.stat().st_size for path in made} == SIZES
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_keys_that_are_there_are_never_made_again(tmp_path: Path) -> None:
    make_keys(tmp_path)
    master = (tmp_path / "master.key").read_bytes()
    (tmp_path / "secret.key").unlink()
    assert [path.name for path in make_keys(tmp_path)] == ["secret.key"]
    assert (tmp_path / "master.key").read_bytes() == master
    assert make_keys(tmp_path) == []


def test_no_two_installations_have_a_key_in_common(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_keys(tmp_path / name)
    one, two = Keys(tmp_path / "one"), Keys(tmp_path / "two")
    assert one.master != two.master
    assert one.derived("access-token") != two.derived("access-token")


def test_no_two_purposes_share_a_key(tmp_path: Path) -> None:
    make_keys(tmp_path)
    keys = Keys(tmp_path)
    drawn = {keys.derived(purpose) for purpose in ("access-token", "refresh-token", "cursor", "")}
    assert len(drawn) == 4
    assert {len(key) for key in drawn} == {32}
    assert Keys(tmp_path).derived("cursor") == keys.derived("cursor")


@pytest.mark.parametrize("name", SIZES)
def test_a_missing_key_file_is_named(tmp_path: Path, name: str) -> None:
    make_keys(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(KeyFileError, match=name):
        Keys(tmp_path)


@pytest.mark.parametrize("name", SIZES)
def test_a_key_of_another_size_is_named_and_its_bytes_are_not_told(
    tmp_path: Path, name: str
) -> None:
    make_keys(tmp_path)
    (tmp_path / name).write_bytes(b"hunter2")
    with pytest.raises(KeyFileError, match=f"{name} has 7 bytes instead of {SIZES[name]}") as told:
        Keys(tmp_path)
    assert "hunter2" not in str(told.value)


def test_a_check_code_counts_only_with_its_own_number() -> None:
    hashes = SecretHashes(b"k" * 32)
    kept = hashes.of_check(number="20261123153000A1B2C3D4", check_code="ABCDEFGH")
    assert kept == hashes.of_check(number="20261123153000A1B2C3D4", check_code="ABCDEFGH")
    assert kept != hashes.of_check(number="20261123153000A1B2C3D5", check_code="ABCDEFGH")
    assert kept != hashes.of_check(number="20261123153000A1B2C3D4", check_code="ABCDEFGJ")


def test_a_check_code_cannot_be_tried_by_who_has_only_the_database() -> None:
    """Eight characters could be counted through, so their hash is keyed."""
    typed = {"number": "20261123153000A1B2C3D4", "check_code": "ABCDEFGH"}
    assert SecretHashes(b"k" * 32).of_check(**typed) != SecretHashes(b"l" * 32).of_check(**typed)


def test_a_long_code_is_kept_as_its_hash() -> None:
    hashes = SecretHashes(b"k" * 32)
    assert hashes.of_code("A" * 22) != hashes.of_code("A" * 21 + "B")
    assert "A" * 22 not in hashes.of_code("A" * 22)
