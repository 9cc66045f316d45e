"""The evidence of a promise: whole, checked by its own program, no byte of it to be changed."""

import ast
import json
import os
import random
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.documents.audit_roots import RootSigner
from adapters.documents.evidence import verify
from adapters.documents.keys import KeyFiles, load_keys, make_development_keys
from domain.promises.register import consent_hash
from domain.staff.roles import Role
from server.wiring import Installation
from tests.authority import Authority
from tests.cast import Cast, Person
from tests.counters import asked_to_sign, released
from tests.erasing import due, erase
from tests.outage import Outage
from tests.problems import check_problem
from tests.promising import drafted, letter, shown, sign, signed
from tests.proof import Proof
from tests.staffing import Colleague, at_work

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
FLIPS = 2_000 if FULL else 150
RUN = 12 if FULL else 3
ROOT = Path(__file__).parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


async def sealed(installation: Installation) -> None:
    """Every event gets its leaf and a root, and the root its time-stamp."""
    audit = installation.audit
    await audit.sealing.begin()
    while await audit.sealing.step():
        pass
    await audit.store.want_root()
    while await audit.sealing.step():
        pass
    while await audit.sealing.stamp():
        pass


async def evidence(person: Person, promise: dict[str, Any]) -> bytes:
    answer = await person.get(f"/v1/promises/{promise['id']}/evidence")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    assert f"{promise['signature']['code']}-evidence.zip" in answer.headers["Content-Disposition"]
    return answer.content


def root_of(installation: Installation) -> bytes:
    return str(installation.house.public_keys()["root_certificate_pem"]).encode()


def told(report: verify.Report, mark: str) -> list[str]:
    return [text for one, text in report.lines if one == mark]


def repacked(members: verify.Members, **changed: bytes) -> bytes:
    """Well made again, so that only what is in it can tell."""
    return verify.packed([(name, changed.get(name, content)) for name, content in members])


@pytest.fixture(scope="session")
def kept(
    io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str
) -> tuple[bytes, dict[str, Any]]:
    """The evidence of a promise that is all sealed and stamped."""
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=installation.workers)

    async def make() -> tuple[bytes, dict[str, Any]]:
        owner = await cast.owner()
        promise = await signed(owner)
        await letter(owner, promise)
        await sealed(installation)
        packed = await evidence(owner, promise)
        await cast.close()
        return packed, promise

    made: tuple[bytes, dict[str, Any]] = io_loop.run_sync(make)
    return made


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a verify.py in an environment that has ``cryptography`` and nothing of ours."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv")  # our pip serves it as well
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-compile"]
    constraints = ROOT / "constraints.txt"
    subprocess.run([*install, "cryptography", "--constraint", constraints], check=True, cwd=folder)
    bare = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [python, "-W", "error", *map(str, words)]
        return subprocess.run(
            command, cwd=folder, env=bare, capture_output=True, text=True, check=False
        )

    assert run("-c", "import tornado").returncode == 1
    return run


# -- whole ---------------------------------------------------------------------------------


async def test_it_checks_itself_in_a_clean_environment(
    kept: tuple[bytes, dict[str, Any]], clean: Run, installation: Installation, tmp_path: Path
) -> None:
    packed, promise = kept
    file = tmp_path / "evidence.zip"
    file.write_bytes(packed)
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
    (tmp_path / "root.pem").write_bytes(root_of(installation))
    for more in ((), ("--root", tmp_path / "root.pem")):
        done = clean(tmp_path / "verify.py", file, *more)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "结论：没有发现不符之处。" in done.stdout
        assert "待定" not in done.stdout
        assert "在第" in done.stdout
        assert ("您给出的" in done.stdout) == bool(more)
    assert "[通过] 承诺书的时间戳，签章：" in done.stdout
    assert "签署承诺书（promise.signed）" in done.stdout
    assert promise["signature"]["code"] in (file.read_bytes()).decode("utf-8", "ignore")


