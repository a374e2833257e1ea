"""The reconciliation checks: for every fact with measures, its stored sums against its rows."""

import dagster as dg

from pipelines.dagster_location.log_and_facts import fact_key
from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.recount import SUMMED_FACTS, Recount, recount
from pipelines.dagster_location.store_resource import StoreResource

SHOWN_CELLS = 20


def sums_check(fact: str) -> dg.AssetChecksDefinition:
    """A check that the fact's sums are the group-by of its rows."""

    @dg.asset_check(
        asset=fact_key(fact),
        name="sums_equal_facts",
        description=f"The rows of {fact}, counted again, are the sums that metrics are answered from.",
    )
    def sums_equal_facts(store: dg.ResourceParam[StoreResource]) -> dg.AssetCheckResult:
        with store.facts() as facts:
            return result_of(recount(facts, fact))

    return sums_equal_facts


SUMS_CHECKS = tuple(sums_check(fact) for fact in SUMMED_FACTS)


def result_of(counted: Recount) -> dg.AssetCheckResult:
    """Passed where no cell differs; else the first cells that do, counted minus stored."""
    differing = {"differing": dg.MetadataValue.md(markdown_table(counted.differing.head(SHOWN_CELLS)))}
    return dg.AssetCheckResult(
        passed=counted.is_equal,
        description=None if counted.is_equal else f"{counted.differing.height} cells differ from the rows",
        metadata={
            "position": counted.position,
            "rows": counted.rows,
            "cells": counted.cells,
            "differing_cells": counted.differing.height,
            **({} if counted.is_equal else differing),
        },
    )
