"""Facts of which the log tells nothing: their tables stay, and all their checkpoints move at once."""

from collections.abc import Sequence

from infra.event_store.log import EventLog
from projections.facts.spec import FactSpec
from projections.runner.batch import Batch, Streams
from projections.runner.projector import BATCH
from projections.storage.checkpoints import lock_checkpoints, set_places
from projections.storage.database import Database
from projections.storage.organisation import note_zone, organisation_zone
from projections.storage.rule_books import note_rules
from projections.storage.tables import empty_facts, having_their_columns, sum_types


def leave_idle(database: Database, log: EventLog, untold: Sequence[FactSpec], *, upto: int) -> dict[str, int]:
    """Serve the empty tables of facts of which nothing is told up to `upto`; gives the positions reached.

    A fact whose tables are not empty, or lack a column, or of which something was told since, is not among
    them: it is built like any other.
    """
    with database.transaction():
        lock_checkpoints(database, [spec.name for spec in untold])
        reached, idle = _idle(database, log, untold, upto=upto)
        set_places(database, {spec.name: spec.version for spec in idle}, position=reached)
        note_zone(
            database, *(spec for spec in idle if sum_types(spec.name)), zone=organisation_zone(database)
        )
        for spec in idle:
            if spec.rules:
                note_rules(database, spec)
    return {spec.name: reached for spec in idle}


def _idle(
    database: Database, log: EventLog, untold: Sequence[FactSpec], *, upto: int
) -> tuple[int, list[FactSpec]]:
    sound = set(having_their_columns(database, untold)) & set(empty_facts(database, untold))
    highest = log.highest()
    tail = log.read(upto, highest, BATCH)
    if tail.height == BATCH:
        return upto, []
    streams = Streams(Batch(log=tail, after=upto, upto=highest), untold)
    return highest, [spec for spec in untold if spec.name in sound and not streams.touches(spec)]