def test_it_is_a_zip_that_anybody_opens_and_holds_what_was_signed(
    kept: tuple[bytes, dict[str, Any]],
) -> None:
    packed, promise = kept
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files["verify.py"] == Path(verify.__file__).read_bytes()
    assert verify.sha256(files["promise.json"]) == promise["signature"]["canonical_sha256"]
    assert verify.sha256(files["text.txt"]) == promise["text_hash"]
    publication = files["publication.txt"].decode()
    assert publication == promise["publication"]["text"]
    assert consent_hash(publication) == promise["publication"]["text_hash"]
    assert files["promise.pdf"].startswith(b"%PDF")
    identity = json.loads(files["identity.json"])
    assert set(identity) == {"check_id", "method", "confirmed_at", "receipt_sha256"}
    assert len(identity["receipt_sha256"]) == 64
    events = [json.loads(files[name]) for name in files if name.startswith("events/")]
    assert [one["event"]["action"] for one in events] == [
        *("promise.drafted", "promise.check_begun", "promise.signed", "promise.letter_made"),
    ]
    assert all(one["root"] is not None for one in events)
    assert any(name.startswith("roots/") and name.endswith(".tsr") for name in files)
    assert "stamps/seal.tsr" in files
    readme = files["README.txt"].decode()
    assert promise["signature"]["code"] in readme
    assert "均已封存" in readme


def test_the_program_is_one_file_for_python_3_9() -> None:
    tree = ast.parse(Path(verify.__file__).read_text("utf-8"), feature_version=(3, 9))
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    tops = {name.partition(".")[0] for name in names}
    assert tops - sys.stdlib_module_names == {"cryptography"}


# -- changed -------------------------------------------------------------------------------


def test_no_byte_anywhere_can_be_changed(
    kept: tuple[bytes, dict[str, Any]], installation: Installation, proof: Proof
) -> None:
    packed, _ = kept
    root = root_of(installation)
    assert verify.verify(packed, root).good
    chance = random.Random(20261129)  # noqa: S311 - the same flips every time
    members = verify.unpacked(packed)
    for _ in range(FLIPS):
        place = chance.randrange(len(packed))
        changed = bytearray(packed)
        changed[place] ^= 1 << chance.randrange(8)
        report = verify.verify(bytes(changed), root)
        assert not report.good, place
        name = member_at(members, place)
        if name:
            assert any(name in text for text in told(report, verify.BAD)), (place, name)
    proof("a bit of an evidence ZIP flipped", FLIPS, "each said to be wrong, and in which file")


