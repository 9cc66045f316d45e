"""What the driver raises when the database does not serve, as the domain's word for it."""

from pymongo.errors import ConnectionFailure, ExecutionTimeout, NetworkTimeout, PyMongoError
from pymongo.errors import WTimeoutError as WriteTimeout

from domain.errors import DomainError, Unavailable

OUTAGES = (ConnectionFailure, ExecutionTimeout, NetworkTimeout, WriteTimeout)


def translate(error: BaseException) -> DomainError | None:
    """``Unavailable`` for an outage, None for anything else."""
    outage = isinstance(error, OUTAGES) or (
        isinstance(error, PyMongoError)
        and (error.timeout or error.has_error_label("TransientTransactionError"))
    )
    if outage:
        return Unavailable("系统正忙，请稍后再试。", system="database", retry_after=5)
    return None
