"""Structured logs: one JSON object a line, with a trace id and no personal data."""

import logging
import sys

import structlog


def configure(level: str, *, pretty: bool = False) -> None:
    """Send every log line, ours and the libraries', to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries may quote URLs and documents: only that something is wrong is passed on.
    handler = _Passed()
    handler.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _Passed(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning(
            "library", logger=record.name, level_name=record.levelname, at=record.lineno
        )
