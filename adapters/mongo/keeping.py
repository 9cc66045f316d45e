"""What the collections can keep of a person, for the check that all of it is declared."""

from collections.abc import Sequence

from adapters.mongo.database import Document
from adapters.mongo.declaring import SECRET, Collection
from domain.personal_data import Keeping

# Fields that name a person: a document with one of them, or with ciphertext, belongs to somebody.
LINKS = frozenset(
    {
        *("person_id", "principal_person", "accepted_by", "led_to", "account_id", "openid"),
        *("viewer", "actor", "changed_by", "caller"),
    }
)
# Collections whose documents have the id of a person for their own.
BY_PERSON = frozenset({"people", "message_preferences", "lecture_followers", "lecture_hours"})


def keepings(collections: Sequence[Collection]) -> list[Keeping]:
    """Every collection as the declaration of personal data sees it."""
    return [_keeping(one) for one in collections]


def _keeping(collection: Collection) -> Keeping:
    fields = frozenset(collection.fields)
    secret = frozenset(name for name, kind in collection.fields.items() if _is_secret(kind))
    return Keeping(
        name=collection.name,
        fields=fields,
        secret=secret,
        personal=bool(secret or fields & LINKS) or collection.name in BY_PERSON,
    )


def _is_secret(kind: Document) -> bool:
    types = kind["bsonType"]
    return SECRET["bsonType"] in (types if isinstance(types, list) else [types])