def test_a_manifest_of_another_shape_is_said_to_be_wrong_and_stops_nothing(
    kept: tuple[bytes, dict[str, Any]], installation: Installation
) -> None:
    """Well-formed and well packed: what is asked of it may be missing, or of another kind."""
    members = verify.unpacked(kept[0])
    manifest = json.loads(dict(members)[verify.MANIFEST])
    others = [{one: manifest[one] for one in manifest if one != name} for name in manifest]
    others += [{**manifest, name: value} for name in manifest for value in (None, 7, "x", [], {})]
    others += [{**manifest, "files": [7]}, {**manifest, "files": [{"name": "text.txt"}]}]
    for other in others:
        if other == manifest:
            continue
        raw = verify.canonical(other)
        report = verify.verify(repacked(members, **{verify.MANIFEST: raw}), root_of(installation))
        assert any(verify.MANIFEST in text for text in told(report, verify.BAD)), other


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "identity.json", "letter.json"])
def test_no_byte_of_what_the_rest_rests_on_can_be_changed(
    kept: tuple[bytes, dict[str, Any]], installation: Installation, name: str
) -> None:
    """One after the other, with the ZIP made well again, so that only what is in it tells."""
    members, root = verify.unpacked(kept[0]), root_of(installation)
    content = dict(members)[name]
    step = 1 if FULL else max(1, len(content) // 60)
    for place in range(0, len(content), step):
        changed = bytearray(content)
        changed[place] ^= 1
        report = verify.verify(repacked(members, **{name: bytes(changed)}), root)
        assert any(name in text for text in told(report, verify.BAD)), place


def member_at(members: verify.Members, place: int) -> str:
    """Whose content the byte is of; none when it is of the ZIP's own."""
    at = 0
    for name, content in members:
        at += verify.LOCAL.size + len(name)
        if at <= place < at + len(content):
            return name
        at += len(content)
    return ""


def test_each_file_changed_removed_or_added_is_named_however_well_it_is_packed(
    kept: tuple[bytes, dict[str, Any]], installation: Installation
) -> None:
    packed, _ = kept
    root = root_of(installation)
    members = verify.unpacked(packed)
    for name, content in members:
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        report = verify.verify(repacked(members, **{name: bytes(changed)}), root)
        wrong = told(report, verify.BAD)
        assert any(name in text for text in wrong), name
        without = verify.packed([one for one in members if one[0] != name])
        assert any(name in text for text in told(verify.verify(without, root), verify.BAD)), name
    more = verify.packed([*members, ("note.txt", b"x")])
    assert any("note.txt" in text for text in told(verify.verify(more, root), verify.BAD))
    twice = verify.packed([*members, members[1]])
    assert any("promise.pdf" in text for text in told(verify.verify(twice, root), verify.BAD))
    turned = verify.packed([members[1], members[0], *members[2:]])
    assert any("次序" in text for text in told(verify.verify(turned, root), verify.BAD))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed + b"\0",
        lambda packed: b"\0" + packed,
        lambda packed: packed[:-1],
        lambda packed: packed[: len(packed) // 2],
        lambda _: b"",
        lambda _: b"PK\5\6" + bytes(18),
        lambda packed: packed[:-2] + b"\1\0x",
    ],
    ids=["appended", "prepended", "cut", "half", "nothing", "an empty ZIP", "a comment"],
)
def test_what_is_put_around_it_is_told(
    kept: tuple[bytes, dict[str, Any]], spoil: Callable[[bytes], bytes]
) -> None:
    assert not verify.verify(spoil(kept[0])).good


def test_who_signs_it_all_anew_is_not_the_platform(
    kept: tuple[bytes, dict[str, Any]], tmp_path: Path, installation: Installation
) -> None:
    packed, _ = kept
    other = resigned(packed, tmp_path)
    # By a root of their own the manifest holds; what we sealed is not under it.
    wrong = told(verify.verify(other), verify.BAD)
    assert any("承诺书的签章" in one for one in wrong)
    assert not any("manifest" in one for one in wrong)
    wrong = told(verify.verify(other, root_of(installation)), verify.BAD)
    assert any("manifest.sig" in one for one in wrong)


async def test_the_command_names_what_is_wrong(
    kept: tuple[bytes, dict[str, Any]], clean: Run, tmp_path: Path
) -> None:
    packed, _ = kept
    members = verify.unpacked(packed)
    (tmp_path / "verify.py").write_bytes(dict(members)["verify.py"])
    chance = random.Random(7)  # noqa: S311 - the same every time
    for name in ("promise.pdf", "text.txt", "verify.py", *chance.sample(list(dict(members)), RUN)):
        at = packed.index(dict(members)[name]) + len(dict(members)[name]) // 2
        changed = bytearray(packed)
        changed[at] ^= 4
        (tmp_path / "evidence.zip").write_bytes(changed)
        done = clean(tmp_path / "verify.py", tmp_path / "evidence.zip")
        assert done.returncode == 1, name
        assert any("[不符]" in line and name in line for line in done.stdout.splitlines()), name
        assert "Traceback" not in done.stdout + done.stderr


