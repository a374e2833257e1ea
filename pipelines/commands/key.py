"""`kefu key create|list|revoke`: who may ask the API, and of which part of the organisation."""

import argparse
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import BadUsage, day
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store

# Its rows are those of one manager's customers; without one it would see nothing.
ROLE_WITH_MANAGER = "account_manager"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="create|list|revoke", required=True)
    create = actions.add_parser("create", help="make a key and show it, once")
    create.add_argument("--role", required=True, help="what the key may see")
    create.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="U",
        help="limit it to this unit and all below it; may be said several times",
    )
    create.add_argument("--manager", metavar="M", help="whose customers an account_manager sees")
    create.add_argument(
        "--expires",
        type=day,
        metavar="DAY",
        help="it is worthless from this day on (the organisation's zone)",
    )
    create.add_argument("--label", metavar="TEXT", help="what the key is for, shown in the list")
    listing = actions.add_parser("list", help="show every key's prefix, role, limits and dates")
    revoke = actions.add_parser("revoke", help="make a key worthless")
    revoke.add_argument("prefix", help="the eight characters after kefu_")
    for action in (create, listing, revoke):
        action.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    action = {"create": _create, "list": _list, "revoke": _revoke}[arguments.action]
    action(arguments, console)
    return 0


def _create(arguments: argparse.Namespace, console: Console) -> None:
    from infra.api_keys import create_key
    from pipelines.stores import open_store

    _check(arguments)
    units = list(dict.fromkeys(arguments.unit))
    with open_store(console.settings(arguments.store)) as store, store.connect() as connection:
        expires_at = _beginning(arguments, store, console)
        unknown = _unknown_units(store, units)
        key = create_key(
            connection,
            role=arguments.role,
            now=console.clock(),
            units=units,
            manager_id=arguments.manager,
            expires_at=expires_at,
            label=arguments.label,
        )
    for unit in unknown:
        console.note(f"There is no unit {unit!r} yet: until there is, the key sees nothing of it.")
    if arguments.format == "json":
        console.document({"key": key, "role": arguments.role} | _given(arguments, units, expires_at))
    else:
        console.say(key)
        console.note("Keep it: it is not shown again.")


def _check(arguments: argparse.Namespace) -> None:
    """Refuse before a store is opened what no store could grant."""
    from infra.api_keys import ROLES, UnknownRoleError

    if arguments.role not in ROLES:
        raise UnknownRoleError(role=arguments.role)
    if arguments.role == ROLE_WITH_MANAGER and not arguments.manager:
        raise BadUsage(f"{ROLE_WITH_MANAGER} sees the customers of one manager; say whose with --manager M.")
    if arguments.role != ROLE_WITH_MANAGER and arguments.manager:
        raise BadUsage(f"--manager is for {ROLE_WITH_MANAGER} alone; leave it out for {arguments.role}.")
    if not all(arguments.unit):
        raise BadUsage("--unit is empty; name a unit, or leave it out for the whole organisation.")


def _beginning(arguments: argparse.Namespace, store: "Store", console: Console) -> datetime | None:
    """When the day of --expires begins where the organisation is; BadUsage if it has begun already."""
    from pipelines.organisation import rules_of

    if arguments.expires is None:
        return None
    now = console.clock()
    zone = rules_of(store, clock=console.clock).zone(on=now.date())
    begins = datetime.combine(arguments.expires, time(), tzinfo=zone)
    if begins <= now:
        raise BadUsage(f"--expires {arguments.expires} has begun already; name a later day.")
    return begins


def _unknown_units(store: "Store", units: list[str]) -> list[str]:
    """Those that no event has told of, as far as facts are projected."""
    from psycopg.sql import SQL, Identifier

    from projections.facts import SPECS

    table = SPECS["units"].table
    with store.connect() as connection:
        if connection.execute("select to_regclass(%s)", (table,)).fetchone() == (None,):
            return units
        statement = SQL("select unit from {} where unit = any(%s) and not voided").format(Identifier(table))
        known = {unit for (unit,) in connection.execute(statement, (units,)).fetchall()}
    return [unit for unit in units if unit not in known]


def _given(arguments: argparse.Namespace, units: list[str], expires_at: datetime | None) -> dict[str, Any]:
    given = {
        "units": units,
        "manager": arguments.manager,
        "expires_at": expires_at.isoformat() if expires_at else None,
        "label": arguments.label,
    }
    return {name: value for name, value in given.items() if value}


def _list(arguments: argparse.Namespace, console: Console) -> None:
    from infra.api_keys import list_keys
    from pipelines.commands.tables import print_table
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store, store.connect() as connection:
        keys = list_keys(connection)
    rows: list[dict[str, Any]] = [
        {
            "prefix": key.prefix,
            "role": key.role,
            "units": list(key.units),
            "manager": key.manager_id,
            "label": key.label,
            "created_at": key.created_at.isoformat(),
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        }
        for key in keys
    ]
    if arguments.format == "json":
        console.document(rows)
    else:
        shown = [row | {"units": " ".join(row["units"])} for row in rows]
        columns = ("prefix", "role", "units", "manager", "label", "created_at", "expires_at", "revoked_at")
        print_table(shown, console, columns=columns)


def _revoke(arguments: argparse.Namespace, console: Console) -> None:
    from infra.api_keys import revoke_key
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store, store.connect() as connection:
        is_revoked = revoke_key(connection, arguments.prefix, now=console.clock())
    if not is_revoked:
        raise BadUsage(f"there is no live key {arguments.prefix!r}; kefu key list shows them.")
    if arguments.format == "json":
        console.document({"prefix": arguments.prefix, "revoked": True})
    else:
        console.say(f"The key {arguments.prefix} is worthless from now on.")
