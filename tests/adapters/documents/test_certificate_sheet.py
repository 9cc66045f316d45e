"""The certificate of attendance as it is printed: one page, PDF/A-3b, its data inside, readable."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.documents.canonical import canonical_json
from adapters.documents.maker import PaperPress
from adapters.documents.verifier import verify_file
from domain.lectures.certificates import Certificate, Stationery, snapshot
from domain.values import VerifiedIdentity
from tests.adapters.documents.papers import attachments, printed, texts
from tests.adapters.documents.test_goldens import WRITE

KEPT = Path(__file__).with_name("certificate.golden.txt")

ISSUED = Certificate(
    id="c1",
    number="XZ20261123K7QM4XPD",
    lecture_id="l1",
    recording="r1",
    person_id="p1",
    holder=VerifiedIdentity(name="欧阳𠮷怡", id_number="440104199001011234"),
    title="公共信用信息修复：条件、材料和常见问题，以及修复之后各平台怎样同步",
    speaker="王敏",
    held_on=date(2026, 11, 2),
    watched_minutes=58,
    watched_percent=97,
    issued_at=datetime(2026, 11, 23, 7, 30, 5, tzinfo=UTC),
    sample=False,
)
ON = Stationery(issuer="广州市越秀区信用建设办公室", district="440104", sample=False)


def test_a_certificate_reads_as_kept(press: PaperPress) -> None:
    paper = printed(press, snapshot(ISSUED, ON))
    found = "\n".join(texts(paper.pdf)).replace("\r\n", "\n").strip() + "\n"
    if os.environ.get(WRITE):
        KEPT.write_text(found, "utf-8")
    assert found == KEPT.read_text("utf-8")
    assert (paper.pages, paper.boxed) == (1, 0)
    assert "样例" not in found


def test_less_than_a_minute_is_not_printed_as_none(press: PaperPress) -> None:
    paper = printed(press, snapshot(replace(ISSUED, watched_minutes=0, watched_percent=100), ON))
    assert "观看时长 不足 1 分钟（全长的 100%）" in "".join(texts(paper.pdf))


def test_its_data_ride_in_it_and_a_sample_says_so(press: PaperPress, root_pem: bytes) -> None:
    said = snapshot(replace(ISSUED, sample=True, held_on=None), ON)
    paper = printed(press, said)
    [(name, content)] = attachments(paper.pdf).items()
    assert name == "attendance-certificate.json"
    assert content == canonical_json(said)
    assert "440104199001011234" not in json.dumps(said, ensure_ascii=False)
    assert "样例" in "".join(texts(paper.pdf))
    found = verify_file(paper.pdf, root_certificate_pem=root_pem)
    assert found.authentic
    assert b"<pdfaid:part>3</pdfaid:part>" in paper.pdf
