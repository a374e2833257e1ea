"""Every file of the inbound centre, in the order in which they are best taken in."""

from pipelines.sample.files import Csv, Excel, Export, NdJson
from pipelines.sample.life_inbound_centre.calls import agent_day_rows, call_rows
from pipelines.sample.life_inbound_centre.staff import staff_rows
from pipelines.sample.life_inbound_centre.targets import target_rows

FILES: tuple[Export, ...] = (
    ("targets.xlsx", target_rows, Excel(sheet="考核指标")),
    ("staff.csv", staff_rows, Csv(encoding="gb18030")),
    ("calls.csv.gz", call_rows, Csv(compression="gzip")),
    ("agent_days.ndjson", agent_day_rows, NdJson()),
)
