"""The way to an outside system: its own authorities, its own proxy, over real TLS on loopback."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application

from adapters.outside import Outside
from domain.errors import Unavailable
from tests.stand_ins import Partner, PartnerHandler

Make = Callable[..., Outside]
NAME = "partner.invalid"


class Authority:
    """A certificate authority of one's own, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = named("a private authority")
        self.file = folder / "ca.pem"
        certificate = self._sign(self._name, self._key, x509.BasicConstraints(True, None))
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, *names: x509.GeneralName) -> ssl.SSLContext:
        """What a server of these names shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(named("partner"), key, x509.SubjectAlternativeName(names))
        file = self._folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=False)
            .sign(self._key, hashes.SHA256())
        )


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def secure(io_loop: IOLoop, authority: Authority) -> Iterator[Partner]:
    """A partner over TLS at 127.0.0.1, which is also called partner.invalid."""
    partner = Partner()
    context = authority.server(
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName(NAME)
    )
    routes = [("/.*", PartnerHandler, {"partner": partner})]
    server = HTTPServer(Application(routes, log_function=lambda _: None), ssl_options=context)
    socket, port = bind_unused_port()
    server.add_socket(socket)
    partner.url = f"https://127.0.0.1:{port}"
    yield partner
    server.stop()
    io_loop.run_sync(server.close_all_connections)


class Proxy:
    """Connects wherever it is told to, but always on loopback; knows no names."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.seen = b""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        method, target, _ = head.split(" ", 2)
        port = int(target.removeprefix("http://").partition("/")[0].rpartition(":")[2])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            far_writer.write(head.replace(f"http://127.0.0.1:{port}", "", 1).encode())
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            self.seen += piece
            writer.write(piece)
        writer.close()


@asynccontextmanager
async def proxying() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()


async def unreachable(call: Awaitable[object]) -> None:
    with pytest.raises(Unavailable, match="无法连接"):
        await call


async def test_the_authorities_of_a_file_are_trusted(
    outside: Make, secure: Partner, authority: Authority
) -> None:
    system = outside(base_url=secure.url, ca_file=authority.file)
    assert (await system.call("GET", "/v1/x")).status == 200


async def test_without_the_file_or_with_that_of_another_nobody_is_believed(
    outside: Make, secure: Partner, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    await unreachable(outside(base_url=secure.url).call("GET", "/"))
    await unreachable(outside(base_url=secure.url, ca_file=other.file).call("GET", "/"))
    assert secure.requests == []


async def test_a_certificate_of_another_name_is_not_believed(
    outside: Make, secure: Partner, authority: Authority
) -> None:
    elsewhere = secure.url.replace("127.0.0.1", "localhost")
    await unreachable(outside(base_url=elsewhere, ca_file=authority.file).call("GET", "/"))
    assert secure.requests == []


async def test_a_proxy_leads_to_a_name_it_alone_knows_and_reads_nothing(
    outside: Make, secure: Partner, authority: Authority
) -> None:
    secure.replies({"secret": "answer"})
    named_url = secure.url.replace("127.0.0.1", NAME)
    async with proxying() as proxy:
        system = outside(base_url=named_url, ca_file=authority.file, proxy=proxy.url)
        answer = await system.call("POST", "/v1/x", payload={"secret": "question"})
        await system.aclose()
    assert answer.body == {"secret": "answer"}
    [head] = proxy.heads
    assert head.startswith(f"CONNECT {named_url.removeprefix('https://')} ")
    assert b"secret" not in proxy.seen + head.encode()
    assert b"/v1/x" not in proxy.seen


async def test_behind_a_proxy_authorities_are_judged_as_ever(
    outside: Make, secure: Partner, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    async with proxying() as proxy:
        system = outside(base_url=secure.url, ca_file=other.file, proxy=proxy.url)
        await unreachable(system.call("GET", "/"))
        await system.aclose()
    assert len(proxy.heads) == 1
    assert secure.requests == []


async def test_a_proxy_is_told_who_we_are_and_passes_plain_http_on(
    outside: Make, partner: Partner
) -> None:
    async with proxying() as proxy:
        system = outside(proxy=proxy.url.replace("//", "//yuexiu:pass@"))
        assert (await system.call("GET", "/v1/x")).status == 200
        assert "pass" not in repr(system.system)
        await system.aclose()
    [head] = proxy.heads
    assert head.startswith(f"GET {partner.url}/v1/x ")
    assert "Proxy-Authorization: Basic eXVleGl1OnBhc3M=" in head


async def test_a_proxy_that_is_not_there_is_an_outage(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    async with proxying() as proxy:
        pass
    await unreachable(outside(proxy=proxy.url).call("GET", "/"))
    assert observed == [("partner", "unreachable")]
    assert partner.requests == []


async def test_proxies_and_authorities_of_the_environment_are_not_ours(
    outside: Make,
    secure: Partner,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    assert (await outside().call("GET", "/")).status == 200
    await unreachable(outside(base_url=secure.url).call("GET", "/"))
