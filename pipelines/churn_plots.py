"""What is drawn of a churn model, as SVG: the same data give the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from io import StringIO
from itertools import pairwise
from math import nan
from typing import Any
from warnings import catch_warnings, filterwarnings

import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from domain.organisation.churn_bins import Bin, CategoryBins, NumberBins, Spread
from domain.organisation.churn_models import Scorecard
from projections.views.churn.drift import DRIFTED_FROM, WATCHED_FROM
from projections.views.churn.model import THOUSANDTHS

INK, PALE, GRID = "#1f2a36", "#8a97a6", "#e3e8ee"
BLUE, RED, AMBER = "#2f6db3", "#c8453b", "#d9982b"
VERDICTS = {"stable": BLUE, "watched": AMBER, "drifted": RED}
STYLE: Any = {
    "svg.hashsalt": "kefu",
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GRID,
}
WIDTH = 6.4
"""Inches, at 72 points each."""
MOST_PARTS = 12
MOST_FEATURES = 20
MOST_DATES = 7
WIDEST = 0.6
"""A longer bar of drift is cut off; its number says how long it is."""
COLUMNS = 3


def reliability_plot(table: pl.DataFrame, *, error: float) -> str:
    """How often those came who were told to, by bins of `reliability`, and how many there were in each."""
    with _styled():
        drawn = Figure(figsize=(WIDTH, 5.2), layout="constrained")
        upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        upper.plot([0, 1], [0, 1], color=PALE, linestyle="--", linewidth=1, label="told = came")
        upper.plot(
            table["mean_probability"], table["churn_rate"], color=BLUE, marker="o", label="examples, by bin"
        )
        upper.set(ylabel="churned", title=f"Told against come: {error:.4f} apart (ECE)", ylim=(-0.02, 1.02))
        upper.legend(frameon=False, loc="upper left")
        lower.bar(table["mean_probability"], table["examples"], width=0.02, color=BLUE)
        lower.set(xlabel="probability told", ylabel="examples", xlim=(-0.02, 1.02))
        upper.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        lower.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        for axes in (upper, lower):
            axes.grid(visible=True, linewidth=0.8)
        return _svg(drawn)


def rolling_plot(rows: pl.DataFrame) -> str:
    """AUC and calibration error from cutoff to cutoff, of the rows of `rolling`."""
    with _styled():
        drawn = Figure(figsize=(WIDTH, 4.2), layout="constrained")
        upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        cutoffs = rows["cutoff"].to_list()
        _line(upper, cutoffs, rows["auc"].to_list(), colour=BLUE)
        upper.axhline(0.5, color=PALE, linestyle="--", linewidth=1)
        upper.set(ylabel="AUC", ylim=(0.45, 1.0), title="Back-tests: learnt before each cutoff, asked at it")
        _line(lower, cutoffs, rows["calibration_error"].to_list(), colour=AMBER)
        lower.set(ylabel="ECE", xlabel="cutoff")
        lower.set_ylim(bottom=0)
        shown = cutoffs[:: -(-len(cutoffs) // MOST_DATES) or 1]
        lower.set_xticks([cutoff.toordinal() for cutoff in shown], [cutoff.isoformat() for cutoff in shown])
        for axes in (upper, lower):
            axes.grid(visible=True, linewidth=0.8)
        return _svg(drawn)


def spread_plot(spread: Spread, found: Sequence[int]) -> str:
    """Shares of the score's tenths, of the examples and of the customers of a day (`spread_counts`)."""
    with _styled():
        drawn = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        axes = drawn.subplots()
        places = range(len(found))
        for counts, shift, colour, label in (
            (spread.examples, -0.2, PALE, "examples learnt from"),
            (found, 0.2, BLUE, "customers now"),
        ):
            total = max(sum(counts), 1)
            axes.bar(
                [place + shift for place in places],
                [count / total for count in counts],
                width=0.4,
                color=colour,
                label=label,
            )
        edges = [round(edge / THOUSANDTHS, 2) for edge in spread.edges]
        axes.set_xticks([*places], _between(edges), rotation=30, ha="right")
        axes.set(xlabel="log-odds of leaving", ylabel="share", title="Scores then and now")
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.legend(frameon=False)
        axes.grid(visible=True, axis="y", linewidth=0.8)
        return _svg(drawn)


