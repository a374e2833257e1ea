"""Whose rows are whose: by which columns readers of units or of customers are limited, and the policies."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from psycopg.sql import SQL

from projections.facts.spec import FactSpec
from projections.storage.database import Database
from projections.views.view import View

UNITS_SETTING, CUSTOMERS_SETTING = "kefu.units", "kefu.customers"

EVERYBODY = "true"
"""The condition of rows that every limited reader sees."""

REFERENCE = frozenset(
    {"units", "unit_moves", "organisation_rules", "campaigns", "partners", "partner_grades"}
)
"""Facts about the organisation itself, and about nobody: limited readers see them whole."""

FIGURES = frozenset(
    {
        "lost_against_stayed",
        "segments",
        "campaign_results",
        "satisfaction_scores",
        "hidden_complaint_shares",
        "stage_standards",
        "complaint_surges",
        "point_redemption",
        "redemption_coverage",
        "points_liability",
        "unit_ranking",
        "hot_topics",
        "club_participation",
        "entitlement_holders",
        "partner_settlement",
        "delegation_fees",
        "staffing_need",
    }
)
"""Views that add up over customers: whoever is limited to customers, and not to units, sees them whole."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A column that says whose a row is, as `prefix` and the id."""

    column: str
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class RowLimits:
    """By which column readers of units and of customers are limited.

    None where no column says: they may then not read it at all, unless it is `open_to` them.
    """

    unit: Owner | None
    customer: Owner | None
    is_open_to_unit_readers: bool = False
    is_open_to_customer_readers: bool = False

    @property
    def units(self) -> str | None:
        """The condition under which a reader of units sees a row; None where it may see none."""
        if self.is_open_to_unit_readers:
            return EVERYBODY
        return _is_one_of(self.unit, UNITS_SETTING)

    @property
    def customers(self) -> str | None:
        """The condition under which a reader of customers sees a row; None where it may see none."""
        if self.is_open_to_customer_readers:
            return EVERYBODY
        return _is_one_of(self.customer, CUSTOMERS_SETTING)


def limits_of_fact(spec: FactSpec) -> RowLimits:
    """By the unit and the customer that a row names; in a customer's own stream that customer."""
    is_reference = spec.name in REFERENCE
    return RowLimits(
        unit=_owner(spec.pg_types, "unit"),
        customer=_owner(spec.pg_types, "customer", "customer-") or _owner(spec.pg_types, "customer_id"),
        is_open_to_unit_readers=is_reference,
        is_open_to_customer_readers=is_reference,
    )


def limits_of_view(view: View) -> RowLimits:
    """By the unit and the customer that a row names; figures are no customer's."""
    return RowLimits(
        unit=_owner(view.pg_types, "unit"),
        customer=_owner(view.pg_types, "customer_id"),
        is_open_to_customer_readers=view.name in FIGURES,
    )


def protect_facts(database: Database, tables: Mapping[str, FactSpec]) -> None:
    """Give new tables of facts their policies; their sums are nobody's but the owner's."""
    _protect(database, {table: limits_of_fact(spec) for table, spec in tables.items()})


def protect_view(database: Database, view: View) -> None:
    """Give a new table of a view its policies."""
    _protect(database, {view.table: limits_of_view(view)})


def protect_tables(database: Database, specs: Collection[FactSpec], views: Collection[View]) -> list[str]:
    """Give tables the policies that they lack; answers the roles that this account cannot read under."""
    readers = database.query(SQL("select unnest(make_row_readers()) as reader"))
    missing: list[str] = readers["reader"].to_list()
    facts = {spec.table: limits_of_fact(spec) for spec in specs}
    _protect(database, facts | {view.table: limits_of_view(view) for view in views})
    return missing


def _protect(database: Database, tables: Mapping[str, RowLimits]) -> None:
    limits = list(tables.values())
    database.run(
        SQL(
            "select protect_rows(named, units, customers)"
            " from unnest({}::text[], {}::text[], {}::text[]) as wanted (named, units, customers)"
            " where to_regclass(named) is not null and not has_row_security(named, units, customers)"
        ).format(list(tables), [one.units for one in limits], [one.customers for one in limits])
    )


def _owner(columns: Collection[str], name: str, prefix: str = "") -> Owner | None:
    return Owner(column=name, prefix=prefix) if name in columns else None


def _is_one_of(owner: Owner | None, setting: str) -> str | None:
    """A condition of SQL; the setting is read once per statement, and where it is not set no row is seen."""
    if owner is None:
        return None
    listed = f"nullif(current_setting('{setting}', true), '')::text[]"
    if owner.prefix:
        listed = f"array(select '{owner.prefix}' || id from unnest({listed}) as id)"  # noqa: S608 - literals
    return f"{owner.column} = any((select {listed})::text[])"
