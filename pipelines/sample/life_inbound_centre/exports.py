"""Every file of the inbound centre, in the order in which they are best taken in."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.sample.files import Csv, Excel, Form, NdJson, SampleFile
from pipelines.sample.life_inbound_centre.calls import agent_day_rows, call_rows
from pipelines.sample.life_inbound_centre.staff import staff_rows
from pipelines.sample.life_inbound_centre.targets import target_rows
from pipelines.sample.request import Request

MAPPINGS = Path(__file__).parents[2] / "mappings" / "life_inbound_centre"

FILES_AND_ROWS: tuple[tuple[str, Callable[[Request], Iterator[pl.DataFrame]], Form], ...] = (
    ("targets.xlsx", target_rows, Excel(sheet="考核指标")),
    ("staff.csv", staff_rows, Csv(encoding="gb18030")),
    ("calls.csv.gz", call_rows, Csv(compression="gzip")),
    ("agent_days.ndjson", agent_day_rows, NdJson()),
)


def files(request: Request) -> Sequence[SampleFile]:
    """The files for a request; nothing is made before their rows are asked for."""
    return tuple(
        SampleFile(
            name=name,
            mapping=MAPPINGS / f"{name.partition('.')[0]}.yaml",
            frames=partial(rows, request),
            form=form,
        )
        for name, rows, form in FILES_AND_ROWS
    )
