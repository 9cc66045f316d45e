"""One OS process that makes many calls at once with a token it does not have yet.

Told by its environment where WeChat and the database are; ready when it says so, it goes when its
standard input says anything, and prints which tokens its calls were made with.
"""

import asyncio
import json
import os
import sys

from adapters.mongo.database import connect
from adapters.mongo.wechat_tokens import MongoWeChatTokens
from adapters.outside import Outside, System
from miniprogram_api.client import Client, Reply
from miniprogram_api.stable_token import StableToken


class Used(Reply):
    """WeChat's stand-in says which token it was called with."""

    used: str


async def calls() -> list[str]:
    database = connect(
        os.environ["MONGO"],
        name=os.environ["DATABASE"],
        master_key=bytes.fromhex(os.environ["MASTER"]),
    )
    await database.cipher.prepare()
    system = System(
        name="wechat",
        label="微信",
        base_url=os.environ["WECHAT"],
        connect_seconds=30,
        connections=30,
    )
    outside = Outside(system, observe=lambda **_: None)
    tokens = StableToken(
        Client(outside),
        appid="wx",
        secret="s",
        shelf=MongoWeChatTokens(database, appid="wx", holder=f"process-{os.getpid()}"),
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    made = [tokens.post("/wxa/x", reads=Used, payload={}) for _ in range(int(os.environ["CALLS"]))]
    used = [reply.used for reply in await asyncio.gather(*made)]
    await outside.aclose()
    await database.close()
    return used


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(calls())) + "\n")
