"""The log and the facts as Dagster sees them: observed, never made here; the projector makes the facts."""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.store_resource import StoreResource
from projections.facts import SPECS
from projections.runner.operate import Status, status
from projections.storage.checkpoints import Checkpoint

LOG = dg.AssetKey("event_log")


def fact_key(fact: str) -> dg.AssetKey:
    return dg.AssetKey(["facts", fact])


def stream_of(fact: str) -> str:
    """The kind of stream whose events a fact is made of."""
    return min(topic.partition(".")[0] for topic in SPECS[fact].topics)


SPECIFIED = (
    dg.AssetSpec(
        LOG,
        group_name="log",
        kinds={"postgres"},
        description="Every event there is, in the order of being told; its version is its highest position.",
    ),
    *(
        dg.AssetSpec(
            fact_key(fact),
            deps=[LOG],
            group_name=f"{stream_of(fact)}_facts",
            kinds={"postgres"},
            description=f"The fact {fact}, kept by the projector; its version is the position reached.",
        )
        for fact in SPECS
    ),
)


@dg.multi_observable_source_asset(  # type: ignore[untyped-decorator] # Dagster leaves it untyped
    name="log_and_facts", specs=SPECIFIED, can_subset=True
)
def log_and_facts(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[StoreResource]
) -> Iterator[dg.ObserveResult]:
    """Where the log ends and where every fact stands, at one moment."""
    with store.opened() as opened:
        found = status(opened.conninfo)
    for one in observed(found):
        if one.asset_key in context.selected_asset_keys:
            yield one


def observed(found: Status) -> Iterator[dg.ObserveResult]:
    """The log and then every fact, each at its position."""
    yield dg.ObserveResult(
        asset_key=LOG, data_version=dg.DataVersion(str(found.highest)), metadata=described_log(found)
    )
    for place in found.facts:
        yield dg.ObserveResult(
            asset_key=fact_key(place.fact),
            data_version=dg.DataVersion(str(place.position)),
            metadata=_described_fact(found, place),
        )


def described_log(found: Status) -> Mapping[str, dg.MetadataValue]:
    """What people want to see of the log."""
    beat = "never" if found.beat_at is None else found.beat_at.isoformat(timespec="seconds")
    return {
        "position": dg.MetadataValue.int(found.highest),
        "lag_of_the_slowest_fact": dg.MetadataValue.int(max(found.lag(place) for place in found.facts)),
        "projector_last_alive": dg.MetadataValue.text(beat),
        "facts": dg.MetadataValue.md(markdown_table(places(found))),
    }


def _described_fact(found: Status, place: Checkpoint) -> Mapping[str, dg.MetadataValue]:
    stopped = {
        "stopped_at": dg.MetadataValue.int(place.stopped_at or 0),
        "error": dg.MetadataValue.text(place.error or ""),
    }
    return {
        "position": dg.MetadataValue.int(place.position),
        "lag": dg.MetadataValue.int(found.lag(place)),
        **(stopped if place.stopped_at is not None else {}),
    }


def places(found: Status) -> pl.DataFrame:
    """One row per fact: position, lag, and what it has stopped at."""
    return pl.DataFrame(
        {
            "fact": [place.fact for place in found.facts],
            "position": [place.position for place in found.facts],
            "lag": [found.lag(place) for place in found.facts],
            "stopped_by": [place.error for place in found.facts],
        }
    )
