"""What `kefu churn` shows of models that were adopted, and of one customer."""

import argparse
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import BadUsage, Failed
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.views.churn.monitoring import Watched
    from projections.views.reading import ViewReading

ADOPTED = (
    *("name", "valid_from", "kind", "in_force", "horizon_days", "medium_from", "high_from"),
    *("cutoff", "examples", "churned", "position", "is_calibrated", "history_declared"),
)
WATCHED = (
    *("name", "valid_from", "kind", "customers", "score_drift", "drifted", "cutoff"),
    *("examples", "churned", "auc", "calibration_error", "history_declared"),
)
REASONS = ("reason_en", "reason_zh", "value", "points")


def show_models(arguments: argparse.Namespace, console: Console) -> None:
    """Every churn model that was ever adopted, and which of them score customers today."""
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts

    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        rows = _adopted(_reading(source, arguments, console))
    _show(rows, arguments, console, columns=ADOPTED)


def show_report(arguments: argparse.Namespace, console: Console) -> None:
    """How the models in force are doing: drift, and who left since they were learnt."""
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts
    from projections.views.churn.monitoring import watch

    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        rows = [row_of(one) for one in watch(source, now=console.clock())]
    _show(rows, arguments, console, columns=WATCHED)


def show_why(arguments: argparse.Namespace, console: Console) -> None:
    """Every reason of one customer, to the last point."""
    from dataclasses import asdict

    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts
    from projections.views.churn.why import why

    customer = arguments.customer.removeprefix("customer-")
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        reading = _reading(source, arguments, console)
        told = why(reading, customer)
    if told is None:
        raise Failed(
            f"{customer} is no customer at the end of {reading.day}: not registered, gone or erased; "
            "give an id as customer_id holds it, or another day with --as-of."
        )
    reasons = [asdict(one) for one in told.reasons]
    if arguments.format == "json":
        console.document({**told.row, "day": reading.day, "reasons": reasons})
        return
    _say(told.row, reading, console)
    _show(reasons, arguments, console, columns=REASONS)


def row_of(watched: "Watched") -> dict[str, Any]:
    """A model in force in one row; what is not known of it is null."""
    since, drift = watched.since, watched.drift
    return {
        "name": watched.one.name,
        "valid_from": watched.one.version,
        "kind": watched.one.kind,
        "customers": watched.customers,
        "score_drift": None if drift is None else drift.filter(feature="score")["psi"].item(),
        "drifted": None if drift is None else drift.filter(verdict="drifted").height,
        "cutoff": None if watched.window is None else watched.window.cutoff,
        "examples": None if since is None else since.examples,
        "churned": None if since is None else since.churned,
        "auc": None if since is None else since.auc,
        "calibration_error": None if since is None else since.calibration_error,
        "history_declared": watched.history_declared,
    }


def _adopted(reading: "ViewReading") -> list[dict[str, Any]]:
    import msgspec

    from domain.organisation.churn_models import AdoptedChurnModel
    from domain.organisation.rules import WITHDRAWN
    from projections.views.churn.in_force import BUILT_IN, KIND, InForce, models_in_force

    told = reading.rules(KIND).rows()
    bodies = [(name, first, None if text == WITHDRAWN else text) for name, first, text in told]
    known = [
        InForce(name=name, version=first, body=msgspec.json.decode(text, type=AdoptedChurnModel))
        for name, first, text in bodies
        if text is not None
    ]
    in_force = {(one.name, one.version) for one in models_in_force(reading)}
    return [_row(one, is_used=(one.name, one.version) in in_force) for one in [*known, BUILT_IN]]


def _row(one: Any, *, is_used: bool) -> dict[str, Any]:
    training = one.body.training
    told = ("cutoff", "examples", "churned", "position", "history_declared")
    learnt = {} if training is None else {name: getattr(training, name) for name in told}
    return {
        "name": one.name,
        "valid_from": one.version,
        "kind": one.kind,
        "in_force": is_used,
        "horizon_days": one.body.horizon_days,
        "medium_from": one.body.medium_from,
        "high_from": one.body.high_from,
        "is_calibrated": one.body.model.is_calibrated,
        **learnt,
    }


def _reading(source: Any, arguments: argparse.Namespace, console: Console) -> "ViewReading":
    """The facts as of, and as known at, the end of the day asked for, or now; raises BadUsage."""
    from projections.views.churn.examples import READ
    from projections.views.reading import ViewReading
    from projections.views.refresh import day_end

    now, asked = console.clock(), getattr(arguments, "as_of", None)
    ends = now if asked is None else day_end(asked, zone=source.zone)
    if ends > now:
        raise BadUsage(f"{asked} is not over before {ends.isoformat()}; ask for an earlier day.")
    position = min(source.position(fact) for fact in (*READ, "organisation_rules"))
    return ViewReading(source=source, now=now, as_of=ends, known_at=ends, at_position=position)


def _say(row: dict[str, Any], reading: "ViewReading", console: Console) -> None:
    version = f" of {row['model_version']}" if row["model_version"] else ""
    calibrated = "calibrated" if row["is_calibrated"] else "not calibrated: an order, no probability"
    console.say(
        f"{row['customer_id']} on {reading.day}: {row['band']}, {row['probability']:.4f} of leaving within "
        f"{row['horizon_days']} days ({row['model']}{version}; {calibrated})."
    )
    if row["history_declared"]:
        console.say("History declared: what was told is taken to have been known when it happened.")
    base, score = row["base_points"], row["score_points"]
    console.say(f"{base} points of everybody and those below make {score}, in thousandths of log-odds:")


def _show(
    rows: list[dict[str, Any]], arguments: argparse.Namespace, console: Console, *, columns: tuple[str, ...]
) -> None:
    from pipelines.commands.tables import print_table

    if arguments.format == "json":
        console.document(rows)
    else:
        print_table(rows, console, columns=columns)
