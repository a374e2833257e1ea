"""`kefu metrics [NAME]`: what can be asked: every metric in every definition, in English and Chinese."""

import argparse
from typing import TYPE_CHECKING, Any

from pipelines.console import Console

if TYPE_CHECKING:
    from projections.metrics.definition import MetricDefinition

LISTED = ("metric", "definition", "name_en", "name_zh", "unit", "direction")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="all about the definitions of one metric")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.metric import show

    rows = [_row(definition) for definition in _definitions(arguments.name)]
    if arguments.name is None or arguments.format != "table":
        columns = LISTED if arguments.format == "table" else tuple(rows[0])
        show(rows, arguments.format, console, columns=columns)
        return 0
    for row in rows:
        _say(row, console)
    return 0


def _definitions(name: str | None) -> "tuple[MetricDefinition, ...]":
    from projections.metrics.definitions import METRICS, definitions_of

    return METRICS if name is None else definitions_of(name)


def _row(definition: "MetricDefinition") -> dict[str, Any]:
    from projections.metrics.askable import askable

    return {
        "metric": definition.metric,
        "definition": definition.id,
        "name_en": definition.name_en,
        "name_zh": definition.name_zh,
        "meaning": definition.meaning,
        "unit": definition.unit,
        "direction": definition.direction,
        "dimensions": list(askable(definition)),
        "held_whole": list(definition.held_whole),
        "ripens_after": None if definition.ripening is None else str(definition.ripening),
        "source": definition.source,
        "effective_from": _text(definition.effective_from),
        "effective_to": _text(definition.effective_to),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _say(row: dict[str, Any], console: Console) -> None:
    console.say(f"{row['metric']}.{row['definition']}  {row['name_en']}  {row['name_zh']}")
    console.say(f"  {row['meaning']}")
    console.say(f"  {row['unit']}, {row['direction']}; source: {row['source']}")
    console.say(f"  asked by: {', '.join(row['dimensions']) or 'nothing'}")
    for name in ("held_whole", "ripens_after", "effective_from", "effective_to"):
        if row[name]:
            value = ", ".join(row[name]) if isinstance(row[name], list) else row[name]
            console.say(f"  {name.replace('_', ' ')}: {value}")
    console.say()
