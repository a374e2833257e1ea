"""Every file of the newspaper's hotline, in the order in which they are best taken in."""

from pipelines.sample.files import Csv, Excel, Export, NdJson
from pipelines.sample.newspaper_hotline.complaints import complaint_rows, follow_up_rows, penalty_rows
from pipelines.sample.newspaper_hotline.requests import request_rows
from pipelines.sample.newspaper_hotline.stations import copy_rows, station_rows

FILES: tuple[Export, ...] = (
    ("stations.csv", station_rows, Csv()),
    ("copies.csv", copy_rows, Csv(encoding="gb18030")),
    ("complaints.csv", complaint_rows, Csv(encoding="gb18030")),
    ("follow_ups.csv.gz", follow_up_rows, Csv(encoding="gb18030", compression="gzip")),
    ("penalties.xlsx", penalty_rows, Excel(sheet="处罚")),
    ("requests.ndjson.zst", request_rows, NdJson(compression="zstd")),
)
