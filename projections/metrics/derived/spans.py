"""What derived facts share: the periods as a frame, the organisation's rules as a book, customers' ids."""

from datetime import timedelta

import polars as pl

from domain.organisation.rules import RuleBook
from projections.facts.spec import ENVELOPE
from projections.metrics.derived.derived import Reading

INSTANT = pl.Datetime("us", "UTC")
ENVELOPE_COLUMNS = tuple(name for name, *_ in ENVELOPE)
STREAM = "customer-"


def begun_spans(reading: Reading) -> pl.DataFrame:
    """The periods that have begun: [period_start, period_end, at], `at` being a period's last microsecond."""
    spans = [span for span in reading.spans if span[0] < reading.reference]
    schema = {"period_start": INSTANT, "period_end": INSTANT}
    return pl.DataFrame(spans, schema=schema, orient="row").with_columns(
        at=pl.col("period_end") - timedelta(microseconds=1)
    )


def rule_book(reading: Reading, *kinds: str) -> RuleBook:
    """The organisation's rules of these kinds, to be read as of a day."""
    return RuleBook.of((kind, *rule) for kind in kinds for rule in reading.rules(kind).iter_rows())


def customer_id(stream: str = "customer") -> pl.Expr:
    """A customer's id, from the name of their stream."""
    return pl.col(stream).str.strip_prefix(STREAM).alias("customer_id")