def drift_plot(rows: pl.DataFrame, *, words: Mapping[str, str]) -> str:
    """The stability index of the score and of the features that moved most; `words` name the features."""
    shown = rows.sort("psi", "feature", descending=[True, False]).head(MOST_FEATURES).reverse()
    with _styled():
        drawn = Figure(figsize=(WIDTH, 1.2 + 0.24 * shown.height), layout="constrained")
        axes = drawn.subplots()
        places = [*range(shown.height)]
        colours = [VERDICTS[verdict] for verdict in shown["verdict"]]
        bars = axes.barh(places, shown["psi"].clip(0, WIDEST).to_list(), color=colours, height=0.62)
        axes.bar_label(bars, [f"{psi:.3f}" for psi in shown["psi"]], padding=3, fontsize=7.5)
        axes.set_yticks(places, [_short(words.get(name, name), most=40) for name in shown["feature"]])
        axes.set_xlim(0, WIDEST * 1.1)
        for border, means in ((WATCHED_FROM, "watched"), (DRIFTED_FROM, "drifted")):
            axes.axvline(border, color=PALE, linestyle="--", linewidth=1)
            above = axes.get_xaxis_transform()
            axes.text(border, 1.01, f"{means} from {border:g}", transform=above, color=PALE, fontsize=7.5)
        axes.set(xlabel="population stability index", title="Drift since the model was learnt\n")
        axes.grid(visible=True, axis="x", linewidth=0.8)
        return _svg(drawn)


def points_plot(card: Scorecard, *, words: Mapping[str, str]) -> str:
    """The points of every bin of the parts that weigh most, in log-odds; `words` name the features."""
    parts = sorted(card.parts, key=lambda part: (-_span(part), part.feature))[:MOST_PARTS]
    rows = -(-len(parts) // COLUMNS)
    with _styled():
        drawn = Figure(figsize=(WIDTH * 1.6, 0.5 + 2.1 * rows), layout="constrained")
        drawn.suptitle("Points by bin, in log-odds of leaving against the mean customer", fontweight="bold")
        grid = drawn.subplots(rows, COLUMNS, sharex=True, squeeze=False).ravel()
        for axes, part in zip(grid, parts, strict=False):
            _bins(axes, part, title=words.get(part.feature, part.feature))
        for axes in grid[len(parts) :]:
            axes.set_axis_off()
        return _svg(drawn)


def _bins(axes: Axes, part: NumberBins | CategoryBins, *, title: str) -> None:
    """One part: its bins from top to bottom, to the right those whose customers leave more often."""
    named = [(name, each) for name, each in _named_bins(part) if each.examples]
    places = [*range(len(named))]
    log_odds = [each.points / THOUSANDTHS for _, each in named]
    axes.barh(places, log_odds, color=[RED if value > 0 else BLUE for value in log_odds], height=0.7)
    axes.set_yticks(places, [_short(name) for name, _ in named], fontsize=7.5)
    axes.invert_yaxis()
    axes.axvline(0, color=PALE, linewidth=1)
    axes.set_title(_short(title, most=34), fontsize=8.5)
    axes.grid(visible=True, axis="x", linewidth=0.8)


def _named_bins(part: NumberBins | CategoryBins) -> list[tuple[str, Bin]]:
    if isinstance(part, NumberBins):
        return [*zip(_between(part.edges), part.bins, strict=True), ("not known", part.unknown)]
    return [*part.bins.items(), ("all other", part.other), ("not known", part.unknown)]


def _span(part: NumberBins | CategoryBins) -> int:
    points = [each.points for each in part.all_bins if each.examples]
    return max(points) - min(points)


def _between(edges: Sequence[float]) -> list[str]:
    """Names of bins: up to an edge, between two, above the last."""
    if not edges:
        return ["any"]
    told = [f"{edge:.5g}" for edge in edges]
    return [f"≤ {told[0]}", *(f"{low} to {high}" for low, high in pairwise(told)), f"> {told[-1]}"]


def _short(text: str, *, most: int = 22) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _line(axes: Axes, cutoffs: list[date], values: list[float | None], *, colour: str) -> None:
    """A line over cutoffs, broken where there is no value."""
    told = [nan if value is None else value for value in values]
    axes.plot([cutoff.toordinal() for cutoff in cutoffs], told, color=colour, marker="o")


@contextmanager
def _styled() -> Iterator[None]:
    """Our own settings. Text stays text, so that a font that lacks a sign matters to its width alone."""
    with rc_context(STYLE), catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _svg(drawn: Figure) -> str:
    """The drawing as text, without the time and the program that drew it."""
    told = StringIO()
    drawn.savefig(told, format="svg", metadata={"Date": None, "Creator": None})
    return told.getvalue()
