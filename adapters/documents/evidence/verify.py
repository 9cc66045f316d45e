#!/usr/bin/env python3
"""核验信用承诺存证包：不联网，不依赖出具平台。

只需 Python 3.9 以上，和 cryptography（42 以上）一个软件包：

    python -m pip install cryptography
    python verify.py 存证包.zip [--root 平台根证书.pem] [--tsa-root 时间戳机构根证书.pem]

Checks an evidence ZIP without the server that made it: every byte of it, its signatures, the
letter, the inclusion proofs and the time-stamps. Exits with 0 when nothing is wrong, else 1.
The same file rides in every evidence ZIP; it imports nothing of the product.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

MANIFEST, SIGNATURE, MYSELF = "manifest.json", "manifest.sig", "verify.py"
TYPE = "credit-yuexiu/evidence"
OK, BAD, OPEN, NOTE = "通过", "不符", "待定", "说明"
Members = list[tuple[str, bytes]]


class Unchecked(Exception):
    """有意不判：说明为什么本程序不核验。"""


class Wrong(Exception):
    """不符之处，一句话。"""


class Report:
    """逐项结论。"""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def say(self, mark: str, text: str) -> None:
        """一项。"""
        self.lines.append((mark, text))

    def check(self, title: str, work: Callable[[], str | None]) -> None:
        """做一项核对：不抛错即通过；无论内容被改成什么样，都要给出结论。"""
        try:
            self.say(OK, title + (work() or ""))
        except Wrong as wrong:
            self.say(BAD, f"{title}：{wrong}")
        except Unchecked as reason:
            self.say(NOTE, f"{title}：未核验，{reason}")
        except Exception as error:  # noqa: BLE001 - whatever the bytes are, it answers
            self.say(BAD, f"{title}：无法核对（{type(error).__name__}），内容可能已被改动")

    @property
    def good(self) -> bool:
        """没有任何不符。"""
        return all(mark != BAD for mark, _ in self.lines)


def require(holds: object, wrong: str) -> None:
    """不成立即不符。"""
    if not holds:
        raise Wrong(wrong)


def sha256(content: bytes) -> str:
    """SHA-256，十六进制。"""
    return hashlib.sha256(content).hexdigest()


def canonical(value: object) -> bytes:
    """RFC 8785 规范 JSON（本包的 JSON 没有小数）。"""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# -- ZIP：不压缩、固定日期、固定次序，所以整个文件的每一个字节都能由成员重新推出 -----------------

LOCAL, CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
VERSION, MADE_BY, FIRST_OF_1980, READABLE = 20, 3 << 8 | 20, 33, 0o100644 << 16


def packed(members: Members) -> bytes:
    """成员唯一的打包结果。"""
    body, central = bytearray(), bytearray()
    for name, content in members:
        raw = name.encode("latin-1")
        sizes = (zlib.crc32(content), len(content), len(content), len(raw), 0)
        facts = (VERSION, 0, 0, 0, FIRST_OF_1980, *sizes)
        central += CENTRAL.pack(b"PK\1\2", MADE_BY, *facts, 0, 0, 0, READABLE, len(body)) + raw
        body += LOCAL.pack(b"PK\3\4", *facts) + raw + content
    count = len(members)
    end = END.pack(b"PK\5\6", 0, 0, count, count, len(central), len(body), 0)
    return bytes(body + central + end)


def unpacked(data: bytes) -> Members:
    """从头逐个读出成员，读不下去为止；不用目录，也不信校验和。"""
    members, at = [], 0
    while data[at : at + 4] == b"PK\3\4" and at + LOCAL.size <= len(data):
        *_, size, _, named, _ = LOCAL.unpack_from(data, at)
        start = at + LOCAL.size + named
        if start + size > len(data):
            break
        members.append(
            (data[at + LOCAL.size : start].decode("latin-1"), data[start : start + size])
        )
        at = start + size
    return members


def check_zip(data: bytes, members: Members) -> None:
    """与重新打包的结果逐字节相同。"""
    again = packed(members)
    if again == data:
        return
    short = min(len(again), len(data))
    at = next((place for place in range(short) if again[place] != data[place]), short)
    place = 0
    for name, content in members:
        begins = place + LOCAL.size + len(name)
        if at < begins:
            raise Wrong(f"第 {at} 字节，{name!r} 的文件头被改动，或与其内容不符")
        place = begins + len(content)
        if at < place:
            raise Wrong(f"第 {at} 字节，{name!r} 的内容被改动")
    raise Wrong(f"第 {at} 字节，最后一个能读出的文件之后的部分（文件头、目录或结尾）被改动")


# -- 签名：证书、CMS（RFC 5652）、时间戳（RFC 3161） -------------------------------------------


class Asn1(NamedTuple):
    """一个 DER 元素。"""

    tag: int
    body: bytes
    raw: bytes

    def parts(self) -> list[Asn1]:
        """里面的元素。"""
        found, rest = [], self.body
        while rest:
            one = der(rest)
            found.append(one)
            rest = rest[len(one.raw) :]
        return found


def der(data: bytes) -> Asn1:
    """最前面的元素；只认定长编码。"""
    size, at = data[1], 2
    if size & 0x80:
        at += size & 0x7F
        require(at > 2, "不是 DER 编码")
        size = int.from_bytes(data[2:at], "big")
    require(at + size <= len(data), "DER 编码不完整")
    return Asn1(data[0], data[at : at + size], data[: at + size])


HASHES: dict[str, Any] = {
    "608648016503040201": hashes.SHA256(),
    "608648016503040202": hashes.SHA384(),
    "608648016503040203": hashes.SHA512(),
}
DIGEST, NAMED, STAMPED = (
    "2a864886f70d010904",  # 1.2.840.113549.1.9.4 messageDigest
    "2a864886f70d010910022f",  # 1.2.840.113549.1.9.16.2.47 signingCertificateV2
    "2a864886f70d010910020e",  # 1.2.840.113549.1.9.16.2.14 signatureTimeStampToken
)
PSS = "2a864886f70d01010a"


class Cms(NamedTuple):
    """一份签名，已证明由其证书的私钥作出。"""

    certificate: x509.Certificate
    certificates: list[x509.Certificate]
    content: bytes
    signed: dict[str, Asn1]
    unsigned: dict[str, Asn1]
    signature: bytes


def verify_with(certificate: x509.Certificate, signature: bytes, content: bytes, kind: Any) -> None:
    """签名与证书相符。"""
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(kind))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), kind)
        else:
            raise Unchecked("签名算法不是 ECDSA 或 RSA")
    except InvalidSignature:
        raise Wrong("签名不成立") from None


def cms(token: bytes, detached: bytes | None = None) -> Cms:
    """读一份 CMS 签名并核对：摘要、签名。"""
    signed_data = der(token).parts()[1].parts()[0]
    _, _, encapsulated, *rest = signed_data.parts()
    (info,) = rest[-1].parts()
    _, sid, algorithm, attributes, how, signature, *more = info.parts()
    kind = HASHES.get(algorithm.parts()[0].body.hex())
    if kind is None or how.parts()[0].body.hex() == PSS or attributes.tag != 0xA0:
        raise Unchecked("签名所用的算法不在本程序支持之列")
    certificates = [
        x509.load_der_x509_certificate(one.raw)
        for part in rest[:-1]
        if part.tag == 0xA0
        for one in part.parts()
    ]
    serial = int.from_bytes(sid.parts()[1].body, "big") if sid.tag == 0x30 else None
    signer = [one for one in certificates if serial in (None, one.serial_number)]
    require(len(signer) == 1, "签名没有带上签名人的证书")
    signed = attributes_of(attributes)
    content = detached
    if content is None:
        content = encapsulated.parts()[1].parts()[0].body
    digest = hashlib.new(kind.name, content).digest()
    require(signed[DIGEST].body == digest, "内容与签名的摘要不符")
    verify_with(signer[0], signature.body, b"\x31" + attributes.raw[1:], kind)
    unsigned = attributes_of(more[0]) if more else {}
    return Cms(signer[0], certificates, content, signed, unsigned, signature.body)


def attributes_of(attributes: Asn1) -> dict[str, Asn1]:
    """各属性的第一个值。"""
    pairs = [one.parts() for one in attributes.parts()]
    return {kind.body.hex(): values.parts()[0] for kind, values in pairs}


def issued(certificate: x509.Certificate, by: list[x509.Certificate]) -> bool:
    """由其中之一直接签发，或就是其中之一。"""
    for one in by:
        try:
            if certificate != one:
                certificate.verify_directly_issued_by(one)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return True
    return False


def in_force(certificate: x509.Certificate, at: datetime) -> bool:
    """当时在有效期内。"""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def fingerprint(certificate: x509.Certificate) -> str:
    """证书的 SHA-256 指纹。"""
    return certificate.fingerprint(hashes.SHA256()).hex()


def instant(text: str) -> datetime:
    """2026-11-29T13:11:29.000Z，或时间戳里的 20261129131129Z。"""
    if "T" in text:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return datetime.strptime(re.sub(r"\.\d+", "", text), "%Y%m%d%H%M%S%z")


def check_stamp(token: bytes, digest: bytes, roots: list[x509.Certificate]) -> str:
    """时间戳是对这个摘要的，由专用证书签发；给出它所证明的时间。"""
    stamp = cms(token)
    _, _, imprint, _, at, *_ = der(stamp.content).parts()
    algorithm, imprinted = imprint.parts()
    kind = HASHES.get(algorithm.parts()[0].body.hex())
    require(kind and kind.name == "sha256", "时间戳所用的摘要算法不是 SHA-256")
    require(imprinted.body == digest, "时间戳盖的不是这份内容")
    usage = stamp.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    purposes = [one.dotted_string for one in usage.value]
    require(usage.critical and purposes == ["1.3.6.1.5.5.7.3.8"], "签发证书不是时间戳专用证书")
    moment = instant(at.body.decode())
    require(in_force(stamp.certificate, moment), "签发证书当时不在有效期内")
    if NAMED in stamp.signed:
        named = stamp.signed[NAMED].parts()[0].parts()[0].parts()
        require(named[0].tag == 0x04, "时间戳指明签发证书所用的摘要不是 SHA-256")
        require(named[0].body.hex() == fingerprint(stamp.certificate), "时间戳指明的是另一张证书")
    else:
        raise Unchecked("时间戳没有按 RFC 5816 指明它的签发证书")
    told = f"：{moment:%Y-%m-%d %H:%M:%S} UTC"
    if not roots:
        return told + "（时间戳机构的证书链未核验：没有给出 --tsa-root）"
    last, left = stamp.certificate, list(stamp.certificates)
    while not issued(last, roots):
        above = next((one for one in left if one != last and issued(last, [one])), None)
        if above is None:
            raise Wrong("签发证书不出自所给的时间戳机构根证书")
        left.remove(above)
        last = above
    return told


# -- 审计日志：默克尔树（RFC 9162）与签名的根 --------------------------------------------------


def includes(head: bytes, size: int, index: int, leaf: bytes, path: list[bytes]) -> bool:
    """这个大小、这个根的树在这个位置上有这片叶（RFC 9162 第 2.1.3.2 节）。"""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = hashlib.sha256(b"\1" + other + reached).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\1" + reached + other).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and reached == head


# -- 存证包 ------------------------------------------------------------------------------------

SEAL = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


class Seal(NamedTuple):
    """PDF 里的一个签章：CMS、它覆盖的字节、覆盖到哪里。"""

    contents: bytes
    covered: bytes
    end: int


def seals(pdf: bytes) -> list[Seal]:
    """依次出现的签章。"""
    found = []
    for match in SEAL.finditer(pdf):
        start, resume, length = map(int, match.groups())
        contents = bytes.fromhex(pdf[start + 1 : resume - 1].decode("ascii"))
        covered = pdf[:start] + pdf[resume : resume + length]
        found.append(Seal(contents, covered, resume + length))
    return found


def stamps_on(pdf: bytes) -> tuple[bytes | None, bytes | None]:
    """签章上的时间戳，和整个文件上后来补盖的时间戳。"""
    found = seals(pdf)
    seal = cms(found[0].contents, found[0].covered)
    on_seal = seal.unsigned[STAMPED].raw if STAMPED in seal.unsigned else None
    return on_seal, der(found[1].contents).raw if len(found) > 1 else None


class Evidence:
    """一个存证包里可以核对的一切。"""

    def __init__(self, members: Members, manifest: dict[str, Any], report: Report) -> None:
        self.members = members
        self.files = dict(members)
        self.manifest = manifest
        self.report = report
        self.pinned: list[x509.Certificate] = []
        self.stampers: list[x509.Certificate] = []

    def read(self, name: str) -> Any:
        """一个 JSON 成员。"""
        return json.loads(self.files[name])

    def named(self, folder: str) -> list[str]:
        """一个文件夹里的 JSON 成员，依次序。"""
        return sorted(name for name in self.files if re.fullmatch(folder + r"/\d+\.json", name))

    def trust(self, roots: bytes | None, stampers: bytes | None) -> None:
        """以哪些根证书为准。"""
        self.pinned = x509.load_pem_x509_certificates(
            roots or self.files["certificates/root.crt.pem"]
        )
        known = stampers or self.files.get("certificates/time-stamp-root.crt.pem")
        self.stampers = x509.load_pem_x509_certificates(known) if known else []
        where = self.manifest["published_at"]
        for given, kind, found in (
            (roots, "平台根证书", self.pinned),
            (stampers, "时间戳机构根证书", self.stampers),
        ):
            prints = "、".join(map(fingerprint, found))
            whose = "您给出的" if given else f"包内所附，请与 {where} 或纸质公布的核对"
            if found:
                self.report.say(NOTE, f"{kind}（{whose}）SHA-256 指纹：{prints}")

    def signer(self, fingerprint_of: str) -> x509.Certificate:
        """平台的一张签章证书，出自平台根证书。"""
        pem = self.files[f"certificates/{fingerprint_of[:16]}.crt.pem"]
        certificate = x509.load_pem_x509_certificate(pem)
        require(fingerprint(certificate) == fingerprint_of, "签章证书不是所指的那一张")
        require(issued(certificate, self.pinned), "签章证书不是平台根证书签发的")
        return certificate

    def check_manifest(self) -> None:
        """清单由平台签名。"""
        certificate = self.signer(self.manifest["signer"])
        require(
            in_force(certificate, instant(self.manifest["made_at"])), "签章证书当时不在有效期内"
        )
        verify_with(certificate, self.files[SIGNATURE], self.files[MANIFEST], hashes.SHA256())

    def check_files(self) -> None:
        """成员与清单一一对应。"""
        listed = [one["name"] for one in self.manifest["files"]]
        wanted, found = [*listed, MANIFEST, SIGNATURE], [name for name, _ in self.members]
        for name in found:
            if name not in wanted or found.count(name) > 1:
                self.report.say(BAD, f"文件 {name!r}：清单里没有，或重复出现")
        for one in self.manifest["files"]:
            self.report.check(f"文件 {one['name']}", partial(self.check_file, one))
        if SIGNATURE not in found:
            self.report.say(BAD, f"文件 {SIGNATURE}：缺失")
        if self.report.good and found != wanted:
            self.report.say(BAD, "文件的次序与清单不同")

    def check_file(self, listed: dict[str, Any]) -> None:
        """一个成员的大小和摘要。"""
        content = self.files.get(listed["name"])
        require(content is not None, "缺失")
        assert content is not None  # noqa: S101 - said above
        same = len(content) == listed["size"] and sha256(content) == listed["sha256"]
        require(same, f"内容被改动（SHA-256 现为 {sha256(content)}）")

    # -- 承诺书 --

    def check_seal(self) -> str:
        """承诺书由平台签章，签章之后没有改动。"""
        pdf = self.files["promise.pdf"]
        found = seals(pdf)
        require(len(found) in (1, 2), "签章的个数不对")
        require(found[-1].end == len(pdf), "签章之后有追加的内容")
        seal = cms(found[0].contents, found[0].covered)
        require(issued(seal.certificate, self.pinned), "签章证书不是平台根证书签发的")
        return f"（证书 {fingerprint(seal.certificate)[:16]}…）"

    def check_stamps(self) -> str:
        """承诺书上的时间戳，与单独附上的相同。"""
        pdf, told = self.files["promise.pdf"], []
        on_seal, on_file = stamps_on(pdf)
        require(on_seal == self.files.get("stamps/seal.tsr"), "stamps/seal.tsr 不是签章上的那一个")
        require(on_file == self.files.get("stamps/file.tsr"), "stamps/file.tsr 不是文件上的那一个")
        found = seals(pdf)
        seal = cms(found[0].contents, found[0].covered)
        if on_seal:
            digest = hashlib.sha256(seal.signature).digest()
            told.append("签章" + check_stamp(on_seal, digest, self.stampers))
        if on_file:
            digest = hashlib.sha256(found[1].covered).digest()
            told.append("整个文件" + check_stamp(on_file, digest, self.stampers))
        if not told:
            raise Unchecked("承诺书上没有时间戳")
        return "，" + "；".join(told)

    def check_attached(self) -> None:
        """PDF 里所附的数据就是 promise.json。"""
        pdf, wanted = self.files["promise.pdf"], self.files["promise.json"]
        for match in re.finditer(rb"stream\r?\n", pdf):
            try:
                inside = zlib.decompressobj().decompress(pdf[match.end() :], len(wanted) + 1)
            except zlib.error:
                continue
            if inside == wanted:
                return
        require(wanted in pdf, "PDF 里所附的数据与 promise.json 不同")

    # -- 签署时记下的 --

    def events(self) -> list[dict[str, Any]]:
        """这份承诺的事件。"""
        return [self.read(name)["event"] for name in self.named("events")]

    def of(self, action: str) -> list[dict[str, Any]]:
        """某一种事件所记的事实。"""
        return [one["facts"] for one in self.events() if one["action"] == action]

    def check_said(self) -> None:
        """所签的内容、文本、身份核验，都是签署事件记下的。"""
        (facts,) = self.of("promise.signed")
        said, identity = self.read("promise.json"), self.read("identity.json")
        require(canonical(said) == self.files["promise.json"], "promise.json 不是规范 JSON")
        require(said["number"] == self.manifest["number"], "promise.json 是另一份承诺的")
        require(sha256(self.files["promise.json"]) == facts["canonical"], "promise.json 不是所签的")
        text = sha256(self.files["text.txt"])
        require(text == facts["text"] == said["text"]["sha256"], "text.txt 不是签署时所读的")
        require(facts["publication"] == said["publication"]["text_sha256"], "公示文本的摘要不一致")
        same = all(identity[name] == said["identity"][name] for name in said["identity"])
        require(same and facts["check"] == identity["check_id"], "identity.json 不是签署时的核验")
        require(identity["receipt_sha256"] == facts.get("receipt"), "核验回执的摘要不一致")

    def check_publication(self) -> str:
        """所附的公示文本，是签署时或后来变更时同意的。"""
        (facts,) = self.of("promise.signed")
        agreed = sha256(self.files["publication.txt"])
        if agreed == facts["publication"]:
            return ""
        later = [one.get("publication") for one in self.of("promise.publicity_changed")]
        if later and later[-1] is None:
            raise Unchecked("公开方式在签署后变更过，当时的记录没有文本摘要")
        require(later and agreed == later[-1], "publication.txt 不是承诺人同意的文本")
        return "（签署后变更过，所附为最后一次同意的文本）"

    def check_letter(self) -> None:
        """承诺书文件就是生成时记下的，或后来补盖了时间戳的那一个。"""
        pdf = self.files["promise.pdf"]
        found = seals(pdf)
        made = self.of("promise.letter_made")[-1]["sha256"]
        record = self.read("letter.json")
        require(sha256(pdf[: found[0].end]) == made == record["file_sha256"], "不是所生成的文件")
        whole = record["raised_sha256"] or record["file_sha256"]
        require(sha256(pdf) == whole, "不是补盖时间戳后的文件")
        for facts in self.of("promise.letter_stamped"):
            require(facts.get("sha256") in (None, whole), "不是补盖时间戳时记下的文件")

    # -- 审计日志 --

    def check_root(self, name: str) -> str:
        """一个根由平台签名，时间戳如果有，是盖在它上面的。"""
        kept = self.read(name)
        root, signature = kept["root"], base64.b64decode(kept["signature"], validate=True)
        content = canonical(root)
        certificate = self.signer(root["signer"])
        require(in_force(certificate, instant(root["at"])), "签章证书当时不在有效期内")
        verify_with(certificate, signature, content, hashes.SHA256())
        token = self.files.get(name.replace(".json", ".tsr"))
        told = f"，签于 {root['at']}"
        require((kept["stamping"] == "stamped") == bool(token), "所说的时间戳与所附的不一致")
        if token:
            digest = hashlib.sha256(content + signature).digest()
            return told + "，时间戳" + check_stamp(token, digest, self.stampers)
        return told + ("，时间戳待盖" if kept["stamping"] == "pending" else "，没有时间戳")

    def check_chain(self) -> str:
        """相邻的根，后一个记着前一个的摘要。"""
        roots, checked = [self.read(name) for name in self.named("roots")], 0
        for number in range(1, len(roots)):
            before, after = roots[number - 1], roots[number]
            require(before["root"]["size"] <= after["root"]["size"], "后一个根比前一个小")
            require(before["root"]["installation"] == after["root"]["installation"], "不是同一日志")
            if before["root"]["number"] + 1 == after["root"]["number"]:
                signature = base64.b64decode(before["signature"], validate=True)
                digest = sha256(canonical(before["root"]) + signature)
                require(after["root"]["previous"] == digest, "根的前后不相连")
                checked += 1
        return f"（{len(roots)} 个根，核对了 {checked} 处相邻；不相邻的之间没有收录，未核对）"

    def check_event(self, name: str) -> None:
        """一条事件：在日志里，或还没有封存。"""
        kept = self.read(name)
        event = kept["event"]
        title = f"事件 {event['at']} {kept['label']}（{event['action']}）"
        about = event["object_id"] == self.manifest["promise_id"]
        if kept["root"] is None:
            require(about, f"{title}：是另一份承诺的")
            self.report.say(OPEN, f"{title}：尚未封存，待下一个根")
            return
        root = self.read(f"roots/{kept['root']:09d}.json")["root"]
        path = [bytes.fromhex(step) for step in kept["path"]]
        leaf = hashlib.sha256(b"\0" + canonical(event)).digest()
        held = includes(bytes.fromhex(root["head"]), root["size"], kept["leaf"], leaf, path)
        self.report.check(
            f"{title}：是审计日志的第 {kept['leaf']} 条，在第 {root['number']} 个根之下",
            lambda: require(held and about, "事件、位置或路径被改动"),
        )

    def check_all(self) -> None:
        """一切。"""
        report = self.report
        report.check(f"清单 {MANIFEST} 的签名 {SIGNATURE}", self.check_manifest)
        self.check_files()
        report.check("承诺书的签章", self.check_seal)
        report.check("承诺书的时间戳", self.check_stamps)
        report.check("承诺书里所附的数据", self.check_attached)
        report.check("承诺书文件与记录", self.check_letter)
        report.check("签署内容、文本、身份核验与签署记录", self.check_said)
        report.check("公示文本", self.check_publication)
        for name in self.named("roots"):
            report.check(f"审计日志的根 {name}", partial(self.check_root, name))
        report.check("根的前后相连", self.check_chain)
        for name in self.named("events"):
            try:
                self.check_event(name)
            except Exception as error:  # noqa: BLE001 - whatever the bytes are, it answers
                report.say(BAD, f"{name}：无法核对（{type(error).__name__}：{error}）")
        if self.manifest["sample"]:
            report.say(NOTE, "样例：内容是虚构的，不能证明任何事")
        if self.manifest["earlier"]:
            report.say(NOTE, f"另有 {self.manifest['earlier']} 条更早的事件没有收录")


SHAPE = {
    **dict.fromkeys(("type", "number", "promise_id", "made_at", "published_at", "signer"), str),
    "v": int,
    "sample": bool,
    "earlier": int,
    "files": list,
}
FILE_SHAPE = {"name": str, "sha256": str, "size": int}


def shaped(value: Any, shape: dict[str, type]) -> bool:
    """正好有这些项，各是这一类。"""
    return (
        isinstance(value, dict)
        and set(value) == set(shape)
        and all(type(value[name]) is kind for name, kind in shape.items())
    )


def manifest_of(members: Members) -> dict[str, Any]:
    """清单；签名之前只看它是不是清单。"""
    raw = dict(members).get(MANIFEST)
    require(raw, "缺失，或存证包读不到这里")
    value = json.loads(raw or b"")
    whole = canonical(value) == raw and shaped(value, SHAPE)
    whole = whole and all(shaped(one, FILE_SHAPE) for one in value["files"])
    require(whole and (value["type"], value["v"]) == (TYPE, 1), "不是规范的清单，已被改动")
    return dict(value)


def verify(data: bytes, roots: bytes | None = None, stampers: bytes | None = None) -> Report:
    """核对整个存证包。"""
    report, found = Report(), []
    members = unpacked(data)
    report.check("ZIP 的每一个字节", lambda: check_zip(data, members))
    report.check(MANIFEST, lambda: found.append(manifest_of(members)))
    if found:
        evidence = Evidence(members, found[0], report)
        report.check("根证书可以读取", lambda: evidence.trust(roots, stampers))
        evidence.check_all()
    return report


def main() -> int:
    """命令行。"""
    words = argparse.ArgumentParser(description="核验信用承诺存证包")
    words.add_argument("zip", type=Path, help="存证包")
    words.add_argument("--root", type=Path, help="平台公布的根证书（PEM），不给则用包内所附的")
    words.add_argument("--tsa-root", type=Path, help="时间戳机构的根证书（PEM）")
    given = words.parse_args()
    data = given.zip.read_bytes()
    roots = given.root.read_bytes() if given.root else None
    stampers = given.tsa_root.read_bytes() if given.tsa_root else None
    report = verify(data, roots, stampers)
    if dict(unpacked(data)).get(MYSELF) != Path(__file__).read_bytes():
        report.say(NOTE, "正在运行的 verify.py 与包内的不同")
    out = [f"存证包 SHA-256：{sha256(data)}"]
    out += [f"[{mark}] {text}" for mark, text in report.lines]
    bad, pending = (sum(mark == one for mark, _ in report.lines) for one in (BAD, OPEN))
    waits = f"；{pending} 条事件尚未封存，待下一个根" if pending else ""
    out.append(f"结论：有 {bad} 处不符。" if bad else f"结论：没有发现不符之处{waits}。")
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
