"""The yardstick of a rebuild: the library's own ProjectionRunner folds the calls, one upsert per event."""

from contextlib import suppress
from functools import cache
from time import perf_counter
from typing import Any, LiteralString

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Composed, Identifier

from domain.envelope import Event
from domain.topics import register_topics
from infra.stores import Store

TABLE = "library_calls"
LAST_OF_FIRST = "select max(p) from (select notification_id p from stored_events order by 1 limit %s) _"
COUNT_UPTO = "select count(*) from stored_events where notification_id <= %s"

COLUMNS: dict[str, dict[str, str]] = {
    "call.offered": {
        name: name
        for name in (
            "direction",
            "hotline",
            "queue",
            "channel",
            "line",
            "unit",
            "customer_id",
            "tier",
            "ivr_ms",
        )
    }
    | {"offered_at": "occurred_at"},
    "call.queued": {"queued_at": "occurred_at"},
    "call.complaint_key_pressed": {"key_pressed_at": "occurred_at"},
    "call.answered": {name: name for name in ("wait_ms", "ring_ms", "agent_id")}
    | {"answered_at": "occurred_at"},
    "call.abandoned": {"wait_ms": "wait_ms", "abandoned_at": "occurred_at"},
    "call.flowed_out": {"wait_ms": "wait_ms", "flow_kind": "kind", "flowed_out_at": "occurred_at"},
    "call.handled_for": {"purpose": "purpose"},
    "call.ended": {name: name for name in ("talk_ms", "hold_ms", "wrap_up_ms")} | {"ended_at": "occurred_at"},
    "call.rated": {"rating_score": "score", "rating_scale": "scale", "rated_at": "occurred_at"},
}
"""Per topic, the columns that it sets and the fields they come from."""


class Calls(PostgresTrackingRecorder):
    """One row per call, upserted in the transaction that tracks the event."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(_create_table())

    def tell(self, event: Event, tracking: Tracking) -> None:
        columns = COLUMNS[event.TOPIC]
        values = [getattr(event, field) for field in columns.values()]
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(_upsert(tuple(columns)), [event.originator_id, *values], prepare=True)


class CallsProjection(Projection[Calls]):
    """Every event of the log, one by one."""

    name = "librarycalls"
    topics = tuple(COLUMNS)

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.tell(domain_event, tracking)


class Log(Application[str]):
    """The application whose log is read."""


def speed(store: Store, *, events: int, seconds: float) -> tuple[int, float]:
    """How many of the first `events` of the log the library tracked, and how many a second.

    It is stopped after `seconds`, so that a slow disk (it commits every event) costs no patience.
    """
    register_topics()
    with store.connect() as connection:
        last = connection.execute(LAST_OF_FIRST, (events,)).fetchone() or (0,)
    prefix = CallsProjection.name.upper()
    own = {f"{prefix}_PERSISTENCE_MODULE": "eventsourcing.postgres", f"{prefix}_CREATE_TABLE": "y"}
    started = perf_counter()
    with ProjectionRunner(
        application_class=Log,
        projection_class=CallsProjection,
        view_class=Calls,
        env=store.service_env() | own,
    ) as runner:
        with suppress(TimeoutError):
            runner.wait(last[0], timeout=seconds)
        taken, tracked = perf_counter() - started, runner.view.max_tracking_id(runner.app.name)
    with store.connect() as connection:
        (told,) = connection.execute(COUNT_UPTO, (tracked,)).fetchone() or (0,)
    return told, told / taken


def _create_table() -> Composed:
    columns = dict.fromkeys(name for columns in COLUMNS.values() for name in columns)
    return SQL("create table if not exists {} (call text primary key, {})").format(
        Identifier(TABLE),
        SQL(", ").join(SQL("{} {}").format(Identifier(name), SQL(_type(name))) for name in columns),
    )


def _type(column: str) -> LiteralString:
    if column.endswith("_at"):
        return "timestamptz"
    if column.endswith("_ms"):
        return "bigint"
    return "numeric" if column in {"rating_score", "rating_scale"} else "text"


@cache
def _upsert(columns: tuple[str, ...]) -> Composed:
    names = list(map(Identifier, columns))
    return SQL("insert into {} (call, {}) values (%s, {}) on conflict (call) do update set {}").format(
        Identifier(TABLE),
        SQL(", ").join(names),
        SQL(", ").join(SQL("%s") for _ in names),
        SQL(", ").join(SQL("{0} = excluded.{0}").format(name) for name in names),
    )
