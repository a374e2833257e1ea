"""`kefu key create|list|revoke`: who may ask the API."""

import argparse

from pipelines.commands.usage import BadUsage
from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="create|list|revoke", required=True)
    create = actions.add_parser("create", help="make a key and show it, once")
    create.add_argument("--role", required=True, help="what the key may see")
    listing = actions.add_parser("list", help="show every key's prefix, role and dates")
    revoke = actions.add_parser("revoke", help="make a key worthless")
    revoke.add_argument("prefix", help="the eight characters after kefu_")
    for action in (create, listing, revoke):
        action.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    action = {"create": _create, "list": _list, "revoke": _revoke}[arguments.action]
    action(arguments, console)
    return 0


def _create(arguments: argparse.Namespace, console: Console) -> None:
    from infra.api_keys import ROLES, UnknownRoleError, create_key
    from pipelines.stores import open_store

    if arguments.role not in ROLES:
        raise UnknownRoleError(role=arguments.role)
    with open_store(console.settings(arguments.store)) as store, store.connect() as connection:
        key = create_key(connection, role=arguments.role, now=console.clock())
    if arguments.format == "json":
        console.document({"key": key, "role": arguments.role})
    else:
        console.say(key)
        console.note("Keep it: it is not shown again.")


def _list(arguments: argparse.Namespace, console: Console) -> None:
    from infra.api_keys import list_keys
    from pipelines.commands.tables import print_table
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store, store.connect() as connection:
        keys = list_keys(connection)
    rows = [
        {
            "prefix": key.prefix,
            "role": key.role,
            "created_at": key.created_at.isoformat(),
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        }
        for key in keys
    ]
    if arguments.format == "json":
        console.document(rows)
    else:
        print_table(rows, console, columns=("prefix", "role", "created_at", "revoked_at"))


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
