"""Which dimensions a definition can be asked by: those that it declares, and those joined when reading.

Where rows have a unit, the unit tree is followed: `unit.<kind>` is the nearest unit of that kind from the
row's own unit upwards, `unit.under` (in filters only) keeps a unit and everything beneath it. Where rows have
a customer, `member_tier` and the customer's classifications are joined, one dimension per scheme; where they
have an agent, its `role` and `team`. A fact that has a column of such a name keeps its own. Where every fact
has a customer, `segment` (in filters only) keeps the members of a saved segment.
"""

from functools import cache

from domain.customer.decide import SCHEMES
from projections.facts import SPECS
from projections.metrics.definition import MetricDefinition
from projections.metrics.derived import DERIVED
from projections.metrics.measures import DAYS, fact_of

OF_KIND = "unit."
UNDER = "unit.under"
ANY_KIND = "unit.<kind>"
"""How the dimensions of the unit tree are listed: the kinds are the organisation's own."""

MEMBER_TIER = "member_tier"
SEGMENT = "segment"
PLACES = ("role", "team")

IMPLIED: dict[str, tuple[str, ...]] = {
    "unit": (ANY_KIND, UNDER),
    "customer_id": (MEMBER_TIER, *SCHEMES),
    "agent_id": PLACES,
}
"""What is joined by which column of a row."""

STAND_FOR: dict[str, tuple[str, ...]] = {"customer_id": ("customer",), "agent_id": ("agent",)}
"""Keys of a stream's own facts: they hold the same id with the stream's name before it."""

OWN_NAMES: dict[str, dict[str, str]] = {"volumes": {"account_class": "customer_class"}}
"""Per fact, the dimensions that it holds under another name."""


def askable(definition: MetricDefinition) -> tuple[str, ...]:
    """The dimensions of a definition: declared ones, then those that each of its facts can be joined to."""
    implied = (name for names in IMPLIED.values() for name in names)
    return (*definition.dimensions, *(name for name in implied if _is_implied(definition, name)))


def can_be_asked(definition: MetricDefinition, name: str, *, as_filter: bool) -> bool:
    """Whether a question may name the dimension."""
    if name in {UNDER, SEGMENT} and not as_filter:
        return False
    return name in definition.dimensions or _is_implied(definition, name)


def root_of(name: str) -> str | None:
    """The column that a joined dimension is joined by; None for a name that is never joined."""
    if follows_tree(name):
        return "unit"
    if name == SEGMENT:
        return "customer_id"
    return next((root for root, names in IMPLIED.items() if name in names), None)


def follows_tree(name: str) -> bool:
    return name.startswith(OF_KIND) and name != OF_KIND


def is_held_whole(definition: MetricDefinition, name: str) -> bool:
    """Whether the denominator stays what it is over a dimension, or over what it is joined by."""
    return name in definition.held_whole or root_of(name) in definition.held_whole


def own_column(fact: str, name: str) -> str | None:
    """The fact's own column that holds a dimension; None where it must be joined."""
    held = OWN_NAMES.get(fact, {}).get(name, name)
    return held if held in columns_of(fact) else None


def stored_name(fact: str, name: str) -> str:
    """The dimension whose stored sums serve: those by unit serve the tree."""
    return "unit" if follows_tree(name) else own_column(fact, name) or name


def root_column(fact: str, root: str) -> str | None:
    """The fact's column that holds a unit, a customer or an agent."""
    return next((name for name in (root, *STAND_FOR.get(root, ())) if name in columns_of(fact)), None)


@cache
def columns_of(fact: str) -> frozenset[str]:
    """The public columns of a fact, stored or derived."""
    if fact in DERIVED:
        return frozenset((*DERIVED[fact].keys, *DERIVED[fact].schema))
    return frozenset(column.name for column in SPECS[fact].columns)


@cache
def _is_implied(definition: MetricDefinition, name: str) -> bool:
    root = root_of(name)
    if root is None or name in definition.dimensions:
        return False
    if root == "unit":
        return root in definition.dimensions
    above = {fact_of(measure) for _, measure in definition.numerator}
    below = {fact_of(measure) for _, measure in definition.denominator or ()} - above
    needed = above if is_held_whole(definition, name) else above | below
    return all(_can_give(fact, name, root) for fact in needed - {DAYS})


def _can_give(fact: str, name: str, root: str) -> bool:
    """A column of the same name that the definition does not declare means something else."""
    if name in OWN_NAMES.get(fact, {}):
        return True
    return name not in columns_of(fact) and root_column(fact, root) is not None