def resigned(packed: bytes, folder: Path) -> bytes:
    """By somebody who makes keys of their own."""
    keys = load_keys(make_development_keys(folder / "others"))
    signer = RootSigner(keys)
    return resealed(
        packed,
        signer,
        {
            "certificates/root.crt.pem": keys.root_certificate_pem,
            f"certificates/{signer.fingerprint[:16]}.crt.pem": signer.certificate_pem.encode(),
        },
    )


def resealed(packed: bytes, signer: RootSigner, changed: dict[str, bytes | None]) -> bytes:
    """With other files, under a manifest that is right about them."""
    before = dict(verify.unpacked(packed))
    manifest = json.loads(before[verify.MANIFEST])
    kept_files = [one["name"] for one in manifest["files"]]
    found = {**{name: before[name] for name in kept_files}, **changed}
    files = [(name, content) for name, content in found.items() if content is not None]
    manifest["signer"] = signer.fingerprint
    manifest["files"] = [
        {"name": name, "sha256": verify.sha256(content), "size": len(content)}
        for name, content in files
    ]
    raw = verify.canonical(manifest)
    return verify.packed([*files, (verify.MANIFEST, raw), (verify.SIGNATURE, signer.sign(raw))])


# -- sealed by us, and yet not so ------------------------------------------------------------


@pytest.fixture(scope="session")
def signer(data_folder: Path) -> RootSigner:
    """The platform's own key: what is wrong now is in the things, not in the manifest."""
    return RootSigner(load_keys(KeyFiles.in_folder(data_folder / "keys")))


def edited(content: bytes, path: str, value: object) -> bytes:
    """A JSON file with one thing in it set; ``event.facts.text`` leads down."""
    whole = json.loads(content)
    *down, last = path.split(".")
    inner = whole
    for name in down:
        inner = inner[name]
    inner[last] = value
    return verify.canonical(whole)


@pytest.mark.parametrize(
    ("name", "path", "value", "said"),
    [
        ("events/0003.json", "event.actor", "somebody", "事件、位置或路径被改动"),
        ("events/0003.json", "event.at", "2020-01-01T00:00:00.000Z", "事件、位置或路径被改动"),
        ("events/0003.json", "leaf", 0, "事件、位置或路径被改动"),
        ("events/0003.json", "path", [], "事件、位置或路径被改动"),
        ("events/0001.json", "event.object_id", "another", "事件、位置或路径被改动"),
        ("events/0003.json", "event.facts.text", "0" * 64, "text.txt 不是签署时所读的"),
        ("events/0003.json", "event.facts.canonical", "0" * 64, "promise.json 不是所签的"),
        ("events/0003.json", "event.facts.receipt", "0" * 64, "核验回执的摘要不一致"),
        ("events/0004.json", "event.facts.sha256", "0" * 64, "不是所生成的文件"),
        ("promise.json", "content", "别的", "promise.json 不是所签的"),
        ("promise.json", "content", "别的", "与 promise.json 不同"),
        ("promise.json", "number", "1" * 20, "是另一份承诺的"),
        ("identity.json", "confirmed_at", "2020-01-01T00:00:00Z", "不是签署时的核验"),
        ("identity.json", "receipt_sha256", "0" * 64, "核验回执的摘要不一致"),
        ("letter.json", "file_sha256", "0" * 64, "不是所生成的文件"),
        ("root", "root.head", "0" * 64, "签名不成立"),
        ("root", "root.size", 1, "签名不成立"),
        ("root", "stamping", "none", "所说的时间戳与所附的不一致"),
    ],
)
def test_what_does_not_agree_with_the_rest_is_told(
    kept: tuple[bytes, dict[str, Any]],
    installation: Installation,
    signer: RootSigner,
    name: str,
    path: str,
    value: object,
    said: str,
) -> None:
    files = dict(verify.unpacked(kept[0]))
    if name == "root":
        name = next(one for one in files if one.startswith("roots/") and one.endswith(".json"))
    changed = {name: edited(files[name], path, value)}
    report = verify.verify(resealed(kept[0], signer, changed), root_of(installation))
    wrong = told(report, verify.BAD)
    assert any(said in text for text in wrong), wrong
    assert not any("manifest" in text or "ZIP" in text for text in wrong)


