"""Prometheus metrics of this process."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from adapters.mongo.jobs import Backlog
from domain.audit.sealing import Health

JOBS = {
    "waiting": "Messages whose work is not done, the stuck left out",
    "overdue": "Messages that are due and not yet claimed",
    "stuck": "Messages put aside after too many faults",
    "overdue_seconds": "How long the one due longest has been due",
    "oldest_seconds": "Age of the oldest message",
    "attempts_max": "The most that a message was tried",
}
AUDIT = {
    "events_unsealed": "Audit events without a leaf, counted to 10,000",
    "oldest_unsealed_seconds": "Age of the oldest of them",
    "last_root_seconds": "Age of the last audit root",
    "stamps_pending": "Audit roots waiting for a time stamp",
}


class Metrics:
    """Labels are route templates, states and names of systems: never a path, never a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = MessageMetrics(self.registry)
        self._requests = Counter(
            "credit_requests_total",
            "Answered requests",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "credit_request_seconds",
            "Time to answer",
            ("route", "method"),
            registry=self.registry,
        )
        self._calls = Counter(
            "credit_outside_calls_total",
            "Calls to outside systems",
            ("system", "outcome"),
            registry=self.registry,
        )
        self._call_seconds = Histogram(
            "credit_outside_call_seconds",
            "Time of calls to outside systems",
            ("system",),
            registry=self.registry,
        )
        self._errcodes = _errcodes(self.registry)
        self._backlog = Gauge(
            "credit_outbox_messages", "Messages waiting in the outbox", registry=self.registry
        )
        self._jobs = _gauges("jobs", JOBS, self.registry, "topic")
        self._audit = _gauges("audit", AUDIT, self.registry)

    def observe(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """One answered request."""
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(seconds)

    def called(self, *, system: str, outcome: str, seconds: float) -> None:
        """One call to an outside system."""
        self._calls.labels(system, outcome).inc()
        self._call_seconds.labels(system).observe(seconds)

    def refused(self, errcode: str) -> None:
        """One refusal by WeChat."""
        self._errcodes.labels(errcode).inc()

    def text(self, *, backlog: Sequence[Backlog], audit: Health, now: datetime) -> bytes:
        """The exposition format, with what waits now."""
        self._backlog.set(sum(one.messages for one in backlog))
        for gauge in self._jobs.values():
            gauge.clear()
        for one in backlog:
            numbers = (
                one.messages - one.stuck,
                one.due,
                one.stuck,
                one.latest.total_seconds(),
                one.oldest.total_seconds(),
                one.most_attempts,
            )
            for gauge, number in zip(self._jobs.values(), numbers, strict=True):
                gauge.labels(one.topic).set(number)
        sealed = (
            audit.unsealed,
            _seconds_since(audit.oldest_unsealed, now),
            _seconds_since(audit.last_root, now),
            audit.pending_stamps,
        )
        for gauge, number in zip(self._audit.values(), sealed, strict=True):
            gauge.set(number)
        return generate_latest(self.registry)


class MessageMetrics:
    """What became of service messages: WeChat's codes and names of templates, never a person."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._messages = Counter(
            "credit_messages_total",
            "Service messages, by what came of them and WeChat's code",
            ("outcome", "errcode"),
            registry=registry,
        )
        self._to_staff = Counter(
            "credit_staff_messages_total",
            "Messages to the staff, by channel and what came of them",
            ("channel", "outcome"),
            registry=registry,
        )
        self._bad_templates = Counter(
            "credit_message_template_faults_total",
            "Messages that a template or a setting of ours stopped: somebody has to look",
            ("template", "errcode"),
            registry=registry,
        )

    def settled(self, *, outcome: str, errcode: int | None) -> None:
        """One service message came to this."""
        self._messages.labels(outcome, _code(errcode)).inc()

    def told(self, *, channel: str, outcome: str) -> None:
        """One message to a member of the staff came to this."""
        self._to_staff.labels(channel, outcome).inc()

    def template_fault(self, *, template: str, errcode: int | None) -> None:
        """One message that our own template stopped."""
        self._bad_templates.labels(template, _code(errcode)).inc()


def _gauges(
    room: str, meanings: Mapping[str, str], registry: CollectorRegistry, *labels: str
) -> dict[str, Gauge]:
    return {
        name: Gauge(f"credit_{room}_{name}", meaning, labels, registry=registry)
        for name, meaning in meanings.items()
    }


def _seconds_since(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _errcodes(registry: CollectorRegistry) -> Counter:
    return Counter(
        "credit_wechat_errcode_total",
        "Refusals by WeChat, by its error code",
        ("errcode",),
        registry=registry,
    )


def _code(errcode: int | None) -> str:
    return "" if errcode is None else str(errcode)
