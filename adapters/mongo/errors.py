"""What the driver raises when the database does not serve, as the domain's word for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.errors import WTimeoutError as WriteTimeout

from domain.errors import DomainError, Unavailable

DUPLICATE = 11000
OUTAGES = (ConnectionFailure, ExecutionTimeout, NetworkTimeout, WriteTimeout)


@contextmanager
def reached() -> Iterator[None]:
    """A database that is not there is told of at once.

    Left to itself a transaction begins anew for two minutes, as fast as it can.
    """
    try:
        yield
    except (ServerSelectionTimeoutError, TimeoutError) as error:
        raise _busy() from error


def translate(error: BaseException) -> DomainError | None:
    """``Unavailable`` for an outage, None for anything else."""
    outage = isinstance(error, OUTAGES) or (
        isinstance(error, PyMongoError)
        and (error.timeout or error.has_error_label("TransientTransactionError"))
    )
    if outage:
        return _busy()
    return None


def _busy() -> Unavailable:
    return Unavailable("系统正忙，请稍后再试。", system="database", retry_after=5)
