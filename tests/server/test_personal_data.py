"""The declaration that ships fits what is kept; one that does not stops the start."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.mongo import schema
from adapters.mongo.declaring import SECRET, TEXT, Collection
from content.catalogue import FOLDER
from content.files import ContentError
from content.personal_data import FILE, load_personal_data
from server import personal_data
from tests.served import run_command


def test_every_personal_field_there_is_is_declared() -> None:
    personal_data.check(load_personal_data(FOLDER))


def test_a_new_field_with_personal_data_stops_the_start_until_its_line_is_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pets = Collection("pets", {"person_id": TEXT, "name": SECRET})
    monkeypatch.setattr(personal_data, "COLLECTIONS", (*schema.COLLECTIONS, pets))
    declared = load_personal_data(FOLDER)
    with pytest.raises(ContentError) as refused:
        personal_data.check(declared)
    assert 'add "pets.name" to the fields' in str(refused.value)
    assert 'add "pets.*" to the fields' in str(refused.value)
    item = replace(declared.items[0], fields=(*declared.items[0].fields, "pets.name", "pets.*"))
    personal_data.check(replace(declared, items=(item, *declared.items[1:])))


def test_exact_days_are_those_after_which_the_database_removes_it() -> None:
    """A day counts from a time in the document, at which it is over already or was made."""
    seconds = {
        collection.name: max(
            (index.document.get("expireAfterSeconds", -1) for index in collection.indexes),
            default=-1,
        )
        for collection in schema.COLLECTIONS
    }
    for item in load_personal_data(FOLDER).items:
        if item.days is not None:
            for name in {field.partition(".")[0] for field in item.fields}:
                assert 0 <= seconds[name] <= item.days * 24 * 3600, name


def test_the_command_prints_the_answers_of_the_content_named(tmp_path: Path) -> None:
    shutil.copy(FOLDER / FILE, tmp_path / FILE)
    file = tmp_path / FILE
    file.write_text(file.read_text("utf-8").replace("市公共信用信息平台", "某市平台"), "utf-8")
    told = run_command("privacy-guide", "--content", str(tmp_path))
    assert told.returncode == 0, told.stderr
    assert "### wx.login" in told.stdout
    assert "某市平台" in told.stdout


def test_the_command_refuses_what_the_start_refuses(tmp_path: Path) -> None:
    file = tmp_path / FILE
    text = (FOLDER / FILE).read_text("utf-8")
    file.write_text(text.replace('"wechat_accounts.openid", ', ""), "utf-8")
    told = run_command("privacy-guide", env={"CREDIT_CONTENT_FOLDER": str(tmp_path)})
    assert told.returncode == 1
    assert 'add "wechat_accounts.openid"' in " ".join(told.stderr.split())
