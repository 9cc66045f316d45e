"""Answers that are the same for everybody: with an ETag, and 304 to who has it already."""

import hashlib
import re
from http import HTTPStatus

from pydantic import BaseModel

from handlers.base import JSON, BaseHandler

TAG = re.compile(r'(?:W/)?("[^"]*")')


# Anybody's cache may keep it for a minute and then asks whether it is so still.
SHARED = "public, max-age=60, must-revalidate"


def show_tagged(handler: BaseHandler, model: BaseModel) -> None:
    """Answer with the model, or 304 where it is known already."""
    answer_tagged(handler, JSON, model.model_dump_json().encode(), cache="no-cache")


def answer_tagged(handler: BaseHandler, media_type: str, body: bytes, *, cache: str) -> None:
    """Answer with bytes as they are, or 304 where they are known already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    handler.set_header("ETag", tag)
    handler.set_header("Cache-Control", cache)
    known = handler.request.headers.get("If-None-Match", "")
    if known.strip() == "*" or tag in TAG.findall(known):
        handler.set_status(HTTPStatus.NOT_MODIFIED)
        handler.clear_header("Content-Type")
    else:
        handler.answer(HTTPStatus.OK, media_type, body)
