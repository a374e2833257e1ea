"""Facts once more, under a name of their own: what shares of complaints and of liability are taken of.

A share's denominator is the same rows as its numerator, held whole over what the share is asked by; a
definition holds only bases whole, and a base is another fact than the numerator's.
"""

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.complaint_dimensions import ABOUT, ENVELOPE, bounds, filed_within
from projections.metrics.derived.derived import Derived, Reading

SHARED = ("complaint", "attribution_id", "party")
LIABLE = ("share", "in_force", "is_lead", "kind", "channel", "category", "line", "product", "unit", "tier")


def whole(fact: str) -> str:
    """The name of a fact as the whole of which its rows are shares."""
    return f"whole_{fact}"


def _liabilities(reading: Reading) -> pl.DataFrame:
    start, end = bounds(reading)
    columns = (*LIABLE, "customer_id", "filed_at")
    rows = reading.facts("complaint_liabilities", columns=columns, time=("filed_at", start, end))
    return rows.select(*SHARED, *columns, *ENVELOPE)


def whole_of(derived: Derived) -> Derived:
    """A derived fact under the name of the whole."""
    return Derived(
        name=whole(derived.name),
        reads=derived.reads,
        keys=derived.keys,
        schema=derived.schema,
        rows=derived.rows,
    )


WHOLE_COMPLAINTS = Derived(
    name=whole("complaints"), reads=("complaints",), keys=("complaint",), schema=ABOUT, rows=filed_within
)
WHOLE_LIABILITIES = Derived(
    name=whole("complaint_liabilities"),
    reads=("complaint_liabilities",),
    keys=SHARED,
    schema={
        name: SPECS["complaint_liabilities"].schema[name] for name in (*LIABLE, "customer_id", "filed_at")
    },
    rows=_liabilities,
)
