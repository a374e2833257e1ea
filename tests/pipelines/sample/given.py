"""Given an organisation's file, the events that its mapping tells of it, without a store."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl

from pipelines.ingest.chunks import ChunkMaker, Made
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.doors import ForgetfulDoor
from pipelines.ingest.reading import open_records
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from pipelines.sample.write import Written, write_sample

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SHARED_FIGURES = Path(__file__).parents[4] / "shared" / "year-end-figures.yaml"


def request_for(out: Path, *, scale: str = "1", seed: int = 7, year: int = 2025) -> Request:
    return Request(year=year, seed=seed, scale=Fraction(scale), out=out)


def written(organisation: str, request: Request, *, only: str | None = None) -> list[Written]:
    return list(write_sample(ORGANISATIONS[organisation], request, only=only))


@dataclass(frozen=True, kw_only=True)
class Told:
    """The events of one file [topic, originator_id, state as text], and the reasons of its rejects."""

    events: pl.DataFrame
    rejects: list[str]

    def of(self, topic: str, *fields: str) -> pl.DataFrame:
        """Named fields of the events of a topic, as text; whole ones where they are numbers."""
        path = [pl.col("state").str.json_path_match(f"$.{name}").alias(name) for name in fields]
        return self.events.filter(pl.col("topic") == topic).select("originator_id", *path)

    def count(self, topic: str, **fields: object) -> int:
        """How many events of a topic have these values."""
        wanted = pl.all_horizontal(True, *(pl.col(name) == str(value) for name, value in fields.items()))
        return self.of(topic, *fields).filter(wanted).height

    def days(self) -> tuple[str, str]:
        """The first and the last moment of all events, UTC, to the second."""
        moments = self.events["state"].str.slice(len('{"occurred_at":"'), 19)
        return str(moments.min()), str(moments.max())

    def total(self, topic: str, field: str) -> int:
        """The sum of a whole field."""
        return int(self.of(topic, field)[field].cast(pl.Int64).sum())


def made_of(path: Path, mapping: Path) -> Iterator[Made]:
    """The chunks that a mapping makes of a written file."""
    plan = read_mapping(mapping)
    records = open_records(path, plan)
    return ChunkMaker(records, plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=lambda: NOW).make_all()


def told(one: Written) -> Told:
    """Everything that a written file tells."""
    events, rejects = [], []
    for made in made_of(one.path, one.mapping):
        events.append(made.chunk.events.select("topic", "originator_id", pl.col("state").cast(pl.String)))
        rejects.extend(made.rejects["\0reason"].to_list())
    nothing = pl.DataFrame(schema={"topic": pl.String, "originator_id": pl.String, "state": pl.String})
    return Told(events=pl.concat([nothing, *events]), rejects=rejects)
