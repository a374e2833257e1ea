"""How members stand towards tiers under the programmes in force: what counts, is missing, and falls due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from domain.organisation.programme import Programme, Qualification
from domain.organisation.programme_in_force import PROGRAMME, programme_at
from projections.facts.spec import MONEY, UTC
from projections.views.reading import TICK, ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.tier_holds import MOVES, extensions, gifts, rank_named
from projections.views.tier_outlook import Kept, outlook
from projections.views.tier_points import MEMBER, Counted

STANDING_FACTS = (
    *("members", "member_tiers", "member_lots", "point_redemptions", "point_adjustments"),
    "organisation_rules",
)
NUMBER = "number"
TWO_YEARS = 2 * 366
LONGEST_MONTH = 31
SCHEMA: dict[str, pl.DataType] = {
    MEMBER: pl.String(),
    "points": MONEY,
    "next_tier": pl.String(),
    "points_to_next": MONEY,
    "points_to_keep": MONEY,
    "due_tier": pl.String(),
    "moves_at": UTC,
    "moves_to": pl.String(),
    "move_reason": pl.String(),
}


def tier_standing(reading: ViewReading, members: pl.DataFrame) -> pl.DataFrame:
    """The columns of SCHEMA for memberships that run under a programme in which points decide on tiers.

    `members` have programme, enrolled_at, closed_at, tier and tier_until. The programme is read as it is now,
    over all of a member's time: what an earlier reading of it left behind is not seen, nor is a later one.
    """
    running = members.filter(pl.col("enrolled_at").is_not_null(), pl.col("closed_at").is_null())
    found = [_standing(reading, running, ruled) for ruled in _qualifying(reading, running)]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found])


class Ruled(NamedTuple):
    """A programme in which points decide on tiers, as it reads now."""

    name: str
    programme: Programme
    rule: Qualification
    zone: ZoneInfo


def _qualifying(reading: ViewReading, members: pl.DataFrame) -> Iterator[Ruled]:
    rules = rule_book(reading, PROGRAMME, "zone")
    for name in members["programme"].drop_nulls().unique().sort():
        programme, zone = programme_at(rules, name, at=reading.reference - TICK)
        if programme.qualification is not None:
            yield Ruled(name, programme, programme.qualification, zone)


def _standing(reading: ViewReading, members: pl.DataFrame, ruled: Ruled) -> pl.DataFrame:
    mine = members.filter(programme=ruled.name).with_row_index(NUMBER)
    enrolled = mine.select(MEMBER, NUMBER, "enrolled_at")
    numbered = mine.drop(MEMBER).rename({NUMBER: MEMBER})
    moves = _of(enrolled, reading.facts("member_tiers", columns=MOVES))
    given = gifts(moves, ruled.programme, ruled.rule, zone=ruled.zone)
    counted = _counted(reading, enrolled, ruled, since=_since(reading, given, ruled.rule))
    kept = Kept(
        points=counted.stretches(ruled.programme),
        extended=extensions(numbered, moves, ruled.programme),
        given=given,
    )
    found = (
        outlook(numbered, kept, ruled.programme, at=reading.reference - TICK)
        .join(counted.points(reading.reference), on=MEMBER, how="left")
        .with_columns(pl.col("points").fill_null(0))
    )
    missing = _missing(found, ruled.programme).rename({MEMBER: NUMBER})
    named = missing.join(enrolled.select(MEMBER, NUMBER), on=NUMBER)
    return named.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _of(enrolled: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of these members, each member by a number, which is quick to group by; with `enrolled_at`."""
    return rows.join(enrolled, on=MEMBER).drop(MEMBER).rename({NUMBER: MEMBER})