def test_other_texts_another_letter_and_other_stamps_are_told(
    kept: tuple[bytes, dict[str, Any]], installation: Installation, signer: RootSigner
) -> None:
    files = dict(verify.unpacked(kept[0]))
    stamp = next(name for name in files if name.startswith("roots/") and name.endswith(".tsr"))
    pdf = files["promise.pdf"]
    middle = bytearray(pdf)
    middle[len(pdf) // 2] ^= 1
    for changed, said in (
        ({"text.txt": b"x"}, "text.txt 不是签署时所读的"),
        ({"publication.txt": b"x"}, "publication.txt 不是承诺人同意的文本"),
        ({"promise.pdf": pdf + b"x"}, "签章之后有追加的内容"),
        ({"promise.pdf": bytes(middle)}, "内容与签名的摘要不符"),
        ({"stamps/seal.tsr": files[stamp]}, "不是签章上的那一个"),
        ({"stamps/seal.tsr": None}, "不是签章上的那一个"),
        ({stamp: files["stamps/seal.tsr"]}, "时间戳盖的不是这份内容"),
        ({stamp: None}, "所说的时间戳与所附的不一致"),
        ({"events/0003.json": None}, "签署内容"),
    ):
        report = verify.verify(resealed(kept[0], signer, dict(changed)), root_of(installation))
        wrong = told(report, verify.BAD)
        assert any(said in text for text in wrong), (said, wrong)


def test_whose_time_stamp_it_is_is_asked_of_the_authoritys_certificate(
    kept: tuple[bytes, dict[str, Any]], installation: Installation, signer: RootSigner
) -> None:
    packed, root = kept[0], root_of(installation)
    right = dict(verify.unpacked(packed))["certificates/time-stamp-root.crt.pem"]
    assert verify.verify(packed, root, right).good
    wrong = told(verify.verify(packed, root, Authority().root_pem), verify.BAD)
    assert any("不出自所给的时间戳机构根证书" in text for text in wrong)
    without = resealed(packed, signer, {"certificates/time-stamp-root.crt.pem": None})
    report = verify.verify(without, root)
    assert report.good
    assert sum("证书链未核验" in text for text in told(report, verify.OK)) >= 2


def test_what_was_sealed_before_the_root_was_changed_holds_under_both(
    kept: tuple[bytes, dict[str, Any]], tmp_path: Path, installation: Installation
) -> None:
    """The letter and the log's root by the old key, the manifest by the new one."""
    keys = load_keys(make_development_keys(tmp_path / "new"))
    new, old = RootSigner(keys), root_of(installation)
    both = keys.root_certificate_pem + old
    later = resealed(
        kept[0],
        new,
        {
            "certificates/root.crt.pem": both,
            f"certificates/{new.fingerprint[:16]}.crt.pem": new.certificate_pem.encode(),
        },
    )
    assert verify.verify(later).good
    assert verify.verify(later, both).good
    assert any(
        "承诺书的签章" in text
        for text in told(verify.verify(later, keys.root_certificate_pem), verify.BAD)
    )
    assert any("manifest.sig" in text for text in told(verify.verify(later, old), verify.BAD))


# -- on the way ----------------------------------------------------------------------------


async def test_what_is_not_sealed_yet_is_said_to_be_and_is_later(
    alice: Person, installation: Installation
) -> None:
    await sealed(installation)
    promise = await signed(alice)
    await letter(alice, promise)
    report = verify.verify(await evidence(alice, promise), root_of(installation))
    assert report.good
    pending = told(report, verify.OPEN)
    assert len(pending) == 4
    assert all("尚未封存，待下一个根" in text for text in pending)
    await sealed(installation)
    report = verify.verify(await evidence(alice, promise), root_of(installation))
    assert report.good
    assert told(report, verify.OPEN) == []
    assert sum("在第" in text and "个根之下" in text for text in told(report, verify.OK)) == 4


async def test_who_signed_at_the_counter_has_evidence_without_a_receipt(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    """A case number is short: its hash would tell it, so the log has nothing of it."""
    promise = await drafted(alice)
    number = (await asked_to_sign(alice, promise))["number"]
    await released(cast, number)
    case = (await alice.get(f"/v1/promises/{promise['id']}/counter-case")).json()
    body = {
        "text_hash": promise["text_hash"],
        "publication_hash": promise["publication"]["text_hash"],
        "check_id": case["check_id"],
        "receipt": case["receipt"],
    }
    promise = (await sign(alice, promise, **body)).raise_for_status().json()
    assert promise["signature"]["method"] == "counter"
    await letter(alice, promise)
    packed = await evidence(alice, promise)
    assert verify.verify(packed, root_of(installation)).good
    assert json.loads(dict(verify.unpacked(packed))["identity.json"])["receipt_sha256"] is None
    logged = installation.database["audit_events"].find({"object_id": promise["id"]})
    hashed = verify.sha256(case["receipt"].encode())
    assert not [row async for row in logged if hashed in str(row) or number in str(row)]


async def test_before_the_letter_there_is_none(alice: Person) -> None:
    draft = await drafted(alice)
    path = f"/v1/promises/{draft['id']}/evidence"
    assert "签署后" in check_problem(await alice.get(path), 409, "conflict").detail
    promise = await signed(alice)
    path = f"/v1/promises/{promise['id']}/evidence"
    assert "正在生成" in check_problem(await alice.get(path), 409, "conflict").detail


async def test_the_program_in_it_is_the_published_one(alice: Person) -> None:
    promise = await signed(alice)
    await letter(alice, promise)
    program = dict(verify.unpacked(await evidence(alice, promise)))["verify.py"]
    published = (await alice.cast.client.get("/.well-known/credit-yuexiu.json")).json()
    assert published["evidence_verify_sha256"] == verify.sha256(program)


async def test_who_it_does_not_concern_finds_nothing(alice: Person, charlie: Person) -> None:
    promise = await signed(alice)
    await letter(alice, promise)
    path = f"/v1/promises/{promise['id']}/evidence"
    check_problem(await charlie.get(path), 404, "not_found")


async def test_each_fetching_is_on_record_and_is_no_part_of_the_next(
    alice: Person, installation: Installation
) -> None:
    promise = await signed(alice)
    await letter(alice, promise)
    taken = [await evidence(alice, promise) for _ in range(2)]
    found = {"action": "promise.evidence_taken", "object_id": promise["id"]}
    rows = installation.database["audit_events"].find(found).sort("at", 1)
    mine = [row async for row in rows]
    assert [row["facts"]["sha256"] for row in mine] == [verify.sha256(one) for one in taken]
    assert "evidence_taken" not in str([name for name, _ in verify.unpacked(taken[1])])
    assert b"evidence_taken" not in taken[1].replace(
        dict(verify.unpacked(taken[1]))["verify.py"], b""
    )


async def test_a_letter_stamped_later_is_proven_as_made_and_as_stamped(
    alice: Person, outage: Outage, installation: Installation
) -> None:
    promise = await signed(alice)
    await outage.begin("timestamps", kind="error")
    await letter(alice, promise)
    report = verify.verify(await evidence(alice, promise), root_of(installation))
    assert report.good
    assert any("承诺书上没有时间戳" in text for text in told(report, verify.NOTE))
    await outage.end()
    await installation.database["outbox"].update_many(
        {"topic": "promise.raise"}, [{"$set": {"next_at": "$$NOW"}}]
    )
    await letter(alice, promise)
    packed = await evidence(alice, promise)
    report = verify.verify(packed, root_of(installation))
    assert report.good, told(report, verify.BAD)
    assert "stamps/file.tsr" in dict(verify.unpacked(packed))
    assert any("整个文件：" in text for text in told(report, verify.OK))


async def test_who_changed_who_may_see_it_agreed_to_another_text(
    alice: Person, installation: Installation
) -> None:
    promise = await signed(alice, "voluntary")
    await letter(alice, promise)
    path = f"/v1/promises/{promise['id']}/publication"
    agreed = (await alice.get(f"{path}?publicity=private")).json()["text_hash"]
    tag = (await shown(alice, promise)).headers["ETag"]
    body = {"publicity": "private", "text_hash": agreed}
    (await alice.send("PUT", path, json=body, headers={"If-Match": tag})).raise_for_status()
    report = verify.verify(await evidence(alice, promise), root_of(installation))
    assert report.good, told(report, verify.BAD)
    assert any("最后一次同意的文本" in text for text in told(report, verify.OK))


async def test_an_enterprises_promise_keeps_its_evidence_when_its_agent_has_left(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    agent = await cast.agent(alice, scope=("report", "promise"))
    promise = await signed(agent)
    await letter(agent, promise)
    before = dict(verify.unpacked(await evidence(agent, promise)))
    await erase(agent)
    await cast.work()
    await due(installation)
    await cast.work()
    row = await installation.database["promises"].find_one({"_id": promise["id"]})
    assert row
    assert agent.persona["name"] not in row["content"]
    packed = await evidence(alice, promise)
    assert verify.verify(packed, root_of(installation)).good
    after = dict(verify.unpacked(packed))
    for name in ("promise.pdf", "promise.json", "text.txt", "publication.txt", "identity.json"):
        assert after[name] == before[name], name


async def test_a_log_that_was_altered_gives_no_proof(
    alice: Person, installation: Installation
) -> None:
    promise = await signed(alice)
    await letter(alice, promise)
    await sealed(installation)
    events = installation.database["audit_events"]
    row = await events.find_one({"object_id": promise["id"], "action": "promise.signed"})
    assert row
    await events.update_one({"_id": row["_id"]}, {"$set": {"actor": "somebody else"}})
    path = f"/v1/promises/{promise['id']}/evidence"
    problem = check_problem(await alice.get(path), 503, "unavailable")
    assert "审计日志没有通过核对" in problem.detail
    await events.update_one({"_id": row["_id"]}, {"$set": {"actor": row["actor"]}})
    assert verify.verify(await evidence(alice, promise)).good


# -- in the console ------------------------------------------------------------------------


async def test_the_office_reads_who_did_what_and_takes_the_evidence(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    promise = await signed(alice)
    await letter(alice, promise)
    await sealed(installation)
    office: Colleague = await at_work(cast, Role.OFFICE)
    path = f"/console/promises/{promise['signature']['code']}"
    tag = (await cast.house.supervising.get(promise["signature"]["code"])).tag if cast.house else ""
    order = {"move": "order", "what": "按期交费", "days": "5", "tag": tag}
    assert (await office.post(f"{path}/supervision", order)).status_code == 303
    page = await office.page(path)
    rows = page.partition('data-test="events"')[2].partition("</table>")[0].split("<tr")[2:]
    assert [("已封存" in row, "法定代表人" in row, "周敏" in row) for row in rows] == [
        *[(True, True, False)] * 3,
        (True, False, False),
        (False, False, True),
    ]
    assert "签署承诺书" in rows[2]
    assert "责令改正" in rows[4]
    assert f'action="{path}/evidence"' in page
    answer = await office.post(f"{path}/evidence", {"reason": "法院调取证据"})
    assert answer.status_code == 200
    assert verify.verify(answer.content, root_of(installation)).good
    row = await installation.database["audit_events"].find_one(
        {"object_id": promise["id"], "action": "promise.evidence_taken"}
    )
    assert row
    assert row["actor"] == office.account.id
    await office.close()
