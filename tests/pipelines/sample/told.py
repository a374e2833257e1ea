"""Every event that a sample's files would tell, by dry runs, and which rules their streams break."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from domain.broken_rules import BrokenRule, broken_rules
from domain.command_application import STREAM_OF_NAME
from domain.envelope import Event, stream_of
from domain.folding import fold_live
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import RuleBook, read_rules
from domain.topics import TOPICS
from pipelines.ingest.account import Account
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import rehearse
from pipelines.ingest.reading import open_records
from pipelines.organisation import read_organisation
from pipelines.sample.files import SampleFile
from pipelines.sample.request import Request
from pipelines.sample.writing import write_file
from tests.pipelines.sample.given import NOW, made_of, request_for


def ignore_rows(_: int) -> None:
    """Watch nothing."""


def rehearsed(file: SampleFile, folder: Path) -> Account:
    """What would become of a file's records in an empty store."""
    plan = read_mapping(file.mapping)
    path = write_file(file, folder, on_rows=ignore_rows)
    return rehearse(open_records(path, plan), plan, clock=lambda: NOW).account


def told_by(file: SampleFile, folder: Path) -> pl.DataFrame:
    """originator_id, topic, state (Binary) of every event of a file, in its order."""
    path = write_file(file, folder, on_rows=ignore_rows)
    return pl.concat([made.chunk.events.drop("record") for made in made_of(path, file.mapping)])


def fields_of(told: pl.DataFrame, topic: str, **dtypes: pl.DataType | type[pl.DataType]) -> pl.DataFrame:
    """The events of a topic with the named fields of their stored JSON."""
    of_topic = told.filter(pl.col("topic") == topic)
    texts = pl.col("state").cast(pl.String).str.json_decode(pl.Struct(dtypes))
    return of_topic.select("originator_id", texts.alias("state")).unnest("state")


@dataclass(frozen=True, kw_only=True)
class Told:
    """The histories that all files of a sample tell together, by stream."""

    histories: Mapping[str, Sequence[Event]]
    rules: RuleBook

    def broken(self) -> list[BrokenRule]:
        """Every rule that any stream breaks."""
        return [
            found
            for stream, events in self.histories.items()
            for found in broken_rules(
                events, stream=STREAM_OF_NAME[stream_of(stream)], rules=self.rules, read=self._states
            )
        ]

    def counted(self) -> Counter[tuple[str, str]]:
        """How often which rule is broken by which topic."""
        return Counter((found.topic, found.rule) for found in self.broken())

    def _states(self, streams: tuple[str, ...], at: datetime) -> Mapping[str, object]:
        return {stream: self._state(stream, at) for stream in streams}

    def _state(self, stream: str, at: datetime) -> object:
        kind = STREAM_OF_NAME[stream_of(stream)]
        events = [event for event in self.histories.get(stream, ()) if event.occurred_at < at]
        return fold_live(events, initial=kind.initial, evolve=kind.evolve)


def all_told(files: Sequence[SampleFile], folder: Path, *, rules: Path) -> Told:
    """Read every file into histories; fit for small scales only."""
    told = pl.concat([told_by(file, folder) for file in files]).sort("originator_id", maintain_order=True)
    histories: dict[str, list[Event]] = {}
    for stream, topic, state in told.iter_rows():
        events = histories.setdefault(stream, [])
        events.append(
            TOPICS[topic].from_json(state, originator_id=stream, originator_version=len(events) + 1)
        )
    return Told(histories=histories, rules=rules_in(rules))


def rules_in(path: Path) -> RuleBook:
    """The organisation's rules as its file writes them."""
    return read_rules(
        OrganisationConfigured(
            originator_id="organisation-kefu:organisation",
            originator_version=number,
            occurred_at=NOW,
            recorded_at=NOW,
            source="command",
            **rule._asdict(),
        )
        for number, rule in enumerate(read_organisation(path), start=1)
    )


def small(request_year: int, *, folder: Path, scale: str = "0.002", seed: int = 7) -> Request:
    """A request for a small sample."""
    return request_for(folder, scale=scale, seed=seed, year=request_year)
