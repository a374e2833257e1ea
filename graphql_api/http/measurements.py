"""What Prometheus is told of requests: how many became of what, how long they took, what they cost."""

from contextlib import AbstractContextManager
from os import environ

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from graphql_api.http.recording import Outcome
from graphql_api.http.request_record import RequestRecord

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
BY_ROUTE = ("route", "kind")
NO_CODE = ""
# The library reads it itself, when it is first imported: each process then counts into a file there.
SHARED_BY_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"


class Measurements:
    """Counts of one application; labels have few values each: no caller, and nothing that a client names."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kefu_requests",
            "Requests by route, kind of operation, outcome and the first code of an error.",
            (*BY_ROUTE, "outcome", "code"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "kefu_request_seconds",
            "Until the last byte was sent.",
            BY_ROUTE,
            buckets=SECONDS,
            registry=self.registry,
        )
        self._rows = Counter("kefu_answer_rows", "Rows of lists.", BY_ROUTE, registry=self.registry)
        self._bytes = Counter("kefu_answer_bytes", "Bytes of bodies sent.", BY_ROUTE, registry=self.registry)
        self._cost = Counter("kefu_answer_cost", "Values in answers.", BY_ROUTE, registry=self.registry)
        self._in_flight = Gauge(
            "kefu_requests_in_flight",
            "Requests under way, the one that asks included.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def tell(self, record: RequestRecord, outcome: Outcome) -> None:
        route, kind = outcome.route, record.kind or ""
        code = record.codes[0] if record.codes else NO_CODE
        self._requests.labels(route, kind, outcome.name, code).inc()
        self._seconds.labels(route, kind).observe(outcome.seconds)
        self._rows.labels(route, kind).inc(record.rows)
        self._bytes.labels(route, kind).inc(outcome.sent)
        self._cost.labels(route, kind).inc(record.cost)

    def in_flight(self) -> AbstractContextManager[None]:
        """While a request is under way."""
        return self._in_flight.track_inprogress()

    def collected(self) -> CollectorRegistry:
        """A registry of this process, or of all that share a folder."""
        if SHARED_BY_PROCESSES not in environ:
            return self.registry
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared
