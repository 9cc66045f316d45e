"""Shown by 5: who has used everything is found everywhere before, and in legal hold alone after."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.staff.roles import Role
from domain.usage_records.reports import Kind as UsageKind
from server.wiring import Installation
from tests.applying import begun, step, submitted, upload
from tests.cast import ID_WEIGHTS, Cast, Person, chance
from tests.counters import confirmed, led_to_counter
from tests.electricity import application
from tests.erasing import due, each_found, erase, found, texts
from tests.gridding import GridWorld
from tests.judging import Resolved, complained, house_of, rate, ticket
from tests.lecturing import published
from tests.paper import Paper, codes_on, print_report
from tests.promising import day_of, drafted, letter, signed
from tests.proof import Proof
from tests.served import run_command
from tests.sharing import opened, share
from tests.staffing import PAGE, act, at_work
from tests.subscriptions import OBJECTION, REPORT, Subscriptions
from tests.usage import oneself, report_of, reported

NAME = "东方未晞"
SECTIONS = {
    "penalties": [{"CF_WSH": "穗越罚〔2026〕9号", "CF_GSJZQ": "@date+200", "severity": "minor"}]
}
OWN = {"honours": [{"name": "优秀志愿者"}]}
HOLD, AUDIT = "credit_yuexiu.legal_hold", "credit_yuexiu.audit_events"
SNAPSHOTS = "credit_yuexiu.promise_snapshots"
# The journal of replication: a capped log of past writes, as encrypted as they were, which the
# server itself overwrites and nobody can edit. The person's random id is there in the clear.
JOURNAL = "local.oplog.rs"
# Some of where such a person stands, so that an empty search cannot pass.
USED = {
    "people",
    "wechat_accounts",
    "sessions",
    "identity_checks",
    "subjects",
    "delegations",
    "consents",
    "looks",
    "notices",
    "messages",
    "message_preferences",
    "message_consents",
    "credit_reports",
    "credit_report_snapshots",
    "shares",
    "objections",
    "data_exports",
    "promises",
    "promise_register",
    "promise_checks",
    "promise_snapshots",
    "electricity_applications",
    "grid_deliveries",
    "grid_events",
    "usage_records",
    "ratings",
    "complaints",
    "counter_cases",
    "content_checks",
    "lecture_registrations",
    "lecture_followers",
    "lecture_questions",
}
# Where nothing of such a person stands, though it has rows about what is theirs.
SILENT = {"contributions", "promise_text_versions", "promise_texts", "electricity_files"}


def residence_permit() -> str:
    """A valid number that no face check serves."""
    body = f"81000019860610{chance.randrange(1000):03d}"
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


class Life:
    """A person who has used everything there is."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.person: Person
        self.id = ""
        self.account = ""
        self.permit = residence_permit()
        self.others: list[Person] = []
        self.reports: list[str] = []
        self.paper: Paper
        self.own_paper: Paper
        self.letters: list[bytes] = []
        self.records: list[str] = []

    async def live(self, installation: Installation) -> "Life":
        self.person = person = await self.cast.newcomer(name=NAME, sections=SECTIONS, own=OWN)
        await person.consent("privacy")
        await person.consent("identity")
        case = await led_to_counter(person, id_number=self.permit)
        await confirmed(self.cast, case)
        await self._looked_at(f"counter/{case}/fields")
        await person.verify()
        await person.bind_phone()
        self.id = await person.own_subject()
        await self._for_the_enterprise()
        await self._for_oneself()
        await self._with_the_supplier(installation)
        await self._for_others()
        await self._told_in_wechat(installation)
        await self.cast.work()
        await self._reported()
        await self._rated()
        await self._at_lectures()
        await self._taken_along()
        assert (await person.get("/v1/looks", params={"subject_id": self.id})).json()["items"]
        assert (await person.get("/v1/notices")).json()["items"]
        return self

    async def _for_the_enterprise(self) -> None:
        person = self.person
        await person.bind()
        await person.consent("credit-report", person.subject_id)
        self.paper = await print_report(person)
        await self._object(person, self.paper.report["id"])
        await self._promise()
        await self._apply(self.paper.report["id"])
        agent = await self.cast.agent(person)
        self.reports += [self.paper.report["id"], (await agent.report("bank-loan"))["id"]]
        self.others.append(agent)

    async def _for_oneself(self) -> None:
        person = self.person
        await person.for_oneself()
        self.own_paper = await print_report(person)
        report_id = self.own_paper.report["id"]
        self.reports.append(report_id)
        await person.content(report_id)
        await self._object(person, report_id)
        await self._promise()
        await self._apply(report_id, business="resident-new")
        made = await share(person, report_id)
        await opened(self.cast, made["path"])
        helper = await self.cast.helper(person)
        await helper.content(report_id)
        self.others.append(helper)

    async def _promise(self) -> None:
        """One that everybody may see, one for a circle that names the person, and a draft."""
        person = self.person
        report_id = (await person.report("government-service"))["id"]
        public = await signed(person, report_id=report_id)
        answers = {"item": "开办药店", "fact": f"经营者{NAME}，电话{person.persona['phone']}"}
        await signed(person, "proof", report_id=report_id, publicity="circle", answers=answers)
        later = await signed(person, "materials-later", report_id=report_id)
        said = {"on": day_of(later["signature"]), "note": f"{NAME}已交窗口"}
        (await person.post(f"/v1/promises/{later['id']}/handing-in", said)).raise_for_status()
        await drafted(person, "voluntary", report_id=report_id)
        self.letters.append(await letter(person, public))

    async def _apply(self, report_id: str, **given: str) -> None:
        """One that is with the supplier, and a draft; the person is who to call."""
        person = self.person
        mine = {"contact": NAME, "phone": person.persona["phone"], **given}
        one = await submitted(person, papers=(), report_id=report_id, **mine)
        await upload(person, one, "title_proof", name=f"{NAME}的租赁合同.jpg")
        (await step(person, one, "ordinary")).raise_for_status()
        (await step(person, one, "submission", {})).raise_for_status()
        await begun(person, **mine)

    async def _looked_at(self, case: str) -> None:
        """By staff, for a reason that names the person."""
        office = await at_work(self.cast, Role.OFFICE)
        form = {"field": "id_number", "reason": f"核对{NAME}的证件号码"}
        answer = await office.post(f"/console/cases/{case}", form, headers=PAGE)
        assert answer.status_code == 200, answer.text
        await office.close()

    async def _with_the_supplier(self, installation: Installation) -> None:
        """In the power company's system, which names the person too."""
        world, person = GridWorld(installation.house, self.cast, installation), self.person
        whose = {"person_id": self.id, "principal_person": self.id, "about": self.id}
        wanted = replace(application().wanted, contact=NAME, phone=person.persona["phone"])
        own = await world.handed_over(
            person, **whose, uscc=None, applicant=NAME, wanted=wanted, materials=(world.material(),)
        )
        await world.delivered(own)
        detail = {"papers": ["title_proof"], "reason": f"{NAME}的材料不清晰"}
        await world.step(own, "return", detail=detail)

    async def _reported(self) -> None:
        """What the power company says of the person, and what the person says of that."""
        person = self.person
        await person.for_oneself()
        said = f"本人{NAME}没有绕越计量装置"
        for kind in (UsageKind.ARREARS, UsageKind.THEFT):
            report = report_of(oneself(person), kind)
            if kind is UsageKind.THEFT:
                report = replace(report, found=f"{NAME}绕越计量装置用电")
            record = await reported(self.cast, report)
            path = f"/v1/usage-records/{record.id}/objection"
            (await person.post(path, {"reason": said})).raise_for_status()
            self.records.append(record.id)

    async def _rated(self) -> None:
        """What the person thinks of how a butler resolved something, in words that name them."""
        begun_at = house_of(self.cast).clock() - timedelta(hours=2)
        number = await ticket(
            self.cast, of=self.id, cycles=[Resolved(resolver="somebody", opened_at=begun_at)]
        )
        await rate(self.person, number, 2, f"{NAME}不满意")
        await complained(self.person, number, f"本人{NAME}来了三次都没有办")

    async def _at_lectures(self) -> None:
        """A place in one, being told of others, and questions that name the person."""
        person, version = self.person, await published(self.cast, places=5)
        at = f"/v1/lectures/{version.lecture_id}"
        for path, body in (
            (f"{at}/registration", None),
            ("/v1/lecture-following", None),
            (f"{at}/questions", {"text": f"本人{NAME}，想问信用修复"}),
        ):
            (await person.post(path, body)).raise_for_status()
        house = house_of(self.cast)
        asked = (await person.post(f"{at}/questions", {"text": f"{NAME}再问一次"})).json()["id"]
        await house.around.questions.answer(
            act(house, "editor"), question_id=asked, tag='"0"', answer=f"{NAME}您好，可以申请"
        )

    async def _for_others(self) -> None:
        other = await self.cast.owner(name="公孙策")
        for kind in ("agent", "helper"):
            invited = (await other.invite(self.person, kind=kind)).raise_for_status().json()
            answer = await self.person.post(
                "/v1/invitations/acceptance", {"invitation": invited["invitation"]}
            )
            if kind == "agent":
                self.person.subject_id = answer.raise_for_status().json()["id"]
        report = await self.person.report()
        await self.person.content(report["id"])
        self.others.append(other)
        stranger = await self.cast.owner(name="上官云")
        (await stranger.invite(self.person)).raise_for_status()

    async def _told_in_wechat(self, installation: Installation) -> None:
        phone = Subscriptions(self.person, installation)
        await phone.at_any_hour(share="digest")
        await phone.answer(REPORT, OBJECTION)
        await phone.notify()
        self.account = (await phone.account()).id

    async def _taken_along(self) -> None:
        answer = await self.person.post("/v1/me/exports")
        export_id = answer.raise_for_status().json()["id"]
        await self.cast.work()
        path = f"/v1/me/exports/{export_id}/file-addresses"
        (await self.person.post(path)).raise_for_status()

    async def _object(self, person: Person, report_id: str) -> None:
        sections = (await person.content(report_id))["sections"]
        record = next(
            record
            for section in sections
            for group in section["groups"]
            for record in group["records"]
            if record.get("id")
        )
        body = {"record_id": record["id"], "reason": f"本人{NAME}对该记录有异议。"}
        answer = await person.post(f"/v1/credit-reports/{report_id}/objections", body)
        assert answer.status_code == 201, answer.text

    @property
    def traces(self) -> list[str]:
        """By what the person can be recognised."""
        known = self.person.persona
        return [NAME, known["id_number"], known["phone"], known["openid"], self.permit]


