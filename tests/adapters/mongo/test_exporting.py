"""No collection that keeps something of a person is forgotten by an export."""

from adapters.documents.archive import FORMAT, VERSION
from adapters.mongo import schema
from adapters.mongo.exporting import NOT_EXPORTED, SECTIONS
from adapters.mongo.keeping import keepings
from tests.served import ROOT

# Not a person's own, but needed to read what is.
BESIDE = {"agreement_texts"}


def test_every_collection_of_a_person_has_a_section_or_a_stated_reason() -> None:
    told = {name for source in SECTIONS for name in source.collections} - BESIDE
    personal = {one.name for one in keepings(schema.COLLECTIONS) if one.personal}
    assert told & set(NOT_EXPORTED) == set()
    assert personal == told | set(NOT_EXPORTED)
    assert all(NOT_EXPORTED.values())


def test_sections_have_names_and_titles_of_their_own() -> None:
    assert len({source.name for source in SECTIONS}) == len(SECTIONS)
    assert len({source.title for source in SECTIONS}) == len(SECTIONS)


def test_the_document_for_readers_names_every_section() -> None:
    text = (ROOT / "docs" / "data-export.md").read_text("utf-8")
    assert [source.name for source in SECTIONS if f"`{source.name}`" not in text] == []
    assert f'"version": {VERSION}' in text
    assert f'"format": "{FORMAT}"' in text
