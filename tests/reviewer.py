"""WeChat's reviewer: let in as an operator does it, with the first sample in hand."""

from collections.abc import Mapping

from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.reviewers import MongoReviewers
from content.samples import load_samples
from domain.reviewers import Reviewers
from domain.transactions import Act
from server.wiring import Installation
from tests.cast import Cast, Person

SAMPLES = tuple(load_samples())
SAMPLE: Mapping[str, object] = {
    "name": SAMPLES[0].name,
    "id_number": SAMPLES[0].id_number,
    "phone": "13800000000",
    "enterprise": {
        "uscc": SAMPLES[0].enterprise.uscc,
        "name": SAMPLES[0].enterprise.name,
    },
}


def reviewers(installation: Installation) -> Reviewers:
    database = installation.database
    return Reviewers(
        store=MongoReviewers(database),
        accounts=MongoAccounts(database),
        sessions=MongoSessions(database),
    )


def operator(installation: Installation) -> Act:
    house = installation.house
    commit = house.transactions.plain()
    return Act(at=house.clock(), actor="operator", trace_id="t", draw=house.draw, commit=commit)


async def let_in(person: Person, installation: Installation, *, days: int = 7) -> None:
    """Whose WeChat this is is a reviewer from now on, and signs in as one."""
    await reviewers(installation).add(
        operator(installation),
        appid=installation.house.appid,
        openid=person.persona["openid"],
        days=days,
    )
    person.persona = {**person.persona, **SAMPLE}
    await person.sign_in()


async def ready_reviewer(cast: Cast, installation: Installation) -> Person:
    """For a day: verified as the sample, acts for its enterprise, has consented to everything."""
    reviewer = Person(cast, await cast.persona())
    await let_in(reviewer, installation, days=1)
    await reviewer.verify()
    await reviewer.bind()
    await reviewer.consent("credit-report", reviewer.subject_id)
    return reviewer
