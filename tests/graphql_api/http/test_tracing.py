"""Traces: none unless configured; then a span for the request, for reading it and for carrying it out."""

import builtins
import logging
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from graphql_api.graphql_endpoint import GraphQLEndpoint
from graphql_api.http.recording import Outcome
from graphql_api.http.request_record import RequestRecord
from graphql_api.http.tracing import SpanTraces, Traces, open_traces
from tests.graphql_api.given import Asking

PARENT = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(spans: InMemorySpanExporter) -> SpanTraces:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return SpanTraces(provider)


def test_nothing_is_traced_unless_an_endpoint_is_named() -> None:
    assert type(open_traces(None)) is Traces
    assert type(open_traces("")) is Traces


def test_without_the_packages_it_is_said_that_nothing_is_traced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    importing = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return importing(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with caplog.at_level(logging.WARNING, logger="kefu.tracing"):
        assert type(open_traces("http://localhost:4318")) is Traces
    assert "pip install 'kefu[tracing]'" in caplog.text


def test_a_request_is_a_span_of_the_trace_that_it_names(
    traces: SpanTraces, spans: InMemorySpanExporter
) -> None:
    record = RequestRecord(id="trace-12345", caller="kefu_1", role="admin", operation="who", rows=3)
    outcome = Outcome(route="graphql", method="GET", status=200, sent=9)
    scope = {"headers": [(b"traceparent", PARENT.encode())]}
    with traces.request(scope, record, outcome), traces.within("execute"):
        pass
    inner, outer = spans.get_finished_spans()
    assert (inner.name, outer.name) == ("execute", "GET /graphql")
    assert outer.parent is not None
    assert inner.parent is not None
    assert f"{outer.parent.trace_id:032x}" == "a" * 32
    assert inner.parent.span_id == outer.context.span_id
    assert dict(outer.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.response.body.size": 9,
        "graphql.operation.name": "who",
        "kefu.request.id": "trace-12345",
        "kefu.caller": "kefu_1",
        "kefu.role": "admin",
        "kefu.rows": 3,
        "kefu.cost": 0,
    }


def test_reading_and_carrying_out_are_spans(
    manager: Asking, traces: SpanTraces, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint: GraphQLEndpoint = manager.api.app.state.graphql
    within = traces.within
    monkeypatch.setattr(endpoint._spoken.traces, "within", within, raising=False)
    manager.data("{ __typename }")
    assert [span.name for span in spans.get_finished_spans()] == ["parse", "execute"]
    traces.close()
