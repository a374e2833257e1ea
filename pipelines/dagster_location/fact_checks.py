"""The checks that count again: the newest stored day of a view against the facts, and its reconciliations."""

from collections.abc import Callable, Iterator
from datetime import datetime

import dagster as dg
import polars as pl

from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.stored_days import DaysHeldAgainst, StoredView, held_against_facts, newest_day
from projections.views.view import Reconciliation, View

STORED_DAYS = "stored_days_equal_facts"
SHOWN_ROWS = 20


def checks_against_facts(view: View, *, clock: Callable[[], datetime]) -> dg.AssetChecksDefinition:
    """All of a view's checks that read facts, in one step and over one snapshot."""
    specs = [
        dg.AssetCheckSpec(
            name=STORED_DAYS,
            asset=view.name,
            description="Stored days are what was noted of them, and the newest is what the facts give.",
        ),
        *(
            dg.AssetCheckSpec(name=one.name, asset=view.name, description=one.meaning)
            for one in view.reconciliations
        ),
    ]

    @dg.multi_asset_check(name=f"{view.name}_against_the_facts", specs=specs, can_subset=True)
    def against_the_facts(
        context: dg.AssetCheckExecutionContext, store: dg.ResourceParam[StoreResource]
    ) -> Iterator[dg.AssetCheckResult]:
        asked = {key.name for key in context.selected_asset_check_keys}
        with store.facts() as facts:
            newest = newest_day(facts, view, now=clock())
            if STORED_DAYS in asked:
                yield days_result(held_against_facts(facts, newest))
            for one in view.reconciliations:
                if one.name in asked:
                    yield reconciled(one, newest)

    return against_the_facts


def days_result(held: DaysHeldAgainst) -> dg.AssetCheckResult:
    """Passed where every day read is what it was."""
    return dg.AssetCheckResult(
        check_name=STORED_DAYS,
        passed=held.is_equal,
        metadata={
            "days_read": held.read,
            "days_changed": ", ".join(map(str, held.changed)) or "none",
            "days_unlike_the_facts": ", ".join(map(str, held.unlike_facts)) or "none",
        },
    )


def reconciled(one: Reconciliation, newest: StoredView) -> dg.AssetCheckResult:
    """Passed where the rows of the newest stored day differ in nothing from what is counted beside them."""
    if newest.reading is None:
        return dg.AssetCheckResult(check_name=one.name, passed=True, description="no day is stored yet")
    differing = one.differences(newest.reading, newest.rows)
    return dg.AssetCheckResult(
        check_name=one.name,
        passed=differing.is_empty(),
        description=None if differing.is_empty() else f"{differing.height} rows differ: {one.meaning}",
        metadata={"day": str(newest.reading.day), **_shown(differing)},
    )


def _shown(differing: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    if differing.is_empty():
        return {}
    return {"differing": dg.MetadataValue.md(markdown_table(differing.head(SHOWN_ROWS)))}
