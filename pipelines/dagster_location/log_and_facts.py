"""The log and the facts as Dagster sees them: observed, never made here; the projector makes the facts."""

from collections.abc import Iterator, Mapping

import dagster as dg

from pipelines.dagster_location.store_resource import StoreResource
from projections.facts import SPECS
from projections.runner.operate import Status, status
from projections.storage.checkpoints import Checkpoint

LOG = dg.AssetKey("event_log")


def fact_key(fact: str) -> dg.AssetKey:
    return dg.AssetKey(["facts", fact])


@dg.observable_source_asset(
    key=LOG,
    group_name="log",
    description="Every event there is, in the order of being told; its version is its highest position.",
)
def event_log(store: dg.ResourceParam[StoreResource]) -> dg.ObserveResult:
    """The log's highest position."""
    with store.opened() as opened:
        found = status(opened.conninfo)
    return dg.ObserveResult(data_version=dg.DataVersion(str(found.highest)), metadata=described_log(found))


@dg.multi_observable_source_asset(
    name="facts",
    specs=[
        dg.AssetSpec(
            fact_key(fact),
            deps=[LOG],
            group_name="facts",
            kinds={"postgres"},
            description=f"The fact {fact}, kept by the projector; its version is the position it has come to.",
        )
        for fact in SPECS
    ],
)
def observed_facts(store: dg.ResourceParam[StoreResource]) -> Iterator[dg.ObserveResult]:
    """Where every fact stands."""
    with store.opened() as opened:
        found = status(opened.conninfo)
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
        "facts": dg.MetadataValue.md(_table_of_places(found)),
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


def _table_of_places(found: Status) -> str:
    lines = [
        f"| {place.fact} | {place.position} | {found.lag(place)} | {place.error or ''} |"
        for place in found.facts
    ]
    return "\n".join(["| fact | position | lag | stopped by |", "|---|--:|--:|---|", *lines])
