"""Every personal field is declared; what is wrong is named, with the line that mends it."""

from dataclasses import replace

import pytest

from domain.personal_data import (
    Declaration,
    Handler,
    Interface,
    Item,
    Keeping,
    Recipient,
    faults,
    privacy_guide,
)

NAME = Item(
    code="name",
    title="姓名",
    fields=("people.name", "people.*"),
    sensitive=False,
    purpose="实名认证。",
    ground="duty",
    retention="注销后删除。",
    days=None,
    recipients=("platform",),
)
DECLARED = Declaration(
    sample=True,
    updated_on="2026-11-23",
    handler=Handler(name="某中心", contact="窗口", notice="消息告知。", exercise="我的数据"),
    grounds={"duty": "法定职责"},
    recipients=(
        Recipient(
            code="platform", name="某平台", contact="电话", purpose="查询。", method="接口。"
        ),
    ),
    items=(NAME,),
    interfaces=(
        Interface(name="wx.login", kind="用户标识", purpose="登录。", items=("name",)),
        Interface(name="wx.scanCode", kind="摄像头", purpose="扫码。", items=()),
    ),
)
PEOPLE = Keeping(
    name="people",
    fields=frozenset({"name", "since"}),
    secret=frozenset({"name"}),
    personal=True,
)
RATES = Keeping(name="rates", fields=frozenset({"count"}), secret=frozenset(), personal=False)
KEPT = (PEOPLE, RATES)


def with_item(**changes: object) -> Declaration:
    return replace(DECLARED, items=(replace(NAME, **changes),))  # type: ignore[arg-type]


def test_what_is_declared_whole_has_no_fault() -> None:
    assert faults(DECLARED, KEPT) == []


def test_an_encrypted_field_is_named_by_itself_and_the_line_to_add_is_said() -> None:
    [fault] = faults(with_item(fields=("people.*",)), KEPT)
    assert fault.startswith('"people.name" is encrypted')
    assert fault.endswith('add "people.name" to the fields of the item it belongs to')


def test_the_plain_fields_of_a_persons_collection_are_declared_by_one_line() -> None:
    [fault] = faults(with_item(fields=("people.name",)), KEPT)
    assert "undeclared: since" in fault
    assert fault.endswith('add "people.*" to the fields of the item it belongs to')
    assert faults(with_item(fields=("people.name", "people.since")), KEPT) == []


def test_a_collection_that_belongs_to_nobody_needs_no_declaration() -> None:
    assert faults(DECLARED, (PEOPLE, RATES)) == []
    [fault] = faults(DECLARED, (PEOPLE, replace(RATES, personal=True)))
    assert '"rates" belongs to a person' in fault


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (
            with_item(fields=(*NAME.fields, "people.nickname")),
            '"people.nickname" is declared, and there is no',
        ),
        (with_item(fields=(*NAME.fields, "shoes.*")), '"shoes.*" is declared, and there is no'),
        (with_item(fields=(*NAME.fields, "people.name")), '"people.name" is declared 2 times'),
        (with_item(ground="whim"), "rests on the ground whim"),
        (with_item(recipients=("platform", "uncle")), "is given to uncle, whom no"),
        (with_item(recipients=()), "recipient platform is described, and no item"),
        (
            replace(DECLARED, interfaces=(replace(DECLARED.interfaces[0], items=("face",)),)),
            "interface wx.login asks for face",
        ),
    ],
)
def test_what_is_declared_halfway_is_named(declared: Declaration, told: str) -> None:
    assert [told in fault for fault in faults(declared, KEPT)] == [True]


def test_all_faults_are_named_at_once() -> None:
    assert len(faults(with_item(fields=("shoes.size",), ground="whim"), KEPT)) == 4


def test_the_guide_tells_every_interface_item_and_recipient() -> None:
    guide = privacy_guide(DECLARED)
    assert "### wx.login：用户标识" in guide
    assert "- 保存期限（姓名）：注销后删除。" in guide
    assert "- 某平台（联系方式：电话）：姓名。目的：查询。方式：接口。" in guide
    assert "- 保存期限：不保存。" in guide
    assert "样例内容" in guide
    assert "样例内容" not in privacy_guide(replace(DECLARED, sample=False))


def test_ciphertext_that_is_nobodys_is_said_to_be() -> None:
    token = Keeping(
        name="tokens",
        fields=frozenset({"token", "ends_at"}),
        secret=frozenset({"token"}),
        personal=True,
    )
    assert len(faults(DECLARED, (PEOPLE, token))) == 2
    said = replace(DECLARED, not_personal=("tokens.token", "tokens.*"))
    assert faults(said, (PEOPLE, token)) == []
    assert len(faults(said, (PEOPLE,))) == 2
