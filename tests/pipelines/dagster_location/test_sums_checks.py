"""The reconciliation check counts the facts again and finds what was changed behind the projector's back."""

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.recount import SUMMED_FACTS, recount
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.sums_checks import result_of
from projections.facts import SPECS
from projections.metrics.measures import MEASURES
from tests.pipelines.dagster_location.given import a_rated_day, told_and_projected

ROWS_OF_THE_DAY = {"calls": 20, "rating_requests": 10}


def test_every_fact_with_measures_is_reconciled() -> None:
    assert set(SUMMED_FACTS) == {measure.fact for measure in MEASURES} & SPECS.keys()


@pytest.mark.parametrize("fact", SUMMED_FACTS)
def test_projected_sums_equal_their_facts(rated_store: Store, fact: str) -> None:
    with StoreResource(rated_store.settings).facts() as facts:
        counted = recount(facts, fact)
    assert counted.is_equal
    assert counted.rows == ROWS_OF_THE_DAY.get(fact, 0)
    assert (counted.cells > 0) == (fact == "calls")
    assert result_of(counted).passed


def test_a_changed_sum_fails_the_check_and_is_shown(embedded_store: Store) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    with embedded_store.connect() as connection:
        connection.execute("update calls_sums_v2 set rows = rows + 1 where grouping = 'queue'")
    with StoreResource(embedded_store.settings).facts() as facts:
        result = result_of(recount(facts, "calls"))
    assert not result.passed
    assert result.metadata["differing_cells"] == dg.IntMetadataValue(1)
    shown = result.metadata["differing"].value
    assert "| queue | motor |" in str(shown)


def test_a_lost_sum_fails_the_check(embedded_store: Store) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    with embedded_store.connect() as connection:
        connection.execute("delete from calls_sums_v2 where grouping = 'all'")
    with StoreResource(embedded_store.settings).facts() as facts:
        assert not recount(facts, "calls").is_equal
