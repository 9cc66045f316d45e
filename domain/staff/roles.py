"""Roles of staff and what each may do; whatever no role names is refused.

The three administrators are kept apart, from one another and from all business: who makes
accounts does not grant them, who grants them does not read the audit log, and none of them
decides a matter. Source: GB/T 22239-2019 (等保2.0), third level: system, security and audit
administrators are separate.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum


class Right(Enum):
    """What may be done in the console."""

    SEE_DESK = "staff-see-desk"
    KEEP_OWN_ACCOUNT = "staff-keep-own-account"
    SEE_STAFF = "staff-see-staff"
    PROPOSE_STAFF = "staff-propose-staff"
    APPROVE_STAFF = "staff-approve-staff"
    SUSPEND_STAFF = "staff-suspend-staff"
    CLOSE_SERVICES = "staff-close-services"
    FOLLOW_PROMISES = "staff-follow-promises"
    SUPERVISE_PROMISES = "staff-supervise-promises"
    REVIEW_PROMISES = "staff-review-promises"
    READ_TEXTS = "staff-read-texts"
    EDIT_TEXTS = "staff-edit-texts"
    REVIEW_TEXTS = "staff-review-texts"
    FOLLOW_ELECTRICITY = "staff-follow-electricity"
    HANDLE_ELECTRICITY = "staff-handle-electricity"
    MANAGE_DELIVERIES = "staff-manage-deliveries"
    FOLLOW_USAGE = "staff-follow-usage"
    REPORT_USAGE = "staff-report-usage"
    REVIEW_USAGE = "staff-review-usage"
    FOLLOW_COUNTER = "staff-follow-counter"
    CONFIRM_AT_COUNTER = "staff-confirm-at-counter"
    RELEASE_AT_COUNTER = "staff-release-at-counter"
    LOOK_AT_CREDIT = "staff-look-at-credit"
    WORK_ON_TICKETS = "staff-work-on-tickets"
    ANSWER_TICKETS = "staff-answer-tickets"
    SUPERVISE_TICKETS = "staff-supervise-tickets"
    FOLLOW_ROSTER = "staff-follow-roster"
    KEEP_ROSTER = "staff-keep-roster"
    HANDLE_COMPLAINTS = "staff-handle-complaints"
    FOLLOW_PERFORMANCE = "staff-follow-performance"
    PROPOSE_JUDGEMENT = "staff-propose-judgement"
    DECIDE_JUDGEMENT = "staff-decide-judgement"
    READ_LECTURES = "staff-read-lectures"
    EDIT_LECTURES = "staff-edit-lectures"
    REVIEW_LECTURES = "staff-review-lectures"
    READ_AUDIT = "staff-read-audit"


class Role(Enum):
    """As what somebody works here."""

    OFFICE = "office"
    SUPERVISOR = "supervisor"
    BUTLER = "butler"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    GRID_CLERK = "grid_clerk"
    ADMINISTRATOR = "administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    SECURITY_AUDITOR = "security_auditor"

    @property
    def label(self) -> str:
        """As people read it."""
        return LABELS[self]


LABELS: Mapping[Role, str] = {
    Role.OFFICE: "信用办",
    Role.SUPERVISOR: "督办",
    Role.BUTLER: "信用管家",
    Role.EDITOR: "内容编辑",
    Role.REVIEWER: "内容审核",
    Role.GRID_CLERK: "供电局经办",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.SECURITY_AUDITOR: "安全审计员",
}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR})
EVERYBODY = frozenset({Right.SEE_DESK, Right.KEEP_OWN_ACCOUNT})
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OFFICE: EVERYBODY
    | {Right.CLOSE_SERVICES, Right.FOLLOW_PROMISES, Right.SUPERVISE_PROMISES, Right.READ_TEXTS}
    | {Right.FOLLOW_ELECTRICITY, Right.MANAGE_DELIVERIES, Right.FOLLOW_USAGE}
    | {Right.FOLLOW_COUNTER, Right.CONFIRM_AT_COUNTER, Right.LOOK_AT_CREDIT}
    | {Right.WORK_ON_TICKETS, Right.SUPERVISE_TICKETS, Right.FOLLOW_ROSTER, Right.KEEP_ROSTER}
    | {Right.HANDLE_COMPLAINTS, Right.FOLLOW_PERFORMANCE, Right.PROPOSE_JUDGEMENT}
    | {Right.READ_LECTURES},
    Role.SUPERVISOR: EVERYBODY
    | {Right.FOLLOW_PROMISES, Right.REVIEW_PROMISES, Right.FOLLOW_ELECTRICITY}
    | {Right.FOLLOW_USAGE, Right.REVIEW_USAGE, Right.LOOK_AT_CREDIT}
    | {Right.FOLLOW_COUNTER, Right.RELEASE_AT_COUNTER}
    | {Right.WORK_ON_TICKETS, Right.SUPERVISE_TICKETS}
    | {Right.FOLLOW_ROSTER, Right.HANDLE_COMPLAINTS}
    | {Right.FOLLOW_PERFORMANCE, Right.DECIDE_JUDGEMENT},
    Role.BUTLER: EVERYBODY
    | {Right.WORK_ON_TICKETS, Right.ANSWER_TICKETS}
    | {Right.FOLLOW_ROSTER, Right.FOLLOW_PERFORMANCE},
    Role.EDITOR: EVERYBODY
    | {Right.READ_TEXTS, Right.EDIT_TEXTS, Right.READ_LECTURES, Right.EDIT_LECTURES},
    Role.REVIEWER: EVERYBODY
    | {Right.READ_TEXTS, Right.REVIEW_TEXTS, Right.READ_LECTURES, Right.REVIEW_LECTURES},
    Role.GRID_CLERK: EVERYBODY
    | {Right.FOLLOW_ELECTRICITY, Right.HANDLE_ELECTRICITY, Right.FOLLOW_USAGE, Right.REPORT_USAGE},
    Role.ADMINISTRATOR: EVERYBODY | {Right.SEE_STAFF, Right.PROPOSE_STAFF, Right.SUSPEND_STAFF},
    Role.SECURITY_ADMINISTRATOR: EVERYBODY
    | {Right.SEE_STAFF, Right.APPROVE_STAFF, Right.SUSPEND_STAFF},
    Role.SECURITY_AUDITOR: EVERYBODY | {Right.SEE_STAFF, Right.READ_AUDIT},
}
# Makes and checks the same thing: nobody does both.
APART = ({Role.EDITOR, Role.REVIEWER}, {Role.OFFICE, Role.SUPERVISOR})
# Works for the power company, and so for nobody else here.
OUTSIDE = Role.GRID_CLERK


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """What somebody of these roles may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def roles_fault(roles: Sequence[Role]) -> str | None:
    """Why these roles cannot be one person's, as a sentence; None when they can."""
    chosen = set(roles)
    if not chosen:
        return "请至少选择一个角色。"
    if chosen & ADMINISTRATORS and len(chosen) > 1:
        return "系统管理员、安全管理员、安全审计员三员分立，不能互相兼任，也不能兼任业务角色。"
    if OUTSIDE in chosen and len(chosen) > 1:
        return f"{OUTSIDE.label}代表供电企业，不能兼任其他角色。"
    for apart in APART:
        if apart <= chosen:
            names = "、".join(sorted(role.label for role in apart))
            return f"{names}是经办与复核的关系，不能由同一人担任。"
    return None
