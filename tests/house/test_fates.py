"""What becomes of every collection at an erasure is said; none can be added without."""

from adapters.mongo.erasure.fates import FATES
from adapters.mongo.schema import COLLECTIONS
from domain.erasure.rules import KEPT_HERE
from server.wiring import Installation


def test_every_collection_has_a_fate_and_every_fate_a_collection() -> None:
    assert set(FATES) == {collection.name for collection in COLLECTIONS}


def test_what_goes_with_another_names_one_that_is_swept() -> None:
    for name, fate in FATES.items():
        if fate.how == "with another":
            assert FATES[fate.words].how == "swept", name
        assert fate.words, name


async def test_what_is_said_to_be_swept_is_swept(installation: Installation) -> None:
    swept = {name for name, fate in FATES.items() if fate.how == "swept"}
    assert installation.erasure.sweeps.keys() | {"people", "sessions"} == swept


def test_a_row_that_names_a_person_is_never_said_to_name_nobody() -> None:
    """The audit log apart, which names random ids only."""
    named = {"person_id", "accepted_by", "principal_person", "viewer", "openid"}
    for collection in COLLECTIONS:
        if named & set(collection.fields):
            assert FATES[collection.name].how == "swept", collection.name


def test_what_can_be_kept_is_of_a_kind_that_has_a_rule(installation: Installation) -> None:
    rules = installation.erasure.rules
    assert {rules.of(kind).kind for kind in KEPT_HERE} == KEPT_HERE
