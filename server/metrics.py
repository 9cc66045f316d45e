"""Prometheus metrics of this process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Labels are route templates, states and names of systems: never a path, never a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
        self._backlog = Gauge(
            "credit_outbox_messages", "Messages waiting in the outbox", registry=self.registry
        )

    def observe(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """One answered request."""
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(seconds)

    def called(self, *, system: str, outcome: str, seconds: float) -> None:
        """One call to an outside system."""
        self._calls.labels(system, outcome).inc()
        self._call_seconds.labels(system).observe(seconds)

    def text(self, *, backlog: int) -> bytes:
        """The exposition format, with the messages that wait now."""
        self._backlog.set(backlog)
        return generate_latest(self.registry)
