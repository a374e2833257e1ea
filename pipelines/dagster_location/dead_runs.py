"""Runs that nobody works on any more: their code server died with the machine, and nobody said they ended.

One run goes at a time: a dead one that counts as running would keep all others waiting for ever.
"""

import json
import socket
import sys

import dagster as dg

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
LAUNCHED_BY = ".dagster/grpc_info"
"""The tag in which Dagster's launcher leaves the address of the code server that works on a run."""


def main() -> int:
    """End the dead runs of the instance that DAGSTER_HOME names."""
    with dg.DagsterInstance.get() as instance:
        for run in end_dead_runs(instance):
            print(f"run {run} is marked as failed: nobody works on it any more")
    return 0


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed what is under way on a code server that does not answer; their ids, in order."""
    under_way = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    dead = [run for run in under_way if not _answers(run.tags.get(LAUNCHED_BY))]
    for run in dead:
        instance.report_run_failed(run, "Nobody works on this run any more: its code server is gone.")
    return sorted(run.run_id for run in dead)


def _answers(launched_by: str | None) -> bool:
    if launched_by is None:
        return False
    address = json.loads(launched_by)
    with socket.socket() as caller:
        return caller.connect_ex((address["host"], address["port"])) == 0


if __name__ == "__main__":
    sys.exit(main())
