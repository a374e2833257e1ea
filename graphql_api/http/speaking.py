"""What every route of the application shares: turnstile, budgets, counts, traces, and the middleware."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.middleware import Middleware

from graphql_api.http.cost_budgets import CostBudgets
from graphql_api.http.gzip_answers import GzipAnswers
from graphql_api.http.measurements import Measurements
from graphql_api.http.origins import OriginsChecked
from graphql_api.http.recording import Recorded
from graphql_api.http.request_log import open_request_log, tell_log
from graphql_api.http.tracing import Traces, open_traces
from graphql_api.http.turnstile import Turnstile
from infra.serving_settings import ServingSettings


@dataclass(frozen=True, kw_only=True)
class Speaking:
    """One for an application: its routes let callers in by the turnstile, and spend from the budgets."""

    turnstile: Turnstile
    budgets: CostBudgets
    traces: Traces
    measurements: Measurements = field(default_factory=Measurements)


def speaking(settings: ServingSettings) -> Speaking:
    open_request_log(settings.request_log)
    return Speaking(
        turnstile=Turnstile(in_all=settings.requests_at_once, per_caller=settings.requests_per_caller),
        budgets=CostBudgets(per_minute=settings.cost_per_minute),
        traces=open_traces(settings.otlp_endpoint),
    )


def middleware(
    spoken: Speaking, settings: ServingSettings, *, clock: Callable[[], datetime]
) -> list[Middleware]:
    """From the outermost: what is told of a request is what was sent in the end."""
    return [
        Middleware(
            Recorded,
            listeners=(tell_log(clock), spoken.measurements.tell),
            traces=spoken.traces,
            under_way=spoken.measurements.in_flight,
        ),
        Middleware(OriginsChecked, origins=settings.origins),
        Middleware(GzipAnswers),
    ]
