"""What Prometheus is told of the store: how far each fact has come, and how old each view is."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

from graphql_api.database import Database
from graphql_api.health import SELECT_HEARTBEAT, SELECT_HIGHEST, SELECT_POSITIONS, UNREACHABLE

SELECT_VIEWS = b"select view, max(refreshed_at) from view_partition group by view order by view"
SELECT_HAS_VIEWS = b"select to_regclass('view_partition') is not null"


async def store_gauges(database: Database, *, now: datetime) -> list[GaugeMetricFamily]:
    """Positions and lags in events, ages in seconds; without its database, only that it is not there."""
    try:
        found, is_reached = await _gauges(database, now=now), True
    except UNREACHABLE:
        found, is_reached = [], False
    return [_gauge("kefu_database_up", "1 while the database answers.", [((), is_reached)]), *found]


async def _gauges(database: Database, *, now: datetime) -> list[GaugeMetricFamily]:
    ((highest,),) = await database.fetch(SELECT_HIGHEST)
    facts = await database.fetch(SELECT_POSITIONS)
    beats = await database.fetch(SELECT_HEARTBEAT)
    has_views = (await database.fetch(SELECT_HAS_VIEWS))[0][0]
    views = await database.fetch(SELECT_VIEWS) if has_views else []
    return [
        _gauge("kefu_log_position", "The highest position of the log.", [((), highest)]),
        _gauge(
            "kefu_projector_lag_events",
            "Positions that a fact is behind the log.",
            [((fact,), max(highest - position, 0)) for fact, position, _ in facts],
            labels=("fact",),
        ),
        _gauge(
            "kefu_projector_stopped",
            "1 where a fact stopped at an event that it could not take.",
            [((fact,), stopped_at is not None) for fact, _, stopped_at in facts],
            labels=("fact",),
        ),
        _gauge(
            "kefu_projector_silent_seconds",
            "Since the projector's heart last beat.",
            [((), (now - beat_at).total_seconds()) for (beat_at,) in beats],
        ),
        _gauge(
            "kefu_view_age_seconds",
            "Since a day of the view was last stored.",
            [((view,), (now - at).total_seconds()) for view, at in views],
            labels=("view",),
        ),
    ]


def _gauge(
    name: str, meaning: str, values: Iterable[tuple[tuple[str, ...], float]], labels: tuple[str, ...] = ()
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, meaning, labels=labels)
    for said, value in values:
        gauge.add_metric(said, float(value))
    return gauge
