"""Whether the service lives, whether its projector's heart beats, and how far each fact has come."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.responses import JSONResponse, Response

from graphql_api.database import Database

SILENT_AFTER = timedelta(seconds=30)
UNREACHABLE = (OperationalError, PoolTimeout)

SELECT_HEARTBEAT = b"select beat_at from projector_heartbeat"
SELECT_POSITIONS = b"""
select fact, position, stopped_at
from projection_checkpoint
order by fact
"""
SELECT_HIGHEST = b"select coalesce(max(notification_id), 0) from stored_events"


async def health(database: Database, *, now: datetime) -> Response:
    """200 while this process reaches its database; the projector is reported, whatever its lag."""
    try:
        beats = await database.fetch(SELECT_HEARTBEAT)
    except UNREACHABLE:
        return _unreachable()
    return JSONResponse({"status": "ok", "projector": _projector(beats, now)})


async def readiness(database: Database) -> Response:
    """200 with the position and the lag of every fact; 503 where a fact stopped at an event."""
    try:
        highest = (await database.fetch(SELECT_HIGHEST))[0][0]
        rows = await database.fetch(SELECT_POSITIONS)
    except UNREACHABLE:
        return _unreachable()
    facts = [
        {"fact": fact, "position": position, "lag": max(highest - position, 0), "stoppedAt": stopped_at}
        for fact, position, stopped_at in rows
    ]
    is_stopped = any(fact["stoppedAt"] is not None for fact in facts)
    body = {"status": "stopped" if is_stopped else "ready", "position": highest, "facts": facts}
    return JSONResponse(body, status_code=503 if is_stopped else 200)


def _projector(beats: list[tuple[Any, ...]], now: datetime) -> dict[str, str | None]:
    if not beats:
        return {"status": "never started", "beatAt": None}
    beat_at: datetime = beats[0][0]
    is_silent = now - beat_at > SILENT_AFTER
    return {"status": "silent" if is_silent else "beating", "beatAt": beat_at.isoformat()}


def _unreachable() -> Response:
    return JSONResponse({"status": "database unreachable"}, status_code=503)
