"""The four readings of liability for a late shipment, over the measured stages of many complaints at once.

The rules of `domain.complaint.liability`, which reads one complaint; a property test holds them together.
"""

from collections.abc import Callable

import polars as pl

BY_ORDINAL = ["complaint", "ordinal", "measured_at", "last_position", "stage"]
OVER, LATE = "over_us", "late_us"
US_PER_MS = 1000


def blamed(stages: pl.DataFrame, reading: str) -> pl.DataFrame:
    """[complaint, stage, party] of the stage that a reading blames; no row where it blames nobody.

    `stages`: complaint, stage, ordinal, party, standard_ms, actual_ms, due_at, ended_at, measured_at,
    last_position, one row per stage.
    """
    return CHOICES[reading](timed(stages)).select("complaint", "stage", "party")


def timed(stages: pl.DataFrame) -> pl.DataFrame:
    """Stages in order with `place`, their own overrun and their delay against the clock in microseconds.

    Where the source gives no duration, a stage's own time is the difference of consecutive ends, and so the
    first stage has none; its standard, where none is told, is the difference of consecutive due times.
    """
    in_order = stages.sort(BY_ORDINAL).with_row_index("place")
    measured = (pl.col("actual_ms") - pl.col("standard_ms")) * US_PER_MS
    own_standard = pl.coalesce(pl.col("standard_ms") * US_PER_MS, _since_before("due_at"))
    own = pl.when(pl.col("actual_ms").is_null()).then(_since_before("ended_at") - own_standard)
    return in_order.with_columns(
        pl.coalesce(measured, own).alias(OVER),
        (pl.col("ended_at") - pl.col("due_at")).dt.total_microseconds().alias(LATE),
    )


def _since_before(time: str) -> pl.Expr:
    """Microseconds since the stage before, if the row before is one of the same complaint."""
    is_same = pl.col("complaint") == pl.col("complaint").shift(1)
    return pl.when(is_same).then((pl.col(time) - pl.col(time).shift(1)).dt.total_microseconds())


def _largest(stages: pl.DataFrame, amount: str) -> pl.DataFrame:
    """The stage of the largest amount in each complaint; of equals the later stage."""
    ranked = stages.filter(pl.col(amount).is_not_null()).sort(
        "complaint", amount, "ordinal", "place", descending=[False, True, True, False]
    )
    return ranked.unique("complaint", keep="first", maintain_order=True)


def _own_overrun(stages: pl.DataFrame) -> pl.DataFrame:
    return _largest(stages, OVER)


def _positive_overrun(stages: pl.DataFrame) -> pl.DataFrame:
    return _largest(stages.filter(pl.col(OVER) > 0), OVER)


def _against_clock(stages: pl.DataFrame) -> pl.DataFrame:
    return _largest(stages.filter(pl.col(LATE) > 0), LATE)


def _first_late(stages: pl.DataFrame) -> pl.DataFrame:
    late = stages.filter(pl.col(LATE) > 0).sort("place")
    return late.unique("complaint", keep="first", maintain_order=True)


CHOICES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "own_overrun": _own_overrun,
    "positive_overrun": _positive_overrun,
    "against_clock": _against_clock,
    "first_late": _first_late,
}
"""A reading -> which of the timed stages it blames; as in the domain page."""
