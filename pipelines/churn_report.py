"""The report of a training: its pictures, as one page or as files."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from domain.organisation.churn_models import Scorecard
from pipelines.churn_plots import drift_plot, points_plot, reliability_plot, rolling_plot
from projections.views.churn.feature_words import feature_named
from projections.views.churn.training import TrainedModel

DECLARED = (
    "History declared: what these customers did is taken to have been known when it happened; "
    "a back-test over it may know what nobody knew."
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Churn models</title>
<style>body{{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto}} svg{{max-width:100%}}</style>
</head><body><h1>Churn models</h1>
{models}
</body></html>
"""


def pictures(model: TrainedModel) -> Mapping[str, str]:
    """The plots of a trained model as SVG, by name."""
    report = model.report
    words = {name: feature_named(name).name_en for name in report.drift["feature"]} | {"score": "score"}
    drawn = {
        "reliability": reliability_plot(report.reliability, error=report.quality.calibration_error),
        "drift": drift_plot(report.drift, words=words),
    }
    if report.back_tests.height:
        drawn["back_tests"] = rolling_plot(report.back_tests)
    if isinstance(model.body.model, Scorecard):
        drawn["points"] = points_plot(model.body.model, words=words)
    return drawn


def write_report(models: tuple[TrainedModel, ...], path: Path) -> list[Path]:
    """Write one page where the path ends in `.html`, else one SVG per picture into that folder."""
    if path.suffix == ".html":
        path.write_text(PAGE.format(models="\n".join(map(_section, models))), encoding="utf-8")
        return [path]
    path.mkdir(parents=True, exist_ok=True)
    written = []
    for model in models:
        for name, svg in pictures(model).items():
            file = path / f"{model.kind}-{name}.svg"
            file.write_text(svg, encoding="utf-8")
            written.append(file)
    return written


def _section(model: TrainedModel) -> str:
    told, report = report_of(model), model.report
    lines = "".join(f"<li>{escape(name)}: {escape(str(value))}</li>" for name, value in told.items())
    declared = f"<p><b>{escape(DECLARED)}</b></p>" if report.history_declared else ""
    drawn = "\n".join(svg[svg.index("<svg") :] for svg in pictures(model).values())
    return f"<h2>{escape(model.kind)}</h2><ul>{lines}</ul>{declared}{drawn}"


def report_of(model: TrainedModel) -> dict[str, object]:
    """A trained model in one row: what it learnt from, and how it did on those it did not learn from."""
    found, report = model.report.quality, model.report
    return {
        "model": model.kind,
        "cutoffs": ", ".join(map(str, report.cutoffs)),
        "horizon_days": model.body.horizon_days,
        "examples": found.examples,
        "churned": found.churned,
        "auc": found.auc,
        "lift": found.lift,
        "brier": found.brier,
        "calibration_error": found.calibration_error,
        "back_tests": report.back_tests.height,
        "worst_back_test_auc": report.back_tests["auc"].min(),
        "drifted": report.drift.filter(verdict="drifted").height,
        "is_calibrated": model.body.model.is_calibrated,
        "history_declared": report.history_declared,
    }
