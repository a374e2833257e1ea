"""Every file of the newspaper's hotline, in the order in which they are best taken in."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.sample.files import Csv, Excel, Form, NdJson, SampleFile
from pipelines.sample.newspaper_hotline.complaints import complaint_rows, follow_up_rows, penalty_rows
from pipelines.sample.newspaper_hotline.requests import request_rows
from pipelines.sample.newspaper_hotline.stations import copy_rows, station_rows
from pipelines.sample.request import Request

MAPPINGS = Path(__file__).parents[2] / "mappings" / "newspaper_hotline"

FILES_AND_ROWS: tuple[tuple[str, Callable[[Request], Iterator[pl.DataFrame]], Form], ...] = (
    ("stations.csv", station_rows, Csv()),
    ("copies.csv", copy_rows, Csv(encoding="gb18030")),
    ("complaints.csv", complaint_rows, Csv(encoding="gb18030")),
    ("follow_ups.csv.gz", follow_up_rows, Csv(encoding="gb18030", compression="gzip")),
    ("penalties.xlsx", penalty_rows, Excel(sheet="处罚")),
    ("requests.ndjson.zst", request_rows, NdJson(compression="zstd")),
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
