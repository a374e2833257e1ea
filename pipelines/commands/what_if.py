"""`kefu what-if --programme FILE.yaml|NAME`: who would have moved, when, and the points at stake."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.commands.questions import moment_in
from pipelines.commands.usage import BadUsage, Failed, day_or_moment, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from domain.member.comparison import Comparison
    from domain.member.trial import Reading
    from domain.member.what_if import Points, TierStep, WhatIf
    from domain.organisation.rules import RuleBook
    from pipelines.what_if import Asked

SHOWN = 20
SHOWN_POINTS = ("earned", "expired", "balance")
FLAT = (
    *("member", "tier", "would", "moved", "would_move"),
    *(name for points in SHOWN_POINTS for name in (points, f"would_{points}")),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--programme",
        required=True,
        metavar="FILE|NAME",
        help="a programme in a YAML file, or one configured",
    )
    parser.add_argument(
        "--member", action="append", metavar="ID", help="only this member; repeatable (default: all)"
    )
    parser.add_argument("--as-of", type=day_or_moment, metavar="T", help="only what had happened before T")
    parser.add_argument(
        "--known-at", type=day_or_moment, metavar="T", help="only what was on record before T"
    )
    parser.add_argument("--limit", type=whole_number, default=SHOWN, help=f"members shown (default {SHOWN})")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.histories import rules_of
    from pipelines.stores import open_store
    from pipelines.what_if import Asked, compare

    now = console.clock()
    with open_store(console.settings(arguments.store)) as store:
        with store.log() as log:
            position = log.highest()
            rules = rules_of(log, position=position)
        zone = rules.zone(on=now.date())
        asked = Asked(
            other=_programme(arguments.programme, rules),
            as_of=moment_in(arguments.as_of, zone=str(zone)) or now,
            known_at=moment_in(arguments.known_at, zone=str(zone)) or now,
            position=position,
            members=_members(arguments.member),
            page_size=arguments.limit,
        )
        with _members_done(console) as on_members:
            found = compare(store, rules, asked, on_members=on_members)
    if asked.members is not None and found.members < len(asked.members):
        raise Failed(f"{len(asked.members) - found.members} of these members have no history by then.")
    _show(_document(found, arguments.programme, asked, zone=zone), arguments.format, console)
    return 0


def _programme(asked: str, rules: "RuleBook") -> "Reading":
    from domain.organisation.programme_in_force import PROGRAMME
    from pipelines.what_if import reading_of, reading_of_file

    if asked in rules.names(PROGRAMME):
        return reading_of(rules, asked)
    path = Path(asked)
    if path.suffix in (".yaml", ".yml"):
        return reading_of_file(path, rules)
    known = ", ".join(rules.names(PROGRAMME)) or "none"
    raise BadUsage(f"--programme {asked!r} is no .yaml file, and not configured (configured: {known}).")


def _members(asked: list[str] | None) -> list[str] | None:
    if asked is None:
        return None
    whole = (member if member.startswith("member-") else f"member-{member}" for member in asked)
    return list(dict.fromkeys(whole))


def _document(found: "Comparison", programme: str, asked: "Asked", *, zone: "ZoneInfo") -> dict[str, Any]:
    tiers = sorted(found.tiers.items(), key=lambda one: str(one[0]))
    return {
        "programme": programme,
        "as_of": asked.as_of.astimezone(zone).isoformat(),
        "known_at": asked.known_at.astimezone(zone).isoformat(),
        "position": asked.position,
        "members": found.members,
        "otherwise": found.otherwise,
        "moving_otherwise": found.moving_otherwise,
        "as_told": found.as_told,
        "points": _points(found.happened, found.would),
        "tiers": [{"tier": tier, "would": would, "members": count} for (tier, would), count in tiers],
        "page": [_row(member, one, zone) for member, one in found.page],
    }


def _points(happened: "Points", would: "Points") -> list[dict[str, Any]]:
    return [
        {
            "points": name,
            "happened": _number(getattr(happened, name)),
            "would": _number(getattr(would, name)),
            "difference": _number(getattr(would, name) - getattr(happened, name)),
        }
        for name in happened.__struct_fields__
    ]


def _row(member: str, found: "WhatIf", zone: "ZoneInfo") -> dict[str, Any]:
    return {
        "member": member.removeprefix("member-"),
        "tier": found.happened.tier,
        "would": found.would.tier,
        "moved": [_step(step, zone) for step in found.happened.steps],
        "would_move": [_step(step, zone) for step in found.would.steps],
        "as_told": found.as_told,
        "points": _points(found.happened.points, found.would.points),
    }


def _step(step: "TierStep", zone: "ZoneInfo") -> dict[str, str]:
    at = step.at.astimezone(zone).isoformat()
    return {"at": at, "from_tier": step.from_tier, "to_tier": step.to_tier}


def _number(value: "Decimal") -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _show(document: dict[str, Any], form: str, console: Console) -> None:
    from pipelines.commands.tables import print_csv, print_table

    rows = [_flat(row) for row in document["page"]]
    if form == "json":
        console.document(document)
    elif form == "csv":
        print_csv(rows, console, columns=FLAT)
    else:
        console.say(_sentence(document))
        console.say()
        print_table(document["points"], console, columns=("points", "happened", "would", "difference"))
        console.say()
        print_table(document["tiers"], console, columns=("tier", "would", "members"))
        if rows:
            console.say()
            console.say(f"Most concerned, {len(rows)} of {document['otherwise']}:")
            print_table(rows, console, columns=FLAT)


def _sentence(document: dict[str, Any]) -> str:
    left = f" Earnings left as they were told, since nobody can tell their base: {document['as_told']}."
    return (
        f"Under {document['programme']}, as of {document['as_of']} (known at {document['known_at']}, position"
        f" {document['position']}): of {document['members']} members {document['otherwise']} would stand"
        f" otherwise, {document['moving_otherwise']} would have moved otherwise."
        f"{left if document['as_told'] else ''}"
    )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A member on one line: moves as days, and the points that differ most often."""
    points = {one["points"]: one for one in row["points"]}
    return {
        **{name: row[name] for name in ("member", "tier", "would")},
        **{name: "; ".join(map(_told, row[name])) for name in ("moved", "would_move")},
        **{name: points[name]["happened"] for name in SHOWN_POINTS},
        **{f"would_{name}": points[name]["would"] for name in SHOWN_POINTS},
    }


def _told(step: dict[str, str]) -> str:
    return f"{step['at'][:10]} {step['to_tier']}"


@contextmanager
def _members_done(console: Console) -> Iterator[Callable[[int], None]]:
    """A count of members and how many a second, on a terminal only."""
    if not console.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress, TextColumn

    columns = (TextColumn("{task.completed:.0f} members, {task.speed:.0f} a second"),)
    with Progress(*columns, console=Terminal(file=console.stderr), transient=True) as bar:
        task = bar.add_task("what-if", total=None)
        yield lambda members: bar.update(task, completed=members)
