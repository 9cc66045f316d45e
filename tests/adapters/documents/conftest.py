"""Fixtures of papers: development keys, a press that loads the fonts once, one ordinary paper.

key_files   root, signing pair and QR key for development
settings    what a press loads
press       makes papers in this process
paper       an ordinary paper of ``snapshot()``
root_pem    the certificate that a verifier pins
"""

import pytest

from adapters.documents.keys import KeyFiles, KeyMaterial, make_development_keys
from adapters.documents.maker import PaperPress, PaperSettings, SignedDocument
from tests.adapters.documents.papers import PUBLIC_URL, SIGNED_AT, TEMPLATES, printed
from tests.adapters.documents.snapshots import snapshot


@pytest.fixture(scope="session")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return make_development_keys(tmp_path_factory.mktemp("paper-keys"), at=SIGNED_AT)


@pytest.fixture(scope="session")
def settings(key_files: KeyFiles) -> PaperSettings:
    keys = KeyMaterial.of(key_files)
    return PaperSettings(templates=TEMPLATES, keys=keys, public_url=PUBLIC_URL)


@pytest.fixture(scope="session")
def press(settings: PaperSettings) -> PaperPress:
    return PaperPress(settings)


@pytest.fixture(scope="session")
def paper(press: PaperPress) -> SignedDocument:
    return printed(press, snapshot())


@pytest.fixture(scope="session")
def root_pem(key_files: KeyFiles) -> bytes:
    return key_files.root_certificate.read_bytes()
