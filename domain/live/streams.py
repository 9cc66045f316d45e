"""Names of streams: what one may listen to. Only ids stand in them.

The kind of a stream says who may follow it at all; who may follow this one is judged by the
room it belongs to.
"""

import re

from domain.errors import Fault, Invalid

DESK = "desk"
TICKET = "ticket"
INNER = "inner"
PERSON = "person"
STAFF = "staff"
PLACE = "place"

# A person follows these alone; of the others nobody is even asked.
FOR_PEOPLE = frozenset({TICKET, PERSON})
_NAME = re.compile(rf"{DESK}|(?:{TICKET}|{INNER}|{PERSON}|{STAFF}|{PLACE}):[0-9A-Za-z_-]{{1,64}}")


def of_ticket(ticket_id: str) -> str:
    """What both sides of a ticket hear."""
    return f"{TICKET}:{ticket_id}"


def inside_ticket(ticket_id: str) -> str:
    """What only the staff of a ticket hear: notes, for one, of which a citizen never learns."""
    return f"{INNER}:{ticket_id}"


def of_person(person_id: str) -> str:
    """What one person hears."""
    return f"{PERSON}:{person_id}"


def of_staff(staff_id: str) -> str:
    """What one of the staff hears."""
    return f"{STAFF}:{staff_id}"


def of_place(place_id: str) -> str:
    """What the butlers of a place hear."""
    return f"{PLACE}:{place_id}"


def kind_of(stream: str) -> str:
    """The part before the id; empty for what is no name of a stream."""
    return stream.partition(":")[0] if _NAME.fullmatch(stream) else ""


def id_of(stream: str) -> str:
    """The id in it."""
    return stream.partition(":")[2]


def checked(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each once.

    Raises:
        Invalid: none, or one of them is no name of a stream.
    """
    if not names or not all(_NAME.fullmatch(name) for name in names):
        detail = "实时消息的去向无效。"
        raise Invalid([Fault(pointer="/streams", code="stream", detail=detail)])
    return tuple(dict.fromkeys(names))
