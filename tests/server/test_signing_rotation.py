"""Signing keys rotate while the real server runs; what the old ones signed still verifies."""

import asyncio
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.documents.key_ring import KeyRing
from adapters.documents.keys import (
    DocumentKeyError,
    KeyFiles,
    KeyMaterial,
    make_development_keys,
)
from adapters.documents.rotation import rotate
from server.draw import now
from tests.cast import Cast, Person
from tests.served import Served, run_command, served


def test_a_rotation_beside_a_running_server_loses_no_paper(tmp_path: Path) -> None:
    with served(tmp_path / "data") as place:
        keys = tmp_path / "data" / "keys"
        make_development_keys(tmp_path / "new")
        before = asyncio.run(paper(place))
        refused = rotated(keys, tmp_path)
        assert refused.returncode == 1
        done = rotated(keys, tmp_path / "new")
        assert done.returncode == 0, done.stderr
        after = asyncio.run(paper(place))

        published = httpx.get(f"{place.api}/.well-known/credit-yuexiu.json").json()
        assert [one["current"] for one in published["signing_certificates"]] == [True, False]
        assert len(published["qr_keys"]) == 2
        for pdf in (before, after):
            assert checked(place, pdf)["status"] == "valid"
            assert offline(pdf, published, tmp_path)["authentic"]
        signers = [offline(pdf, published, tmp_path)["facts"]["level"] for pdf in (before, after)]
        assert signers == ["B-T", "B-T"]


async def paper(place: Served) -> bytes:
    cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
    try:
        person: Person = await cast.owner()
        return await person.pdf((await person.report())["id"])
    finally:
        await cast.close()


def rotated(keys: Path, new: Path) -> Any:
    return run_command("rotate-signing", str(new), env={"CREDIT_KEYS_FOLDER": str(keys)})


def checked(place: Served, pdf: bytes) -> dict[str, Any]:
    files = {"file": ("report.pdf", pdf, "application/pdf")}
    answer: dict[str, Any] = httpx.post(f"{place.api}/v1/verification/files", files=files).json()
    return answer


def offline(pdf: bytes, published: dict[str, Any], folder: Path) -> dict[str, Any]:
    (folder / "paper.pdf").write_bytes(pdf)
    (folder / "published.json").write_text(json.dumps(published))
    done = run_command(
        "verify", str(folder / "paper.pdf"), "--published", str(folder / "published.json")
    )
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_development_keys(tmp_path / "keys")
    return tmp_path / "keys"


def test_files_that_do_not_fit_are_refused_and_the_old_ones_sign_on(
    folder: Path, tmp_path: Path
) -> None:
    ring = KeyRing(folder, development=True)
    signing, certificate = ring.material, folder / "signing.crt.pem"
    genuine = certificate.read_bytes()
    others = make_development_keys(tmp_path / "others")
    for spoilt in (b"", genuine[: len(genuine) // 2], others.certificate.read_bytes()):
        certificate.write_bytes(spoilt)
        assert ring.material == signing
        assert "the old ones sign" in ring.warning
    certificate.write_bytes(genuine)
    assert (ring.material.certificate, ring.warning) == (genuine, "")


def test_new_files_in_place_are_taken_up(folder: Path, tmp_path: Path) -> None:
    ring = KeyRing(folder, development=True)
    others = make_development_keys(tmp_path / "others")
    for path in tmp_path.joinpath("others").iterdir():
        shutil.copy(path, folder / path.name)
    assert ring.material.certificate == others.certificate.read_bytes()


def test_a_rotation_that_does_not_fit_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = KeyMaterial.of(KeyFiles.in_folder(folder))
    others = make_development_keys(tmp_path / "others")
    (tmp_path / "half").mkdir()
    shutil.copy(others.certificate, tmp_path / "half")
    (tmp_path / "none").mkdir()
    same = tmp_path / "same"
    shutil.copytree(folder, same)
    for new, why in (("half", "is not the key of"), ("none", "holds none"), ("same", "in use")):
        with pytest.raises(DocumentKeyError, match=why):
            rotate(folder, new=tmp_path / new, now=now())
    with pytest.raises(DocumentKeyError, match="not in force"):
        rotate(folder, new=tmp_path / "others", now=now() + timedelta(days=5000))
    assert KeyMaterial.of(KeyFiles.in_folder(folder)) == before
    assert not list((folder / "generations").iterdir())


def test_production_takes_up_no_keys_of_development(folder: Path) -> None:
    with pytest.raises(DocumentKeyError, match="for development"):
        KeyRing(folder, development=False)
