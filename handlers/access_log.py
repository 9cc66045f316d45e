"""The line and the observation that every request leaves."""

import structlog
from tornado.web import RequestHandler

from handlers.base import BaseHandler

log = structlog.get_logger()


def log_request(handler: RequestHandler) -> None:
    """One line and one observation for each request: the route's template, never its path."""
    if not isinstance(handler, BaseHandler):
        return
    seconds = handler.request.request_time()
    method = str(handler.request.method)
    # Anyone may invent methods, and a metric keeps every label it ever had.
    method = method if method in handler.SUPPORTED_METHODS else "OTHER"
    handler.house.observe(
        route=handler.path_template, method=method, status=handler.get_status(), seconds=seconds
    )
    log.info(
        "request",
        trace_id=handler.trace_id,
        method=method,
        route=handler.path_template,
        status=int(handler.get_status()),
        milliseconds=round(seconds * 1000, 1),
    )
