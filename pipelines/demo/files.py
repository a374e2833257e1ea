"""The sample files written to a folder, and the mappings that read them."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.demo.calls import make_calls, span_days
from pipelines.demo.complaints import make_complaints
from pipelines.demo.dice import Dice
from pipelines.demo.volumes import make_volumes

MAPPINGS = Path(__file__).parent.parent / "mappings"


@dataclass(frozen=True, kw_only=True)
class DemoFiles:
    """Where the three files are."""

    calls: Path
    complaints: Path
    volumes: Path

    def with_mappings(self) -> tuple[tuple[Path, Path], ...]:
        """Each file with the mapping that reads it, in the order to ingest them."""
        return (
            (self.volumes, MAPPINGS / "demo_volumes.yaml"),
            (self.calls, MAPPINGS / "demo_calls.yaml"),
            (self.complaints, MAPPINGS / "demo_complaints.yaml"),
        )


def write_demo_files(folder: Path, *, calls: int, seed: int) -> DemoFiles:
    """Write calls.csv, complaints.csv and volumes.csv: the same bytes for the same size and seed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = make_calls(calls, dice=Dice(seed))
    return DemoFiles(
        calls=_written(made, folder / "calls.csv"),
        complaints=_written(make_complaints(made, dice=Dice(seed + 1)), folder / "complaints.csv"),
        volumes=_written(make_volumes(span_days(calls), dice=Dice(seed + 2)), folder / "volumes.csv"),
    )


def _written(frame: pl.DataFrame, path: Path) -> Path:
    frame.write_csv(path)
    return path
