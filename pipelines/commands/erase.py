"""`kefu erase CUSTOMER`: forget a person for ever, after showing what will go."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from pipelines.commands import whom
from pipelines.commands.usage import BadUsage
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.erasing import Erased, Person
    from infra.stores import Store

LISTED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    whom.add_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store

    whom.check_arguments(arguments)
    if not arguments.yes and not sys.stdin.isatty():
        raise BadUsage("an erasure cannot be taken back and asks first; give --yes where nobody can answer.")
    with open_store(console.settings(arguments.store)) as store:
        return _erase(store, arguments, console)


def _erase(store: "Store", arguments: argparse.Namespace, console: Console) -> int:
    from infra.erasing import find_person
    from pipelines.erasure import erase

    meant = whom.find(store, arguments)
    if meant.marks:
        return _erase_rejected(store, sorted(meant.marks), arguments, console)
    person = find_person(store, meant.customers, streams=meant.streams)
    if _is_erased(store, person):
        _print_erased_before(person, arguments, console)
        return 0
    if not arguments.yes:
        for line in _lines_before(person):
            console.note(line)
        if not _is_confirmed(console):
            console.note("Nothing was erased.")
            return 1
    erased = erase(store, meant.customers, clock=console.clock, streams=meant.streams)
    _print(erased, arguments, console)
    return 0


def _erase_rejected(
    store: "Store", marks: list[bytes], arguments: argparse.Namespace, console: Console
) -> int:
    if not arguments.yes:
        rows = _count(store.keys.rejected(marks), "rejected row")
        console.note(f"To be erased: {rows} of a file; nothing else is known of this person.")
        if not _is_confirmed(console):
            console.note("Nothing was erased.")
            return 1
    gone = store.keys.destroy_rejected(marks)
    if arguments.format == "json":
        console.document({"status": "erased", "customers": [], "events": 0, "rejects": gone})
    else:
        console.say(f"Erased: {_count(gone, 'rejected row')}; nothing else was known of this person.")
    return 0


def _is_erased(store: "Store", person: "Person") -> bool:
    return (
        store.keys.destroyed().issuperset(person.customers)
        and not person.found.anonymous
        and not (person.kept.keys or person.kept.terms or person.kept.rejects)
    )


def _is_confirmed(console: Console) -> bool:
    console.stderr.write("Erase for ever? Type yes: ")
    console.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def _lines_before(person: "Person") -> list[str]:
    kept = person.kept
    lines = [f"To be erased: {_who(person)}."]
    lines.append(
        f"Destroyed are {_count(kept.keys, 'key')}, without which nothing sealed for them can be read, "
        f"{_count(kept.terms, 'search term')} and {_count(kept.rejects, 'rejected row')}."
    )
    if kept.sharing:
        stay = "stays as it is" if kept.sharing == 1 else "stay as they are"
        lines.append(f"{_count(kept.sharing, 'other customer')} with the same phone {stay}.")
    lines.append("Events, facts and totals stay.")
    return lines


def _who(person: "Person") -> str:
    customers = sorted(person.customers)
    shown = ", ".join(f"customer-{one}" for one in customers[:LISTED])
    more = f" and {len(customers) - LISTED} more" if len(customers) > LISTED else ""
    calls = _anonymous(person)
    said = f"{_count(calls, 'anonymous stream')} from the same phone" if calls else ""
    return " with ".join(part for part in (shown + more, said) if part)


def _anonymous(person: "Person") -> int:
    streams = [one for one in person.found.subjects if "-" in one.partition(":")[0]]
    own = [one for one in streams if not one.startswith("customer-")]
    return len(person.found.anonymous) + (len(own) if not person.customers else 0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print_erased_before(person: "Person", arguments: argparse.Namespace, console: Console) -> None:
    if arguments.format == "json":
        console.document({"status": "erased_before", "customers": sorted(person.customers)})
    else:
        console.say(f"{_who(person) or 'Whoever had this id'} was erased before; nothing is left to do.")


def _print(erased: "Erased", arguments: argparse.Namespace, console: Console) -> None:
    if arguments.format == "json":
        console.document(as_document(erased))
        return
    gone = erased.destroyed
    console.say(f"Erased: {_who(erased.person)}.")
    console.say(
        f"{_count(erased.told, 'event')} told; destroyed {_count(gone.keys, 'key')}, "
        f"{_count(gone.terms, 'search term')}, {_count(gone.rejects, 'rejected row')}; "
        f"{_count(gone.aliases, 'personal id')} will be known as erased when a file brings it again."
    )


def as_document(erased: "Erased") -> dict[str, Any]:
    """The account as plain data."""
    return {
        "status": "erased",
        "customers": sorted(erased.person.customers),
        "anonymous_streams": _anonymous(erased.person),
        "events": erased.told,
        "sharing_a_phone": erased.person.kept.sharing,
        **erased.destroyed._asdict(),
    }
