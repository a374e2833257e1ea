"""Views of facts in memory: small literal rows in, whole rows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from projections.views.view import View
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")


def remembered(**facts: Sequence[dict[str, Any]]) -> Memory:
    """A source of these rows; columns that are left out are null."""
    return Memory({fact: frame(fact, [*rows]) for fact, rows in facts.items()})


def rows_of(
    view: View, *, as_of: datetime = NOW, known_at: datetime | None = None, **facts: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The view's rows as of a moment, and as known at it unless told otherwise."""
    source = remembered(**facts)
    return view.rows(source, now=NOW, as_of=as_of, known_at=known_at or as_of).to_dicts()
