"""Before anybody signs in: what can be applied for, and which way is likely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.electricity.applications import Premises, Proof, State
from domain.electricity.terms import Business, Paper, Terms, papers_needed, proof_for
from domain.errors import NotFound

# Titles of the supplier's steps, in the order of the way; content gives each its working days.
STEPS: Mapping[State, str] = {
    State.IDENTITY_OK: "受理",
    State.PROMISE_SIGNED: "受理",
    State.ACCEPTED: "约定勘查",
    State.SURVEY: "勘查并答复供电方案",
    State.PLAN_REPLIED: "装表接电（不需外线工程的）",
    State.EXTERNAL_WORKS: "外线工程（需要的）",
    State.ENERGISED: "办结归档",
}
NO_PROMISE = "以上仅供参考，以提交申请后的公共信用信息报告和供电企业答复为准。"


@dataclass(frozen=True, kw_only=True)
class StepDays:
    """A step of the supplier's, and how many working days it may take."""

    state: State
    title: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Likely:
    """What answers to four questions come to."""

    proof: Proof
    text: str
    papers: Sequence[Paper]
    steps: Sequence[StepDays]


class Guide:
    """What everybody may know beforehand."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    @property
    def terms(self) -> Terms:
        """Everything the district wrote."""
        return self._terms

    def check(
        self, *, business: str, premises: Premises, bad_record: bool, bad_usage: bool
    ) -> Likely:
        """The likely way, by what somebody says of themself.

        Raises:
            NotFound: there is no such business.
        """
        found = self._terms.businesses.get(business)
        if found is None:
            raise NotFound("没有这种业务。")
        proof = proof_for(premises)
        if proof is Proof.CREDIT and (bad_record or bad_usage):
            text = (
                "您说有失信记录或用电失信记录，可能暂时不能用信用报告和承诺代替产权证明；"
                "认为记录有误的可以提出异议，已纠正的可以申请修复，也可以补交产权证明按一般程序办理。"
            )
            proof = Proof.TITLE
        elif proof is Proof.CREDIT:
            text = (
                f"{premises.label}的，可以用公共信用信息报告和诚信守法用电承诺书代替产权证明；"
                "其他材料和安全要求不变。"
            )
        else:
            text = "有产权证明的，按一般程序办理，不需要信用承诺。"
        return Likely(
            proof=proof,
            text=text + NO_PROMISE,
            papers=papers_needed(found, proof),
            steps=steps_of(found, proof),
        )


def steps_of(business: Business, proof: Proof) -> Sequence[StepDays]:
    """The supplier's steps by this way, with their working days."""
    other = State.PROMISE_SIGNED if proof is Proof.TITLE else State.IDENTITY_OK
    return tuple(
        StepDays(state=state, title=title, days=business.days[state])
        for state, title in STEPS.items()
        if state is not other and state in business.days
    )
