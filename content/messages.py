"""messages.toml: WeChat's templates and the hours, refused at the start where WeChat would."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from content.files import ContentError, Strict, parsed
from domain.messages.preferences import Quiet
from domain.messages.sending import Defaults
from domain.messages.templates import Template, Templates, faults_of
from domain.transactions import NoticeKind

FILE = "messages.toml"
DIGEST = "digest"
STAFF = "staff"

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,19}$")]
Kind = Annotated[NoticeKind, BeforeValidator(NoticeKind)]


class _Quiet(Strict):
    begins: Clock
    ends: Clock


class _Staff(Strict):
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$")
    title: str = Field(min_length=1, max_length=20)
    about: str = Field(min_length=1, max_length=40)
    page: str = Field(pattern=r"^[^/\s][^\s]{0,199}$")
    fields: dict[str, str] = Field(min_length=1, max_length=5)


class _Template(_Staff):
    kinds: tuple[Kind, ...]


class _Messages(Strict):
    sample: bool = False
    digest_at: Clock
    quiet: _Quiet | None = None
    offers: dict[Name, tuple[Kind, ...]]
    templates: dict[Name, _Template]
    staff: _Staff


@dataclass(frozen=True, kw_only=True)
class MessageContent:
    """What messages say, and the hours of who chose none."""

    sample: bool
    templates: Templates
    staff: Template
    defaults: Defaults


def load_messages(folder: Path) -> MessageContent:
    """The file, checked whole.

    Raises:
        ContentError: missing, malformed, or something in it that WeChat would refuse.
    """
    written = parsed(folder / FILE, _Messages)
    made = {name: _template(name, one) for name, one in written.templates.items()}
    faults = [
        f"templates.{name}: {fault}" for name, one in made.items() for fault in faults_of(one)
    ]
    staff = _template(STAFF, written.staff)
    faults += [f"{STAFF}: {fault}" for fault in faults_of(staff)]
    faults += _misplaced(written)
    if faults:
        raise ContentError(f"{FILE}: {'; '.join(faults)}")
    return MessageContent(
        sample=written.sample,
        templates=Templates(
            by_kind={
                kind: made[name] for name, one in written.templates.items() for kind in one.kinds
            },
            digest=made[DIGEST],
            offers=written.offers,
        ),
        staff=staff,
        defaults=Defaults(
            quiet=_quiet(written.quiet), digest_at=time.fromisoformat(written.digest_at)
        ),
    )


def _template(name: str, written: _Staff) -> Template:
    return Template(
        name=name,
        id=written.id,
        title=written.title,
        about=written.about,
        page=written.page,
        fields=written.fields,
    )


def _quiet(written: _Quiet | None) -> Quiet | None:
    if written is None:
        return None
    return Quiet(begins=time.fromisoformat(written.begins), ends=time.fromisoformat(written.ends))


def _misplaced(written: _Messages) -> list[str]:
    """What no single template shows: kinds and ids twice, kinds that nothing carries."""
    found = [] if DIGEST in written.templates else [f"templates.{DIGEST} is missing"]
    found += _twice(
        "kind", [kind.value for one in written.templates.values() for kind in one.kinds]
    )
    ids = [one.id for one in (*written.templates.values(), written.staff)]
    found += _twice("id", ids)
    carried = {kind for one in written.templates.values() for kind in one.kinds}
    found += [
        f"offers.{name}: no template carries {kind.value}"
        for name, kinds in written.offers.items()
        for kind in kinds
        if kind not in carried
    ]
    if written.quiet and written.quiet.begins == written.quiet.ends:
        found.append("quiet: begins and ends are the same")
    return found


def _twice(what: str, values: list[str]) -> list[str]:
    return [f"{what} {value} twice" for value in sorted(set(values)) if values.count(value) > 1]