def _since(reading: ViewReading, given: pl.DataFrame, rule: Qualification) -> datetime | None:
    """From when on points earned can still count, now or when a tier was given that is still held.

    Those of a year count until the next year's end, others for their months, and a grace longer; a balance
    counts from the beginning (null).
    """
    if rule.by == "balance":
        return None
    goes_on = pl.col("given_until").is_null() | (pl.col("given_until") >= reading.reference)
    first = given.filter("is_manual", goes_on)["given_at"].min()
    from_when = min(first, reading.reference) if isinstance(first, datetime) else reading.reference
    days = TWO_YEARS if rule.months is None else rule.months * LONGEST_MONTH
    return from_when - timedelta(days=days + rule.grace_days + 2)


def _missing(found: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """Add the next tier and what is missing to it, and to keep the one due."""
    names = [tier.name for tier in programme.tiers]
    thresholds = [tier.threshold for tier in programme.tiers]
    ranked = found.with_columns(rank=rank_named("due_tier", programme))
    steps = pl.DataFrame(
        {"rank": range(-1, len(names)), "next_tier": [*names, None], "next_at": [*thresholds, None]},
        schema={"rank": pl.Int64, "next_tier": pl.String, "next_at": MONEY},
    ).with_columns(this_at=pl.col("next_at").shift(1))
    both = ranked.join(steps, on="rank", how="left")
    return both.with_columns(
        points_to_next=(pl.col("next_at") - pl.col("points")).clip(lower_bound=0),
        points_to_keep=pl.when(pl.col("rank") > 0).then(
            (pl.col("this_at") - pl.col("points")).clip(lower_bound=0)
        ),
    )


def _counted(
    reading: ViewReading, enrolled: pl.DataFrame, ruled: Ruled, *, since: datetime | None
) -> Counted:
    time = None if since is None else ("earned_at", since, None)
    lots = reading.facts("member_lots", columns=("earned_at", "reason", "earned"), time=time)
    earned = lots.filter(pl.col("earned") > 0, pl.col("earned_at").is_not_null())
    adjusted = reading.facts("point_adjustments", columns=("adjusted_at", "kind", "points", "of"))
    earnings, changed = (_of(enrolled, rows) for rows in (earned, adjusted))
    if ruled.rule.by == "balance":
        spent = reading.facts("point_redemptions", columns=("redeemed_at", "points")).drop_nulls("points")
        balance = _balance(earnings, changed, _of(enrolled, spent))
        return Counted(rule=ruled.rule, zone=ruled.zone, earned=balance.head(0), balance=balance)
    counting = _earned(earnings, changed, ruled.rule)
    return Counted(rule=ruled.rule, zone=ruled.zone, earned=counting, balance=counting.head(0))


def _earned(earnings: pl.DataFrame, changed: pl.DataFrame, rule: Qualification) -> pl.DataFrame:
    """Earnings for the activities that count, and what was reversed of them."""
    counting = earnings.filter(pl.col("reason").is_in(rule.activities)) if rule.activities else earnings
    undone = changed.filter(pl.col("kind") == "reversed").join(
        counting.select(MEMBER, "earned_at", of="lot_id"), on=(MEMBER, "of")
    )
    columns = (MEMBER, "at", "points", "earned_at", "enrolled_at")
    return pl.concat(
        [
            counting.with_columns(at="earned_at", points="earned").select(columns),
            undone.with_columns(at="adjusted_at", points=-pl.col("points")).select(columns),
        ]
    )


def _balance(earnings: pl.DataFrame, changed: pl.DataFrame, spent: pl.DataFrame) -> pl.DataFrame:
    """All that moves balances, as told."""
    sign = pl.when(pl.col("kind") == "refunded").then(1).otherwise(-1)
    columns = (MEMBER, "at", "points", "enrolled_at")
    return pl.concat(
        [
            earnings.with_columns(at="earned_at", points="earned").select(columns),
            changed.with_columns(at="adjusted_at", points=sign * pl.col("points")).select(columns),
            spent.with_columns(at="redeemed_at", points=-pl.col("points")).select(columns),
        ]
    )
