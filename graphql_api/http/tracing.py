"""Spans for OpenTelemetry, where an endpoint is configured and the extra `tracing` is installed."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from starlette.types import Scope

from graphql_api.http.request_record import RequestRecord

log = logging.getLogger("kefu.tracing")

SERVICE = "kefu"


class Told(Protocol):
    """What a span says of the answer at its end."""

    route: str
    method: str
    status: int
    sent: int


class Traces:
    """Says nothing; what is said where traces are wanted is `SpanTraces`."""

    def within(self, name: str) -> AbstractContextManager[Any]:
        """While one step of a request is taken: parse, execute."""
        return nullcontext()

    def request(self, scope: Scope, record: RequestRecord, told: Told) -> AbstractContextManager[Any]:
        """While a request is answered."""
        return nullcontext()

    def close(self) -> None:
        """Send what was not sent yet."""


class SpanTraces(Traces):
    """Spans of a provider; a request goes on with the trace that its `traceparent` names."""

    def __init__(self, provider: Any) -> None:
        from opentelemetry.propagate import extract

        self._provider, self._extract = provider, extract
        self._tracer = provider.get_tracer("kefu.graphql")

    def within(self, name: str) -> AbstractContextManager[Any]:
        span: AbstractContextManager[Any] = self._tracer.start_as_current_span(name)
        return span

    @contextmanager
    def request(self, scope: Scope, record: RequestRecord, told: Told) -> Iterator[Any]:
        carried = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        within = self._extract(carried)
        with self._tracer.start_as_current_span(f"{told.method} /{told.route}", context=within) as span:
            try:
                yield span
            finally:
                for name, value in _attributes(record, told).items():
                    span.set_attribute(name, value)

    def close(self) -> None:
        self._provider.shutdown()


def open_traces(endpoint: str | None) -> Traces:
    """Those that go to an OTLP endpoint over HTTP; none where no endpoint is named."""
    if not endpoint:
        return Traces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, and nothing is traced: pip install 'kefu[tracing]'")
        return Traces()
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return SpanTraces(provider)


def _attributes(record: RequestRecord, told: Told) -> dict[str, Any]:
    """Names as OpenTelemetry's conventions have them; no variables, which may be personal."""
    known = {
        "http.request.method": told.method,
        "http.response.status_code": told.status,
        "http.response.body.size": told.sent,
        "graphql.operation.name": record.operation,
        "graphql.operation.type": record.kind,
        "kefu.request.id": record.id,
        "kefu.caller": record.caller,
        "kefu.role": record.role,
        "kefu.document": record.document,
        "kefu.rows": record.rows,
        "kefu.cost": record.cost,
    }
    return {name: value for name, value in known.items() if value is not None}
