"""A message on its way to the log: the mapping that takes it, and the cells that the mapping reads."""

from dataclasses import dataclass

from pipelines.ingest.plan import Plan
from pipelines.ingest.reading.json_cells import Unusable
from pipelines.messages.answers import Answer
from pipelines.messages.cloud_events import NotTold, Told
from pipelines.messages.mappings import Plans

LARGEST_EVENT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A record that a mapping takes; `cells` are those of the mapping's columns, in their order."""

    id: str
    source: str
    plan: Plan
    cells: list[str | None]


def order_for(message: Told | NotTold, plans: Plans) -> Order | Answer:
    """The order for a message, or the answer where there can be none."""
    if isinstance(message, NotTold):
        return _rejected(message, reason=message.reason, detail=message.detail)
    plan = plans.get(message.type)
    if plan is None:
        return _unknown(message, plans)
    try:
        cells = message.cells(plan.columns)
    except Unusable as unusable:
        return _rejected(message, reason="unreadable", detail=str(unusable))
    if sum(len(cell) for cell in cells if cell is not None) > LARGEST_EVENT:
        return _rejected(message, reason="too_large", detail=f"is larger than {LARGEST_EVENT >> 20} MiB")
    return Order(id=message.id, source=message.source, plan=plan, cells=cells)


def _rejected(message: Told | NotTold, *, reason: str, detail: str) -> Answer:
    return Answer(id=message.id, source=message.source, status="rejected", reason=reason, detail=detail)


def _unknown(message: Told, plans: Plans) -> Answer:
    known = ", ".join(sorted(plans)) or "none"
    return Answer(
        id=message.id,
        source=message.source,
        status="refused",
        reason="unknown_type",
        detail=f"no mapping takes messages of the type {message.type!r}; known are {known}",
    )
