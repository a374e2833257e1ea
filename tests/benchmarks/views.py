"""Every view refreshed for a day: all of it, and again after one customer in a hundred was touched.

`python -m tests.benchmarks.views [--customers N]` does the same at any size. Customers are those of the
mobile sample with the calls of the generated file, copied in the server under other ids: some twenty
events each.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from time import perf_counter

import psycopg

from domain.customer import CustomerContacted
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from pipelines.sample.write import RULES, write_sample
from projections.runner.operate import project
from projections.runner.rebuild import rebuild
from projections.storage.views_of_a_day import refresh_views
from projections.views import VIEWS
from tests.benchmarks.call_file import MAPPING, write_calls
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import SEED, Workbench, workbench

SCALE, YEAR, CUSTOMERS, CALLS_EACH = Fraction(1, 40), 2025, 44_000, 4
DAY = date(2025, 12, 30)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECONDS_BAR, ALL_CUSTOMERS, ALL_EVENTS = 20.0, 1_000_000, 20_000_000

ONE_PERSON = r"""
update stored_events
set state = convert_to(replace(convert_from(state, 'UTF8'), '"crm:C', '"boss:KH'), 'UTF8')
where topic like 'call.%'
"""
REPEAT = r"""
insert into stored_events (originator_id, originator_version, topic, state)
select originator_id || '/' || %(copy)s, originator_version, topic,
    convert_to(regexp_replace(convert_from(state, 'UTF8'), '"(boss:KH[0-9]+)"',
        '"\1/' || %(copy)s || '"', 'g'), 'UTF8')
from stored_events
where notification_id <= %(upto)s and topic ~ '^(call|customer|member|complaint|callback)\.'
order by notification_id
"""
TOUCH = """
insert into stored_events (originator_id, originator_version, topic, state)
select originator_id, max(originator_version) + 1, %(topic)s,
    convert_to(replace(%(state)s, 'WHO', substr(originator_id, 10)), 'UTF8')
from stored_events
where topic like 'customer.%%' and abs(hashtext(originator_id)) %% 100 = 0
group by originator_id
"""


@dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds of a day: of all its views, and of each; two are made at a time."""

    seconds: float
    by_view: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A store that is told of, and how much."""

    conninfo: str
    customers: int
    events: int


def measure(bench: Workbench, *, customers: int | None = None) -> Iterator[Figure]:
    """Every view of one day, then of the next after a change of one customer in a hundred."""
    told = _told(bench, customers=customers or max(CUSTOMERS, bench.calls // 10))
    share = told.customers / ALL_CUSTOMERS
    whole = _refreshed(told, DAY)
    _touch(told.conninfo)
    again = _refreshed(told, DAY + timedelta(days=1))
    note = f"{told.customers:,} customers, {told.events:,} events, {len(VIEWS)} views"
    yield Figure(
        benchmark="views",
        name="every view of a day",
        value=whole.seconds,
        unit="s",
        bar=Bar(limit=SECONDS_BAR, is_floor=False) if told.customers >= ALL_CUSTOMERS else None,
        note=f"{note}; {whole.seconds / share:.0f} s a million customers",
    )
    yield Figure(
        benchmark="views",
        name="the next day, 1 in 100 touched",
        value=again.seconds,
        unit="s",
        yardstick=whole.seconds,
        beside="the whole day:",
        ratio=whole.seconds / again.seconds,
        note="; ".join(
            f"{name} {took:.2f} then {again.by_view[name]:.2f}"
            for name, took in sorted(whole.by_view.items(), key=lambda item: -item[1])
        ),
    )


def _told(bench: Workbench, *, customers: int) -> Told:
    settings, conninfo = bench.make_store("views")
    folder = bench.folder / "mobile"
    request = Request(year=YEAR, seed=SEED, scale=SCALE, out=folder)
    for written in write_sample(ORGANISATIONS["mobile_operator"], request):
        rules = ("--organisation", str(folder / RULES))
        bench.kefu(
            settings,
            "ingest",
            str(written.path),
            "--mapping",
            str(written.mapping),
            "--check-rules",
            "0",
            *rules,
        )
    calls = write_calls(folder / "calls.csv", calls=CUSTOMERS * CALLS_EACH, seed=SEED)
    bench.kefu(settings, "ingest", str(calls), "--mapping", str(MAPPING), "--check-rules", "0")
    copies = -(-customers // CUSTOMERS)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(ONE_PERSON)
        (upto,) = connection.execute("select max(notification_id) from stored_events").fetchone() or (0,)
        for copy in range(1, copies):
            connection.execute(REPEAT, {"copy": str(copy), "upto": upto})
        connection.execute("vacuum analyze stored_events")
        (events,) = connection.execute("select count(*) from stored_events").fetchone() or (0,)
    rebuild(conninfo)
    return Told(conninfo=conninfo, customers=copies * CUSTOMERS, events=events)


def _touch(conninfo: str) -> None:
    """One more contact on the second day for one customer in a hundred."""
    at = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC) + timedelta(days=1)
    contact = CustomerContacted(
        originator_id="customer-WHO",
        originator_version=1,
        occurred_at=at,
        recorded_at=at,
        source="bench",
        customer_id="WHO",
        channel="phone",
        purpose="care",
    )
    with psycopg.connect(conninfo) as connection:
        connection.execute(TOUCH, {"topic": contact.TOPIC, "state": contact.to_json().decode()})
    project(conninfo)


def _refreshed(told: Told, day: date) -> Took:
    """Every view of a day, as `kefu refresh` makes them; raises what stopped one."""
    started, by_view = perf_counter(), dict[str, float]()
    for outcome in refresh_views(told.conninfo, VIEWS, day, now=NOW):
        made, by_view[outcome.view.name] = outcome.refreshed, outcome.seconds
        if made is None:
            raise RuntimeError(f"{outcome.view.name} of {day} is not refreshed") from outcome.error
        sys.stderr.write(
            f"{made.view} of {day}: {made.rows:,} rows, {made.remade:,} made, {outcome.seconds:.2f} s\n"
        )
    return Took(seconds=perf_counter() - started, by_view=by_view)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.views")
    parser.add_argument("--customers", type=int, default=ALL_CUSTOMERS)
    arguments = parser.parse_args()
    with workbench(calls=CUSTOMERS * CALLS_EACH, seconds=1.0) as bench:
        for figure in measure(bench, customers=arguments.customers):
            sys.stdout.write(f"{figure.line()}\n")
    sys.stdout.write(f"load average {os.getloadavg()[0]:.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
