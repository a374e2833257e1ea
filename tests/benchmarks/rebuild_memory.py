"""What a rebuild holds at most by the log's length: `python -m tests.benchmarks.rebuild_memory [MILLIONS…]`.

Events are made in the server from those of a small ingested file: twenty million take a minute or two.
"""

import argparse
import subprocess
import sys

import msgspec
import psycopg

from projections.segments.folder import segments_folder
from projections.segments.seal import seal
from tests.benchmarks.rebuild_once import Used
from tests.benchmarks.workbench import Ingested, Workbench, workbench

CALLS = 60_000
MEBIBYTE = 1 << 20

# A copy of every call under another id; whoever called is somebody else too.
REPEAT = """
insert into stored_events (originator_id, originator_version, topic, state)
select originator_id || '/' || %(copy)s, originator_version, topic,
    convert_to(replace(convert_from(state, 'UTF8'), '"crm:', '"crm:' || %(copy)s || '/'), 'UTF8')
from stored_events
where notification_id <= %(upto)s and topic like 'call.%%'
order by notification_id
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rebuild_memory")
    parser.add_argument("millions", nargs="*", type=float, default=[1.0, 20.0])
    arguments = parser.parse_args()
    with workbench(calls=CALLS, seconds=1.0) as bench:
        for millions in sorted(arguments.millions):
            lengthen(bench.ingested, events=int(millions * 1e6))
            _say(bench, millions)
    return 0


def lengthen(log: Ingested, *, events: int) -> None:
    """Repeat the ingested calls until the log has as many events."""
    with psycopg.connect(log.conninfo, autocommit=True) as connection:
        (held,) = connection.execute("select count(*) from stored_events").fetchone() or (0,)
        copy = held // log.events
        while held < events:
            added = connection.execute(REPEAT, {"copy": str(copy), "upto": log.events})
            held, copy = held + added.rowcount, copy + 1
        connection.execute("analyze stored_events")


def _say(bench: Workbench, millions: float) -> None:
    log = bench.ingested
    for source in ("the log", "segments"):
        if source == "segments":
            seal(log.conninfo, segments_folder(log.settings))
        command = [sys.executable, "-m", "tests.benchmarks.rebuild_once", log.conninfo]
        before = bench.cpu_seconds()
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        cost = bench.cpu_seconds() - before
        used = msgspec.json.decode(ran.stdout, type=Used)
        sys.stdout.write(
            f"{millions:g} M events from {source}: {used.peak_bytes / MEBIBYTE:,.0f} MiB at most, "
            f"{millions / used.seconds:.3f} M events/s; {cost.per_million(int(millions * 1e6))}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