async def verdicts(cast: Cast, paper: Paper) -> list[str]:
    """What the paper is worth by QR code, by number and check code, and by file."""
    typed = {"number": paper.report["number"], "check_code": paper.check_code}
    answers = [
        await cast.client.get(f"/v1/verification/{paper.code}"),
        await cast.client.post("/v1/verification", json=typed),
        await cast.client.post("/v1/verification/files", files={"file": paper.pdf}),
    ]
    return [answer.raise_for_status().json()["status"] for answer in answers]


async def swept(life: Life, installation: Installation) -> None:
    """The account erased, and both sweeps done."""
    number = await erase(life.person)
    for state in ("swept", "done"):
        await life.cast.work()
        told = (await life.cast.client.get(f"/v1/erasures/{number}")).json()
        assert told["state"] == state
        await due(installation)


async def test_after_an_erasure_only_legal_hold_knows_the_person(
    cast: Cast, installation: Installation, proof: Proof, data_folder: Path, tmp_path: Path
) -> None:
    life = await Life(cast).live(installation)
    database = installation.database
    before, count = await each_found(database, [*life.traces, life.id, life.account])
    for trace, places in before.items():
        assert set(places) - {AUDIT, JOURNAL}, f"{trace[:3]}… is nowhere to be found"
        assert HOLD not in places
    stood = {place.split(".")[1] for places in before.values() for place in places}
    assert stood >= USED
    for name in SILENT:
        assert await database[name].count_documents({}, limit=1), f"{name} is empty"

    await swept(life, installation)

    places = await found(database, *life.traces, life.id, life.account)
    # What an enterprise signed is the enterprise's, and stays as it was signed.
    signed_by_it = [row["_id"] for row in places.pop(SNAPSHOTS)]
    of_enterprises = {"_id": {"$in": signed_by_it}, "uscc": {"$ne": None}}
    assert await database["promises"].count_documents(of_enterprises) == len(set(signed_by_it)) == 1
    assert set(places) <= {HOLD, AUDIT, JOURNAL}
    for row in (*places[AUDIT], *places.get(JOURNAL, ())):
        assert not [trace for trace in life.traces if trace in "\n".join(texts(row))]
    rules = {rule.code: rule for rule in installation.erasure.rules.all}
    for row in places[HOLD]:
        assert row["source"] == rules[row["rule"]].source
        assert row["ends_at"] > datetime.now(UTC)
    held = {row["_id"] for row in places[HOLD]}
    assert held >= set(life.records)
    for name in ("credit_reports", "credit_report_snapshots", "credit_report_papers"):
        assert await database[name].count_documents({"_id": {"$in": life.reports}}) == 0
    for paper in (life.paper, life.own_paper):
        assert await verdicts(cast, paper) == ["valid"] * 3
        file = tmp_path / "report.pdf"
        file.write_bytes(paper.pdf)
        root = data_folder / "keys" / "root.crt.pem"
        done = await asyncio.to_thread(run_command, "verify", str(file), "--root", str(root))
        assert done.returncode == 0
    for pdf in life.letters:
        code, _ = codes_on(pdf)
        verdict = (await cast.client.get(f"/v1/verification/{code}")).json()
        assert (verdict["status"], verdict["paper"]) == ("valid", "promise")
    proof(
        "documents of every database, decrypted, searched for a person erased",
        count,
        "only legal hold, each row with rule and end date",
    )


