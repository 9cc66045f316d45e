"""What counts as personal among the fields of a collection."""

import pytest

from adapters.mongo.declaring import FLAG, SECRET, TEXT, Collection, Document, optional, or_null
from adapters.mongo.keeping import keepings


@pytest.mark.parametrize("kind", [SECRET, optional(SECRET), or_null(SECRET)])
def test_ciphertext_is_personal_however_it_is_declared(kind: Document) -> None:
    [kept] = keepings([Collection("notes", {"text": kind, "open": FLAG})])
    assert (kept.personal, kept.secret) == (True, {"text"})
    assert kept.fields == {"text", "open"}


@pytest.mark.parametrize(
    ("field", "personal"), [("person_id", True), ("viewer", True), ("sentence", False)]
)
def test_a_collection_whose_documents_name_a_person_is_personal(field: str, personal: bool) -> None:
    [kept] = keepings([Collection("notes", {field: TEXT})])
    assert (kept.personal, kept.secret) == (personal, frozenset())
