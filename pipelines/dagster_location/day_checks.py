"""The checks of a run's days: their rows are in hand, so that no day is read for them again."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from pipelines.dagster_location.day_told import ONE_ROW_PER_KEY, SHOWN_ROWS, DayTold
from pipelines.dagster_location.drift import drifts
from pipelines.dagster_location.markdown import markdown_table
from projections.views.view import View

NEVER_REWRITTEN = "days_come_out_the_same"
LIKE_THE_DAYS_BEFORE = "like_the_days_before"


def day_check_names(view: View) -> list[str]:
    """The names of the checks that every refresh of a view answers."""
    return [NEVER_REWRITTEN, ONE_ROW_PER_KEY, *view.ranges, LIKE_THE_DAYS_BEFORE]


def day_check_specs(view: View) -> list[dg.AssetCheckSpec]:
    """The checks that every refresh of a view answers, in words."""
    said = {
        NEVER_REWRITTEN: "A day that was stored before gives the same rows when it is made again.",
        ONE_ROW_PER_KEY: f"Every row has its own {', '.join(view.keys)}.",
        **{name: f"Every row keeps: {name.replace('_', ' ')}." for name in view.ranges},
        LIKE_THE_DAYS_BEFORE: f"The rows, and {view.figure.name}, are about what they were in 28 days.",
    }
    return [dg.AssetCheckSpec(name=name, asset=view.name, description=text) for name, text in said.items()]


def day_checks(
    view: View,
    done: Sequence[DayTold],
    *,
    counts: Mapping[date, float | None],
    figures: Mapping[date, float | None],
) -> list[dg.AssetCheckResult]:
    """What the checks found; `counts` and `figures` are the rows and the figure of stored days."""
    return [
        never_rewritten(done),
        *(rule_kept(name, done) for name in (ONE_ROW_PER_KEY, *view.ranges)),
        like_the_days_before({"rows": counts, view.figure.name: figures}, done),
    ]


def never_rewritten(done: Sequence[DayTold]) -> dg.AssetCheckResult:
    """Failed where a day differs from what is stored; what is stored stands."""
    differing = [one for one in done if one.status == "differs"]
    return dg.AssetCheckResult(
        check_name=NEVER_REWRITTEN,
        passed=not differing,
        description=differing[0].difference if differing else None,
        metadata={
            "days_confirmed": sum(one.status == "confirmed" for one in done),
            "days_differing": ", ".join(str(one.day) for one in differing) or "none",
        },
    )


def rule_kept(name: str, done: Sequence[DayTold]) -> dg.AssetCheckResult:
    """Failed where rows of any day break the rule; those of the last such day are shown."""
    breaking = [one for one in done if name in one.broken]
    if not breaking:
        return dg.AssetCheckResult(check_name=name, passed=True, metadata={"rows": sum(d.rows for d in done)})
    last = breaking[-1].broken[name]
    return dg.AssetCheckResult(
        check_name=name,
        passed=False,
        description=f"{last.rows} rows of {breaking[-1].day} break it; so do {len(breaking) - 1} other days",
        metadata={"first_rows": dg.MetadataValue.md(markdown_table(last.shown.head(SHOWN_ROWS)))},
    )


def like_the_days_before(
    series: Mapping[str, Mapping[date, float | None]], done: Sequence[DayTold]
) -> dg.AssetCheckResult:
    """A warning where a day of the run is far from the days before it."""
    days = [one.day for one in done]
    found = [
        f"{name} of {one.day} is {one.value:g}, after {one.usual:g} as a rule"
        for name, values in series.items()
        for one in drifts(values, days)
    ]
    return dg.AssetCheckResult(
        check_name=LIKE_THE_DAYS_BEFORE,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(found) or None,
    )
