"""A WeChat that passes every text at once and hands all else on to the sandbox.

``python -m benchmarks.wechat_stand_in PORT FILE``: the file says where the sandbox is, once it is.
What a server does is measured beside it, so it takes as little of the machine as can be.
"""

import asyncio
import sys
import urllib.request
from pathlib import Path

PASSED = b'{"errcode":0,"errmsg":"ok","trace_id":"t","result":{"suggest":"pass","label":100}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def handed_on(sandbox: Path, head: bytes, body: bytes) -> bytes:
    """What the sandbox answers."""
    method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
    request = urllib.request.Request(  # noqa: S310 - our own stand-in
        sandbox.read_text() + path, data=body or None, method=method
    )
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
        read: bytes = answer.read()
        return read


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sandbox: Path) -> None:
    """One connection, until it ends."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = [line.lower() for line in head.split(b"\r\n")]
            size = sum(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
            body = await reader.readexactly(size)
            answer = PASSED
            if b"msg_sec_check" not in head:
                answer = await asyncio.to_thread(handed_on, sandbox, head, body)
            writer.write(HEAD % len(answer) + answer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: int, sandbox: Path) -> None:
    """Serve until it is killed."""
    server = await asyncio.start_server(lambda *ends: talk(*ends, sandbox), "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
