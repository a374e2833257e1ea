"""`kefu demo --once` shows something worth seeing, and a second run appends nothing."""

from dataclasses import replace

from infra.stores import Store, open_store
from tests.pipelines.given import kefu, log_of


def test_a_demo_shows_queues_and_a_key_and_runs_twice(embedded_store: Store) -> None:
    environ = embedded_store.settings.environ()
    first = kefu("demo", "--once", "--scale", "1/70", environ=environ)
    assert (first.status, first.stderr) == (0, "")
    assert "2,017 records = 2,016 appended + 0 already known + 1 rejected" in first.stdout
    assert "within 20 s" in first.stdout
    assert "贵宾" in first.stdout
    assert "API key (service_manager, shown once): kefu_" in first.stdout
    before = log_of(embedded_store).height
    second = kefu("demo", "--once", "--scale", "1/70", environ=environ)
    assert second.stdout.count("Nothing new.") == 11
    assert log_of(embedded_store).height == before


def test_another_organisation_has_a_store_of_its_own(embedded_store: Store) -> None:
    environ = embedded_store.settings.environ()
    asked = ("demo", "--once", "--organisation", "newspaper_hotline", "--scale", "1/100")
    ran = kefu(*asked, environ=environ)
    assert (ran.status, ran.stderr) == (0, "")
    assert "In the store newspaper_hotline: export KEFU_STORE=newspaper_hotline to ask it.\n" in ran.stdout
    assert log_of(embedded_store).is_empty()
    with open_store(replace(embedded_store.settings, store="newspaper_hotline")) as own:
        assert not log_of(own).is_empty()
