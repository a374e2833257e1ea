"""/metrics, in the text that Prometheus reads: for a key of an admin, or for the token of the settings.

Not for whoever asks from this machine: behind a proxy that is everybody.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from graphql_api.coded_errors import FORBIDDEN
from graphql_api.http.request_problems import RequestProblem, refusal
from graphql_api.http.request_record import record_of
from graphql_api.http.speaking import Speaking
from graphql_api.http.store_gauges import store_gauges
from graphql_api.services import Services
from infra.api_keys import given_key

ADMIN = "admin"


async def metrics_page(
    request: Request,
    *,
    services: Services,
    spoken: Speaking,
    token: str | None,
    now: datetime,
) -> Response:
    """Raises SignInRefused; 403 for a key of another role."""
    if not _has_token(request, token):
        caller = await services.callers.find(request)
        record_of(request.scope).asked_by(caller)
        if caller.role != ADMIN:
            message = "Only a key of role admin or KEFU_METRICS_TOKEN reads this"
            return refusal(RequestProblem(message, status=403, code=FORBIDDEN))
    gauges = CollectorRegistry()
    gauges.register(_Told(await store_gauges(services.database, now=now)))
    text = generate_latest(spoken.measurements.collected()) + generate_latest(gauges)
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})


def _has_token(request: Request, token: str | None) -> bool:
    given = given_key(request.headers)
    return bool(token and given and hmac.compare_digest(given.encode(), token.encode()))


class _Told:
    """Metrics as they are, in the form that a registry takes."""

    def __init__(self, gauges: Iterable[GaugeMetricFamily]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._gauges
