"""A run whose code server is gone is marked as failed; one that somebody works on, or will, is left alone."""

import json
import socket
from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines.dagster_location.dead_runs import LAUNCHED_BY, end_dead_runs
from pipelines.dagster_location.serve import LOOPBACK, free_port


@dg.job
def nothing() -> None:
    """A job to have runs of."""


@pytest.fixture
def listening() -> Iterator[int]:
    """A port at which somebody answers."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def launched(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, *, port: int | None = None) -> str:
    """A run of that status, on the code server at that port."""
    tags = {} if port is None else {LAUNCHED_BY: json.dumps({"host": LOOPBACK, "port": port})}
    run = instance.create_run_for_job(nothing, status=status, tags=tags)
    return run.run_id


def test_only_what_nobody_works_on_is_ended(listening: int) -> None:
    status = dg.DagsterRunStatus
    with dg.DagsterInstance.ephemeral() as instance:
        alive = launched(instance, status.STARTED, port=listening)
        waiting = launched(instance, status.NOT_STARTED)
        done = launched(instance, status.SUCCESS, port=free_port())
        dead = [
            launched(instance, one, port=port)
            for one, port in (
                (status.STARTED, free_port()),
                (status.CANCELING, free_port()),
                (status.STARTING, None),
            )
        ]
        assert end_dead_runs(instance) == sorted(dead)
        assert end_dead_runs(instance) == []
        found = {run.run_id: run.status for run in instance.get_runs()}
    assert [found[run] for run in (alive, waiting, done)] == [
        status.STARTED,
        status.NOT_STARTED,
        status.SUCCESS,
    ]
    assert {found[run] for run in dead} == {status.FAILURE}
