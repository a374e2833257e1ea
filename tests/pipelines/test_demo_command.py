"""`kefu demo --once` shows something worth seeing, and a second run appends nothing."""

from infra.stores import Store
from tests.pipelines.given import kefu, log_of


def test_a_demo_shows_queues_and_a_key_and_runs_twice(embedded_store: Store) -> None:
    environ = embedded_store.settings.environ()
    first = kefu("demo", "--once", "--calls", "2000", environ=environ)
    assert (first.status, first.stderr) == (0, "")
    assert "2,000 records = 2,000 appended + 0 already known + 0 rejected" in first.stdout
    assert "within 20 s" in first.stdout
    assert "查勘调度" in first.stdout
    assert "API key (service_manager, shown once): kefu_" in first.stdout
    before = log_of(embedded_store).height
    second = kefu("demo", "--once", "--calls", "2000", environ=environ)
    assert second.stdout.count("Nothing new.") == 3
    assert log_of(embedded_store).height == before
