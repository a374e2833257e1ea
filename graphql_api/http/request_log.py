"""One line of JSON for each request, for whoever collects logs."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime

import orjson

from graphql_api.http.recording import Outcome, Tell
from graphql_api.http.request_record import RequestRecord

log = logging.getLogger("kefu.requests")

STANDARD_ERROR = "stderr"


def open_request_log(place: str | None) -> None:
    """Lines go to a file, or to standard error; where no place is named, to whoever listens to the logger."""
    if place is None or log.handlers:
        return
    handler = (
        logging.StreamHandler(sys.stderr)
        if place == STANDARD_ERROR
        else logging.FileHandler(place, encoding="utf-8")
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def tell_log(clock: Callable[[], datetime]) -> Tell:
    def tell(record: RequestRecord, outcome: Outcome) -> None:
        if log.isEnabledFor(logging.INFO):
            log.info(line(record, outcome, now=clock()))

    return tell


def line(record: RequestRecord, outcome: Outcome, *, now: datetime) -> str:
    """`ms` until the last byte was sent; `rows` of lists; `cost` and `bytes` of the answer."""
    told = {
        "time": now,
        "id": record.id,
        "route": outcome.route,
        "method": outcome.method,
        "status": outcome.status,
        "outcome": outcome.name,
        "codes": record.codes,
        "caller": record.caller,
        "role": record.role,
        "kind": record.kind,
        "operation": record.operation,
        "document": record.document,
        "ms": round(outcome.seconds * 1000, 2),
        "rows": record.rows,
        "bytes": outcome.sent,
        "cost": record.cost,
    }
    return orjson.dumps(told).decode()
