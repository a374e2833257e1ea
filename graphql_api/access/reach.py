"""How far a limited caller sees today: the units beneath theirs, and the customers whom they look after."""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Identifier

from graphql_api.sign_in import Caller
from projections.facts import SPECS

OF_ITS_CUSTOMERS = "account_manager"
"""The role that sees customers only if it looks after them; without a manager's id it looks after nobody."""

# A unit hangs where its last move put it; where units were put beneath each other in a circle, all are meant.
UNITS_BENEATH = SQL("""
with recursive place as (
    select distinct on (unit) substr(unit, length('unit-') + 1) as unit, parent
    from {unit_moves}
    where not voided and moved_at is not null
    order by unit, moved_at desc, last_position desc, version desc
),
beneath as (
    select unnest({roots}::text[]) as unit
    union
    select place.unit
    from place
    join beneath on place.parent = beneath.unit
)
select unit::text as id
from beneath
order by id
""")

# The last assignment in each role holds. A number that was given back was two people's, and is left out.
CUSTOMERS_LOOKED_AFTER = SQL("""
with recursive released as (
    select customer
    from {customer_links}
    where released_at is not null and not voided
),
link as (
    select customer, 'customer-' || regexp_replace("to", '^customer-', '') as other
    from {customer_links}
    where "to" is not null and not voided
),
either_way as (
    select customer, other from link
    union all
    select other, customer from link
),
mine as (
    select assigned.customer
    from {manager_assignments} assigned
    where assigned.manager_id = {manager} and not assigned.voided
    and not exists (
        select
        from {manager_assignments} later
        where later.customer = assigned.customer and later.role is not distinct from assigned.role
        and not later.voided
        and (later.assigned_at, later.last_position) > (assigned.assigned_at, assigned.last_position)
    )
    and assigned.customer not in (select customer from released)
    union
    select either_way.other
    from mine
    join either_way using (customer)
    where either_way.other not in (select customer from released)
)
select substr(customer, length('customer-') + 1)::text as id
from mine
order by id
""")


@dataclass(frozen=True, slots=True)
class RowScope:
    """What a caller's key limits: `units` are roots of subtrees, `manager_id` whose customers are seen.

    Null is no limit, and no units at all are none; a manager who is nobody (an empty text) has no customers.
    """

    units: tuple[str, ...] | None
    manager_id: str | None

    @property
    def reader(self) -> str:
        """The role of the database under which such a caller reads."""
        if self.manager_id is None:
            return "kefu_unit_reader"
        return "kefu_customer_reader" if self.units is None else "kefu_unit_customer_reader"

    @property
    def limit(self) -> str:
        """In words, for an answer that refuses."""
        customers = "the customers of a manager"
        if self.units is None:
            return customers
        return f"units and {customers}" if self.manager_id is not None else "units"


@dataclass(frozen=True, slots=True)
class Reach:
    """All units and all customers whose rows are seen; null is no limit."""

    units: tuple[str, ...] | None
    customers: tuple[str, ...] | None


def row_scope(caller: Caller) -> RowScope | None:
    """What limits the rows that a caller sees; None for who sees those of everybody."""
    is_limited_to_customers = caller.role == OF_ITS_CUSTOMERS or caller.manager_id is not None
    if not caller.units and not is_limited_to_customers:
        return None
    return RowScope(
        units=caller.units or None,
        manager_id=(caller.manager_id or "") if is_limited_to_customers else None,
    )


def permission_tag(caller: Caller) -> str:
    """A text that is equal only for callers who may see the same: part of every ETag."""
    return repr((caller.role, sorted(caller.units), caller.manager_id))


def units_beneath(roots: Iterable[str]) -> Composed:
    """Selects `id`: the roots and every unit beneath them by the tree of today."""
    return UNITS_BENEATH.format(unit_moves=_table("unit_moves"), roots=list(roots))


def customers_looked_after(manager_id: str) -> Composed:
    """Selects `id`: customers whom somebody looks after in any role today, under every linked pseudonym."""
    return CUSTOMERS_LOOKED_AFTER.format(
        manager_assignments=_table("manager_assignments"),
        customer_links=_table("customer_links"),
        manager=manager_id,
    )


def _table(fact: str) -> Identifier:
    return Identifier(SPECS[fact].table)
