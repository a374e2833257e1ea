"""Rolling back-tests: at each cutoff a model learns from what was known at it, and is held to what came."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from projections.views.churn.cutoffs import as_seen_at
from projections.views.churn.examples import examples
from projections.views.churn.labels import Labelling, Window
from projections.views.churn.model import ChurnModel
from projections.views.churn.validation import ROLLING, CutoffExamples, rolling


def back_test(
    model: ChurnModel,
    by: Labelling,
    windows: Sequence[Window],
    *,
    known: Mapping[date, pl.DataFrame],
    **learning: Any,
) -> pl.DataFrame:
    """One row per cutoff that had something to learn from, with the columns of `validation.rolling`.

    Labels that are learnt from are those known at the asked cutoff: who is found out later to have left
    changes no back-test of an earlier day. `known` are the features by cutoff.
    """
    asked_of = [rolling(model, _seen_at(asked, model, by, windows, known), **learning) for asked in windows]
    rows = [told.filter(cutoff=asked.cutoff) for told, asked in zip(asked_of, windows, strict=True)]
    return pl.concat([pl.DataFrame(schema=ROLLING), *rows])


def _seen_at(
    asked: Window,
    model: ChurnModel,
    by: Labelling,
    windows: Sequence[Window],
    known: Mapping[date, pl.DataFrame],
) -> list[CutoffExamples]:
    """The asked cutoff as it came out, and those whose windows were over by then as they were known then."""
    then = as_seen_at(by.source, asked, position=by.at_position)
    before = [one for one in windows if one.ends <= asked.cut_at]
    told = [(one, examples(then, one, known=known[one.cutoff])) for one in before]
    told.append((asked, examples(by, asked, known=known[asked.cutoff])))
    return [
        CutoffExamples(cutoff=one.cutoff, labels_known=one.last_day, examples=rows.filter(model.reads))
        for one, rows in told
    ]
