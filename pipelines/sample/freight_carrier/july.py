"""July, whose complaints are still under appeal: why a trend that ends with it compares unlike months."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.durations import DAY, HOUR
from pipelines.sample.freight_carrier.cases import CHANNELS, OTHER_MATTERS, PARTY_NAMES
from pipelines.sample.freight_carrier.counts import HALF_YEAR, JULY, STANDING
from pipelines.sample.freight_carrier.courses import LATE, with_courses
from pipelines.sample.freight_carrier.desk import case_list
from pipelines.sample.freight_carrier.hotline import HOTLINE, days_of
from pipelines.sample.freight_carrier.liability import liability_of
from pipelines.sample.freight_carrier.network import DISTRICTS, store_of
from pipelines.sample.freight_carrier.shippers import callers
from pipelines.sample.freight_carrier.volumes import waybills_of
from pipelines.sample.profiles import moments, over_days
from pipelines.sample.request import Request

MONTH = 7
MATTERS = {LATE: 1.0, **OTHER_MATTERS}


def july_cases(request: Request) -> pl.DataFrame:
    """One row per complaint of July with what was decided by 10 August."""
    dice, days = request.dice("freight_carrier", "july"), days_of(request, MONTH)
    count = request.scaled(JULY.attributed) + request.scaled(JULY.blameless)
    filed = moments(days, over_days(count, days, profile=HOTLINE, dice=dice), profile=HOTLINE, dice=dice)
    parties = {PARTY_NAMES[party]: float(often) for party, often in STANDING.items()}
    prefix = f"TS{request.year % 100:02d}{MONTH:02d}"
    cases = pl.DataFrame(
        {
            "number": prefix + pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(6),
            "filed_at": filed,
            "customer": callers(count, request=request, dice=dice),
            "channel": dice.picks(count, CHANNELS),
            "matter": dice.picks(count, MATTERS),
            "first_party": dice.picks(count, parties),
            "turn": dice.order(count),
            "wait": dice.whole(count, below=2 * HOUR),
        }
    )
    return cases.with_columns(
        store=store_of(pl.col("customer")),
        call=pl.lit(None, pl.String),
        is_known=pl.lit(value=True),
        second_share=pl.lit(0, pl.Int64),
        is_uneven=pl.lit(value=False),
        is_overturned=pl.lit(value=True),
        party=pl.lit(None, pl.String),
        replaced=pl.lit(None, pl.Datetime("us")),
        **_decided(request),
    )


def _decided(request: Request) -> dict[str, pl.Expr]:
    """Attributed after two days; some appealed, and are overturned two and four days later."""
    overturned = pl.col("turn") < request.scaled(JULY.overturned)
    blamed = pl.col("turn") < request.scaled(JULY.attributed)
    days = {"attributed": 2, "appealed": 4, "arbitrated": 6}
    decided = {
        name: pl.col("filed_at") + pl.duration(seconds=pl.lit(after * DAY) + pl.col("wait"))
        for name, after in days.items()
    }
    return {
        name: pl.when(blamed if name == "attributed" else overturned).then(moment)
        for name, moment in decided.items()
    }


def july_case_frames(request: Request) -> Iterator[pl.DataFrame]:
    """July's cases as they were taken down."""
    yield case_list(july_cases(request), dice=request.dice("freight_carrier", "july", "cases"))


def july_liability_frames(request: Request) -> Iterator[pl.DataFrame]:
    """July's attributions, appeals and rulings."""
    yield liability_of(july_cases(request), dice=request.dice("freight_carrier", "july", "liability"))


def july_waybill_frames(request: Request) -> Iterator[pl.DataFrame]:
    """July's waybills."""
    dice = request.dice("freight_carrier", "july", "waybills")
    size = 0.5 + dice.fractions(len(DISTRICTS))
    yield waybills_of(request, MONTH, total=request.scaled(JULY.waybills), size=size, dice=dice)


def printed_of(request: Request) -> dict[str, str]:
    """What is printed of what was drawn."""
    return {"trend": _trend(request)}


def _trend(request: Request) -> str:
    """Complaints per 10,000 waybills of January to June after appeal and of July before it, as printed."""
    standing = pl.col("first_party").is_not_null() & ~(pl.col("is_overturned") & pl.col("party").is_null())
    counted = with_courses(request).filter(standing).group_by(pl.col("filed_at").dt.month()).len()
    cases = {**dict(counted.iter_rows()), MONTH: request.scaled(JULY.attributed)}
    waybills = [request.scaled(month.waybills) for month in (*HALF_YEAR, JULY)]
    rates = [cases.get(month, 0) / base * 10_000 for month, base in enumerate(waybills, start=1) if base]
    return ", ".join(f"{rate:.2f}" for rate in rates)
