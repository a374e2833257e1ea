"""Two kills of each kind in every test run; twenty by `make soak`."""

from pathlib import Path

from tests.soak.kills import kill_ingest, kill_postgresql, kill_projector, trial


def test_two_kills_of_each_leave_log_facts_and_sums_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with trial(tmp_path, calls=6_000, seed=20_260_301, kills=2) as made:
        kill_ingest(made)
        kill_projector(made)
        kill_postgresql(made)