async def test_the_search_reads_what_is_encrypted_in_a_collection_that_nobody_listed(
    installation: Installation,
) -> None:
    planted = f"planted-{chance.random()}"
    database = installation.database
    secret = await database.cipher.random("person", planted)
    await database.client["somewhere"]["else"].insert_one({"deep": [{"value": secret}]})
    places = await found(database, planted)
    await database.client.drop_database("somewhere")
    assert "somewhere.else" in places


async def test_others_see_somebody_who_has_left(cast: Cast, installation: Installation) -> None:
    """The enterprise keeps its looks, the giver a delegation that ended, the helper a notice."""
    life = await Life(cast).live(installation)
    agent, helper, other = life.others
    looks = await _looks(other)
    await swept(life, installation)
    after = await _looks(other)
    assert [look["id"] for look in after] == [look["id"] for look in looks]
    assert any("已注销用户" in look["who"] for look in after)
    params = {"subject_id": other.subject_id}
    [given] = (await other.get("/v1/delegations", params=params)).json()["items"]
    assert given["state"] == "resigned"
    assert "已注销用户" in given["name"] or given["name"].startswith("已")
    titles = [notice["title"] for notice in (await helper.get("/v1/notices")).json()["items"]]
    assert "代办授权已结束" in titles
    titles = [notice["title"] for notice in (await agent.get("/v1/notices")).json()["items"]]
    assert "代办权限已暂停" in titles


async def _looks(person: Person) -> list[dict[str, Any]]:
    params = {"subject_id": person.subject_id}
    items: list[dict[str, Any]] = (await person.get("/v1/looks", params=params)).json()["items"]
    return items
