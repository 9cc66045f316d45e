"""Where WeChat pushes to: what comes is handed on as it is, kept, and answered at once."""

from http import HTTPStatus

from pydantic import Field

from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input

TEXT = "text/plain"
SUCCESS = b"success"
SEALED = {
    "type": "object",
    "required": ["Encrypt"],
    "properties": {"ToUserName": {"type": "string"}, "Encrypt": {"type": "string"}},
}

Seconds = Field(pattern="^[0-9]{10}$", description="Unix seconds")
Nonce = Field(pattern="^[!-~]{1,64}$")
Digest = Field(pattern="^[0-9a-f]{40}$", description="SHA-1, hex")


class EchoQuery(Input):
    """What WeChat sends to know whether the address is ours."""

    timestamp: str = Seconds
    nonce: str = Nonce
    signature: str = Digest
    echostr: str = Field(pattern="^[!-~]{1,256}$")


class PushQuery(Input):
    """What is signed, and how; only ``msg_signature`` covers the body."""

    timestamp: str = Seconds
    nonce: str = Nonce
    msg_signature: str = Digest
    encrypt_type: str = Field(pattern="^aes$")


class WeChatPushHandler(BaseHandler):
    """The push address of the mini program."""

    @endpoint(
        Audience.WECHAT,
        Permission.PUSH,
        "WeChat checks that this address is ours",
        query=EchoQuery,
        answers={200: TEXT},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """The bare echo."""
        echo = self.house.pushes.echo(self._sent(), now=self.now)
        self.answer(HTTPStatus.OK, TEXT, echo.encode())

    @endpoint(
        Audience.WECHAT,
        Permission.PUSH,
        "WeChat tells that something happened",
        query=PushQuery,
        raw={"application/json": SEALED, "text/xml": SEALED},
        answers={200: TEXT},
        refusals=frozenset({403, 404}),
    )
    async def post(self) -> None:
        """Success is said once it is kept; what follows from it is done after."""
        body = bytes(self._received)
        await self.house.pushes.receive(self.act(), query=self._sent(), body=body)
        self.answer(HTTPStatus.OK, TEXT, SUCCESS)

    def _sent(self) -> dict[str, str]:
        """The query as it is; what is given twice is as if it were not there."""
        arguments = self.request.query_arguments
        return {name: one[0].decode("latin-1") for name, one in arguments.items() if len(one) == 1}


ROUTES = [Route("/wechat/push", WeChatPushHandler)]
