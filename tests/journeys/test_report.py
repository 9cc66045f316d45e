"""From sign-in to a report that proves itself, over HTTP."""

from tests.cast import Person


async def test_an_owner_reads_the_report_of_their_enterprise(alice: Person) -> None:
    report = await alice.report()
    assert len(report["number"]) == 22
    content = await alice.content(report["id"])
    assert content["number"] == report["number"]
    assert [count["code"] for count in content["counts"]] == [
        "administration",
        "honesty",
        "serious",
        "abnormal",
        "promises",
        "evaluations",
        "judgments",
        "others",
    ]
    assert (await alice.pdf(report["id"])).startswith(b"%PDF")
