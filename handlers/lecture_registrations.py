"""Places in lectures and following them, as JSON: one's own, taken and given up."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.lectures.registering import Registered
from domain.lectures.registrations import STATES
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output, PageQuery

OF = "lecture-registrations"
StateName = Literal["confirmed", "waiting", "replay", "cancelled", "ended"]


class RegistrationView(Output):
    """How one's registration stands."""

    lecture_id: str
    title: str
    begins_at: Instant | None
    ends_at: Instant | None
    state: StateName = Field(
        description="replay: registered once the lecture was over, and takes no place"
    )
    state_label: str
    place: int | None = Field(description="On the waiting list, from 1; null unless one waits")
    registered_at: Instant
    changed_at: Instant


class RegistrationViews(Output):
    """The last to register first."""

    items: list[RegistrationView]
    next: str | None


class FollowingView(Output):
    """Whether one is told of new lectures."""

    following: bool
    since: Instant | None


def show_registration(registered: Registered) -> RegistrationView:
    """As JSON."""
    one, programme = registered.registration, registered.lecture.programme
    return RegistrationView(
        lecture_id=one.lecture_id,
        title=programme.title,
        begins_at=programme.begins_at,
        ends_at=programme.ends_at,
        state=one.state.value,
        state_label=STATES[one.state],
        place=registered.place or None,
        registered_at=one.registered_at,
        changed_at=one.changed_at,
    )


class RegistrationHandler(BaseHandler):
    """One's place in a lecture."""

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Register for a lecture; beyond its places, for the waiting list; after it, for its replay",
        idempotent=True,
        answers={201: RegistrationView},
        refusals=frozenset({404, 409, 410}),
        rate="lecture",
    )
    async def post(self, lecture_id: str) -> None:
        """Who is registered stays so, with the place they have.

        Once the lecture is over, where its replay is there and only for who registered: for the
        replay alone, without a limit of places and without reminders.
        """
        registering = self.house.around.registering
        await self.show_once(
            lambda act: registering.register(act, lecture_id=lecture_id),
            lambda registered: (HTTPStatus.CREATED, show_registration(registered)),
        )

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "How my registration for a lecture stands",
        answers={200: RegistrationView},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """With the place on the waiting list."""
        registering = self.house.around.registering
        registered = await registering.get(lecture_id=lecture_id, person_id=self.actor)
        self.show(HTTPStatus.OK, show_registration(registered))

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Cancel my registration for a lecture",
        answers={200: RegistrationView},
        refusals=frozenset({404, 409, 410}),
        rate="lecture",
    )
    async def delete(self, lecture_id: str) -> None:
        """The first who waits moves up."""
        registering = self.house.around.registering
        registered = await registering.cancel(self.act(), lecture_id=lecture_id)
        self.show(HTTPStatus.OK, show_registration(registered))


class RegistrationsHandler(BaseHandler):
    """All of one's own."""

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "The lectures that I registered for",
        query=PageQuery,
        answers={200: RegistrationViews},
    )
    async def get(self) -> None:
        """The last to register first, cancelled ones too."""
        query = self.query(PageQuery)
        page = await self.house.around.registering.of(
            person_id=self.actor, ask=self.ask(query, of=OF)
        )
        items = [show_registration(one) for one in page.items]
        self.show(HTTPStatus.OK, RegistrationViews(items=items, next=self.next_cursor(page, of=OF)))


class FollowingHandler(BaseHandler):
    """Being told of new lectures."""

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Whether I am told of new lectures",
        answers={200: FollowingView},
    )
    async def get(self) -> None:
        """And since when."""
        since = await self.house.around.following.since(person_id=self.actor)
        self.show(HTTPStatus.OK, FollowingView(following=since is not None, since=since))

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Tell me of new lectures",
        idempotent=True,
        answers={201: FollowingView},
        rate="lecture",
    )
    async def post(self) -> None:
        """From now on, or as before."""
        following = self.house.around.following
        await self.show_once(
            following.begin,
            lambda since: (HTTPStatus.CREATED, FollowingView(following=True, since=since)),
        )

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Tell me of new lectures no more",
        answers={204: None},
        rate="lecture",
    )
    async def delete(self) -> None:
        """Again is fine."""
        await self.house.around.following.end(self.act())
        self.no_content()


ROUTES = [
    Route("/v1/lectures/{lecture_id}/registration", RegistrationHandler),
    Route("/v1/lecture-registrations", RegistrationsHandler),
    Route("/v1/lecture-following", FollowingHandler),
]
