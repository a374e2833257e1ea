"""Whose a pseudonym is at the time of an event: numbers change hands, and their owners may be erased."""

from collections.abc import Sequence

import polars as pl

from domain.customer.events import CustomerNumberReleased
from pipelines.ingest.doors import Door
from pipelines.ingest.plan import HIDDEN, RECORD, Telling
from pipelines.ingest.times import INSTANT

HEX_DIGITS = 32
ROW = f"{HIDDEN}row"
LAST = f"{HIDDEN}last"


def name_owners(
    frames: Sequence[pl.DataFrame], tellings: Sequence[Telling], *, door: Door
) -> tuple[list[pl.DataFrame], pl.Series]:
    """Put the owner at `occurred_at` in the place of every pseudonym; and the records whose owner was erased.

    From the moment of a release on events are the next owner's; a record that tells the release is in
    all its events about whoever gave the number back.
    """
    named = [telling.pseudonymous for telling in tellings]
    lapses = door.lapses(_pseudonyms(frames, named)) if any(named) else None
    if lapses is None or lapses.is_empty():
        return list(frames), pl.Series(RECORD, dtype=pl.UInt32)
    last = _last_moments(frames, tellings)
    owned = [
        _owned(frame.join(last, on=RECORD, how="left", maintain_order="left"), telling, lapses)
        for frame, telling in zip(frames, tellings, strict=True)
    ]
    gone = [
        frame.filter(pl.any_horizontal(pl.col(name) == "" for name in names))[RECORD]
        for frame, names in zip(owned, named, strict=True)
        if names
    ]
    return owned, pl.concat(gone).unique()


def _pseudonyms(frames: Sequence[pl.DataFrame], named: Sequence[Sequence[str]]) -> list[str]:
    ids = [frame[name] for frame, names in zip(frames, named, strict=True) for name in names]
    return pl.concat(one.str.tail(HEX_DIGITS).alias("id") for one in ids).drop_nulls().unique().to_list()


def _last_moments(frames: Sequence[pl.DataFrame], tellings: Sequence[Telling]) -> pl.DataFrame:
    """Of each record that tells a release the last moment before it."""
    before = pl.col("occurred_at").min() - pl.duration(microseconds=1)
    told = [
        frame.select(RECORD, "occurred_at")
        for frame, telling in zip(frames, tellings, strict=True)
        if telling.event_class is CustomerNumberReleased
    ]
    nobody = pl.DataFrame(schema={RECORD: pl.UInt32, "occurred_at": INSTANT})
    return pl.concat([nobody, *told]).group_by(RECORD).agg(before.alias(LAST))


def _owned(frame: pl.DataFrame, telling: Telling, lapses: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(_owner_at(frame, name, lapses=lapses) for name in telling.pseudonymous).drop(
        LAST
    )


def _owner_at(frame: pl.DataFrame, name: str, *, lapses: pl.DataFrame) -> pl.Series:
    """The ids with the owners of that time, empty where that owner was erased."""
    asked = frame.select(
        at=pl.min_horizontal("occurred_at", LAST),
        id=pl.col(name),
        pseudonym=pl.col(name).str.tail(HEX_DIGITS),
    )
    found = (
        asked.with_row_index(ROW)
        .sort("at")
        .join_asof(
            lapses.with_columns(changed=True).sort("since"),
            left_on="at",
            right_on="since",
            by="pseudonym",
            strategy="backward",
            check_sortedness=False,
        )
    )
    prefix = pl.col("id").str.head(pl.col("id").str.len_chars() - HEX_DIGITS)
    owned = pl.when("changed").then(pl.coalesce(prefix + pl.col("owner"), pl.lit(""))).otherwise("id")
    return found.sort(ROW).select(owned.alias(name)).to_series()
