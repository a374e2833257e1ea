"""What is known of every customer at a moment, one column per feature: as of it and as known at it."""

import polars as pl

from projections.views.churn.class_features import CLASSES_READ, PREFIX, class_features
from projections.views.churn.contract_features import CONTRACTS_READ, contract_features
from projections.views.churn.feature_words import FEATURES, feature_named
from projections.views.churn.here import CUSTOMERS_READ, here
from projections.views.churn.model import HAS_CONTRACT, ID, Feature
from projections.views.churn.point_features import POINTS_READ, point_features
from projections.views.churn.purchases import PURCHASES_READ, purchase_features
from projections.views.churn.service_features import SERVICE_READ, service_features
from projections.views.churn.spend_features import USAGE_READ, spend_features, usage_of
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows
from projections.views.reading import ViewReading

FEATURES_READ = tuple(
    dict.fromkeys(
        (
            *(*CUSTOMERS_READ, *CONTRACTS_READ, *USAGE_READ, *SERVICE_READ),
            *(*POINTS_READ, *CLASSES_READ, *PURCHASES_READ),
        )
    )
)
"""The facts that features are told from."""
HISTORY_DECLARED = "history_declared"
COUNTS = tuple(feature.name for feature in FEATURES if feature.name.endswith(("_days", "_open")))
NO_COUNTS = ("contract_ends_in_days", "purchase_recency_days", "purchase_age_days", "points_lapsing_90_days")
DTYPES = {"number": pl.Float64(), "category": pl.String()}


def features(reading: ViewReading) -> pl.DataFrame:
    """[customer_id, has_contract, history_declared, one column per feature], one row per customer.

    Customers are those who are registered, not churned and not erased at the reading's moment; persons are
    joined by links. Numbers are floats, categories text; null is not known. `history_declared` says that
    something of this was known only by a declared entry time. In the order of customers.
    """
    told = ToldRows(reading)
    known = here(told).with_columns(_tenure(told))
    usage = usage_of(told)
    parts = [
        contract_features(told),
        spend_features(usage, day=reading.day),
        service_features(told),
        point_features(told),
        class_features(told, known),
    ]
    for part in parts:
        known = _joined(known, part)
    known = known.with_columns(pl.col("contracts").is_not_null().alias(HAS_CONTRACT))
    known = _joined(known, purchase_features(told, usage, known.filter(~pl.col(HAS_CONTRACT))))
    counted = known.with_columns(pl.col(name).fill_null(0) for name in COUNTS if name not in NO_COUNTS)
    schemes = sorted(name for name in counted.columns if name.startswith(PREFIX))
    chosen = [*FEATURES, *map(feature_named, schemes)]
    return counted.select(
        ID,
        HAS_CONTRACT,
        pl.col(IS_DECLARED).alias(HISTORY_DECLARED),
        *(pl.col(feature.name).cast(DTYPES[feature.kind]) for feature in chosen),
    ).sort(ID)


def features_in(frame: pl.DataFrame) -> list[Feature]:
    """The features of a frame's columns, the schemes' among them."""
    own = [*(feature.name for feature in FEATURES), *filter(_is_scheme, frame.columns)]
    return [feature_named(name) for name in own if name in frame.columns]


def _is_scheme(column: str) -> bool:
    return column.startswith(PREFIX)


def _joined(known: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Add a part's columns; what is declared in it is declared of the whole."""
    both = known.join(part.rename({IS_DECLARED: "too"}), on=PERSON, how="left")
    return both.with_columns(pl.col(IS_DECLARED) | pl.col("too").fill_null(value=False)).drop("too")


def _tenure(told: ToldRows) -> pl.Expr:
    """Whole calendar months since registration, by local days."""
    began = pl.col("registered_at").dt.convert_time_zone(str(told.reading.zone))
    day = told.reading.day
    months = (day.year - began.dt.year().cast(pl.Int64)) * 12 + day.month - began.dt.month().cast(pl.Int64)
    return (months - (began.dt.day() > day.day).cast(pl.Int64)).alias("tenure_months")
