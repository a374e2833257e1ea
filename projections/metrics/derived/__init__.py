"""Every derived fact: rows made when reading, from several facts or from one fact at several moments."""

from projections.metrics.derived.derived import Derived

DERIVED_FACTS: tuple[Derived, ...] = ()

DERIVED: dict[str, Derived] = {derived.name: derived for derived in DERIVED_FACTS}
"""By name; a derived fact is never stored, and its measures have no stored sums."""
