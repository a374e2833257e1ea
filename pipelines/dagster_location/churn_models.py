"""Churn models as assets: what training comes to every week, and how those in force are doing.

Nothing is adopted here: which model scores customers is decided by people, with `kefu churn train --adopt`.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

import dagster as dg
import polars as pl

from pipelines.commands.churn_shown import row_of
from pipelines.dagster_location.days import Calendar
from pipelines.dagster_location.log_and_facts import fact_key
from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.store_resource import StoreResource
from projections.views.churn.drift import DRIFTED_FROM
from projections.views.churn.examples import READ
from projections.views.churn.feature_words import feature_named
from projections.views.churn.labels import GAP_DAYS, HORIZON_DAYS
from projections.views.churn.monitoring import Watched, watch
from projections.views.churn.training import TrainedModel, train

GROUP = "churn_models"
TRAINING, IN_FORCE = "churn_training", "churn_models_in_force"
PARTS: Mapping[str, tuple[str, ...]] = {
    TRAINING: ("points",),
    "churn_validation": ("back_tests",),
    "churn_calibration": ("reliability",),
    "churn_drift": ("drift",),
}
"""The assets that a training makes, and the plots that are shown with each."""
WEEKLY = "0 3 * * 1"
"""On Mondays at three, in the organisation's zone."""

Clock = Callable[[], datetime]


class HowToTrain(dg.Config):
    """Days at whose ends customers are looked at (none: the latest known), and how far ahead labels look."""

    cutoffs: list[str] = []  # noqa: RUF012 - a field of a configuration, not of a class
    horizon_days: int = HORIZON_DAYS
    gap_days: int = GAP_DAYS
    seed: int = 0


def churn_models(*, calendar: Calendar, clock: Clock) -> dg.Definitions:
    """The assets, the check of drift, and the weekly schedule: running unless somebody stops it."""
    assets = [_training(clock=clock), _in_force(clock=clock)]
    job = dg.define_asset_job(
        "look_after_churn_models",
        selection=dg.AssetSelection.assets(*assets),
        description="What the labels of today would teach, and how the models in force are doing.",
    )
    schedule = dg.ScheduleDefinition(
        name="weekly_look_after_churn_models",
        job=job,
        cron_schedule=WEEKLY,
        execution_timezone=calendar.zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(assets=assets, jobs=[job], schedules=[schedule])


def _training(*, clock: Clock) -> dg.AssetsDefinition:
    read = [fact_key(fact) for fact in READ]
    specs = [
        dg.AssetSpec(
            name,
            deps=read if name == TRAINING else [TRAINING],
            group_name=GROUP,
            kinds={"scikitlearn"},
            description="A model that is trained and shown, and not adopted.",
            skippable=True,
        )
        for name in PARTS
    ]

    @dg.multi_asset(name="train_churn_models", specs=specs)
    def train_churn_models(
        context: dg.AssetExecutionContext, config: HowToTrain, store: dg.ResourceParam[StoreResource]
    ) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg] # Dagster does not know it with an argument
        with store.facts() as facts:
            trained = train(
                facts,
                now=clock(),
                cutoffs=[date.fromisoformat(day) for day in config.cutoffs] or None,
                horizon_days=config.horizon_days,
                gap_days=config.gap_days,
                seed=config.seed,
            )
        for kind, why in trained.refusals.items():
            context.log.warning("No %s: %s; the rule score stays in force.", kind, why)
        # What was not learnt is not reported as made.
        for name in PARTS if trained.models else ():
            yield dg.MaterializeResult(asset_key=name, metadata=_shown(name, trained.models))

    return train_churn_models


def _shown(name: str, models: Sequence[TrainedModel]) -> dict[str, dg.MetadataValue]:
    """Numbers, tables and plots of one part of a training."""
    from pipelines.churn_report import pictures, report_of  # noqa: PLC0415 - plots are slow to load

    tables = {
        TRAINING: pl.DataFrame([report_of(model) for model in models], infer_schema_length=None),
        "churn_validation": _by_model(models, lambda model: model.report.back_tests),
        "churn_calibration": _by_model(models, lambda model: model.report.reliability),
        "churn_drift": _by_model(models, lambda model: model.report.drift),
    }
    plots = {
        f"{model.kind}: {plot}": _image(svg)
        for model in models
        for plot, svg in pictures(model).items()
        if plot in PARTS[name]
    }
    table = {"table": dg.MetadataValue.md(markdown_table(tables[name]))}
    declared = any(model.report.history_declared for model in models)
    return {**table, **plots, "history_declared": dg.MetadataValue.bool(declared)}


def _by_model(models: Sequence[TrainedModel], table: Callable[[TrainedModel], pl.DataFrame]) -> pl.DataFrame:
    told = [table(model).select(pl.lit(model.kind).alias("model"), pl.all()) for model in models]
    return pl.concat(told)


def _in_force(*, clock: Clock) -> dg.AssetsDefinition:
    @dg.asset(
        key=IN_FORCE,
        group_name=GROUP,
        kinds={"scikitlearn"},
        deps=[fact_key(fact) for fact in (*READ, "organisation_rules")],
        description="The churn models that score customers today, held to what became of these.",
        check_specs=[
            dg.AssetCheckSpec(
                name="scores_have_not_drifted",
                asset=IN_FORCE,
                description=f"The stability index of every score is below {DRIFTED_FROM}.",
            )
        ],
    )
    def churn_models_in_force(
        store: dg.ResourceParam[StoreResource],
    ) -> dg.MaterializeResult:  # type: ignore[type-arg] # as above
        with store.facts() as facts:
            watched = watch(facts, now=clock())
        return dg.MaterializeResult(metadata=_watched(watched), check_results=[_drift_check(watched)])

    return churn_models_in_force


def _watched(watched: Sequence[Watched]) -> dict[str, dg.MetadataValue]:
    from pipelines.churn_plots import drift_plot, spread_plot  # noqa: PLC0415 - as above

    rows = pl.DataFrame([row_of(one) for one in watched], infer_schema_length=None)
    drawn: dict[str, dg.MetadataValue] = {}
    for one in watched:
        if one.drift is not None and one.spread is not None and one.found is not None:
            words = {name: feature_named(name).name_en for name in one.drift["feature"]}
            drawn[f"{one.one.name}: drift"] = _image(drift_plot(one.drift, words=words))
            drawn[f"{one.one.name}: scores"] = _image(spread_plot(one.spread, one.found))
    return {"table": dg.MetadataValue.md(markdown_table(rows)), **drawn}


def _drift_check(watched: Sequence[Watched]) -> dg.AssetCheckResult:
    """A warning, and no failure: customers change, and a new model is for people to adopt."""
    drifted = [one.one.name for one in watched if (row_of(one)["score_drift"] or 0) >= DRIFTED_FROM]
    return dg.AssetCheckResult(
        check_name="scores_have_not_drifted",
        passed=not drifted,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"drifted": ", ".join(drifted) or "none"},
    )


def _image(svg: str) -> dg.MetadataValue:
    """A drawing inside Markdown: Dagster shows no other."""
    return dg.MetadataValue.md(f"![plot](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})")
