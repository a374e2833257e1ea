"""Stage standards that add up to more than was promised: kept to the hour, they still break it.

Depot standards of 36, 48, 48 and 48 hours are 7.5 days; against a promise of 3 days no stage need be late for
the customer to be let down. Looked at are the complaints filed in the last 90 local days.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from projections.metrics.derived.complaint_dimensions import rows_about
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

WINDOW_DAYS = 90
NO_UNIT = "-"
ROUTE = ("line", "product", "stages", "units", "standards", "standards_ms", "promised_ms")


@dataclass(frozen=True, kw_only=True)
class StageStandard:
    """A route whose stage standards together exceed the time promised.

    The route is that of its stages and their units, in order; `-` stands for what was not told.
    """

    line: str | None
    product: str | None
    stages: str
    """The stages of the route in order, comma-joined."""
    units: str
    """The unit of each stage, comma-joined; `-` where none was told."""
    standards: str
    """The standard of each stage in milliseconds, comma-joined; `-` where it has none."""
    standards_ms: int
    """The sum of the standards, in milliseconds."""
    promised_ms: int
    """The handling time promised at filing, in milliseconds."""
    over_ms: int
    """standards_ms - promised_ms: by at least how much the standards are too long."""
    stages_without_standard: int
    """How many of the stages have no standard."""
    complaints: int
    """Complaints about this route."""
    over_promise: int
    """Of these, whose stages took longer than promised."""
    all_within_standard: int
    """Of those, in which every stage kept its own standard all the same."""
    first_filed_at: datetime
    """When the first of these complaints was filed."""
    last_filed_at: datetime
    """When the last of these complaints was filed."""


def stage_standards(reading: ViewReading) -> pl.DataFrame:
    """One row per line, product and route of the window whose standards add up to more than the promise."""
    filed = _promised(reading)
    routes = _routes(reading, filed)
    too_long = filed.join(routes, on="complaint").filter(pl.col("standards_ms") > pl.col("promised_ms"))
    is_over = (pl.col("actual_ms") > pl.col("promised_ms")).fill_null(value=False)
    return (
        too_long.group_by(ROUTE)
        .agg(
            stages_without_standard=pl.col("stages_without_standard").first(),
            complaints=pl.len(),
            over_promise=is_over.sum(),
            all_within_standard=(is_over & pl.col("is_within")).sum(),
            first_filed_at=pl.col("filed_at").min(),
            last_filed_at=pl.col("filed_at").max(),
        )
        .with_columns(over_ms=pl.col("standards_ms") - pl.col("promised_ms"))
    )


def _promised(reading: ViewReading) -> pl.DataFrame:
    since = ("filed_at", reading.days_before(WINDOW_DAYS), None)
    columns = ("line", "product", "promised_ms", "filed_at")
    return reading.facts("complaints", columns=columns, time=since).filter(
        pl.col("promised_ms").is_not_null()
    )


def _routes(reading: ViewReading, filed: pl.DataFrame) -> pl.DataFrame:
    """[complaint, stages, units, standards, standards_ms, stages_without_standard, actual_ms, is_within]."""
    columns = ("ordinal", "unit", "standard_ms", "actual_ms")
    told = rows_about(
        reading, "complaint_stages", columns=columns, key="complaint", values=filed["complaint"]
    )
    standard = pl.col("standard_ms")
    return (
        told.sort("complaint", "ordinal", "stage")
        .group_by("complaint", maintain_order=True)
        .agg(
            stages=pl.col("stage").str.join(","),
            units=pl.col("unit").fill_null(NO_UNIT).str.join(","),
            standards=standard.cast(pl.String).fill_null(NO_UNIT).str.join(","),
            standards_ms=standard.sum(),
            stages_without_standard=standard.is_null().sum(),
            actual_ms=pl.col("actual_ms").sum(),
            is_within=(pl.col("actual_ms") <= standard).fill_null(value=False).all(),
        )
    )


def counted_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[listed, counted] where the complaints of all rows are not those whose stages exceed their promise."""
    filed = _promised(reading)
    sums = (
        rows_about(
            reading, "complaint_stages", columns=("standard_ms",), key="complaint", values=filed["complaint"]
        )
        .group_by("complaint")
        .agg(pl.col("standard_ms").sum())
    )
    beyond = filed.join(sums, on="complaint").filter(pl.col("standard_ms") > pl.col("promised_ms"))
    counts = pl.DataFrame({"listed": [int(rows["complaints"].sum())], "counted": [beyond.height]})
    return counts.filter(pl.col("listed") != pl.col("counted"))


STAGE_STANDARDS = View(
    name="stage_standards",
    version=1,
    row=StageStandard,
    keys=ROUTE,
    facts=("complaints", "complaint_stages"),
    make=stage_standards,
    name_en="stage standards beyond the promise",
    name_zh="环节时限超承诺",
    figure=Figure(name="complaints_on_such_routes", value=lambda rows, _: float(rows["complaints"].sum())),
    ranges={
        "beyond_the_promise": pl.col("over_ms") > 0,
        "parts_at_most_all": (pl.col("over_promise") <= pl.col("complaints"))
        & (pl.col("all_within_standard") <= pl.col("over_promise")),
    },
    reconciliations=(
        Reconciliation(
            name="complaints",
            meaning="every complaint whose stage standards exceed its promise is in one row",
            differences=counted_otherwise,
        ),
    ),
)
