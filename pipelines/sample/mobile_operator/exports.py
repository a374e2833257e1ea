"""The branch's files in the order in which they are best taken in, with their forms and mappings."""

from pipelines.sample.files import Csv, Excel, Export, NdJson, Parquet
from pipelines.sample.mobile_operator.campaigns import (
    assignment_frames,
    campaign_frames,
    consent_frames,
    contact_frames,
)
from pipelines.sample.mobile_operator.clubs import partner_frames
from pipelines.sample.mobile_operator.complaints import complaint_frames
from pipelines.sample.mobile_operator.contracts import contract_frames
from pipelines.sample.mobile_operator.customers import (
    customer_frames,
    link_frames,
    manager_frames,
    value_frames,
)
from pipelines.sample.mobile_operator.departures import departure_frames, warning_frames
from pipelines.sample.mobile_operator.members import member_frames, point_frames
from pipelines.sample.mobile_operator.network import inspection_frames, staff_frames, unit_frames
from pipelines.sample.mobile_operator.ratings import rating_frames, repair_frames, survey_frames
from pipelines.sample.mobile_operator.service import line_call_frames, notice_frames
from pipelines.sample.mobile_operator.targets import target_frames
from pipelines.sample.mobile_operator.usage import usage_frames
from pipelines.sample.mobile_operator.visits import visit_frames
from pipelines.sample.mobile_operator.volumes import volume_frames

CHINESE = Csv(encoding="gb18030")
PACKED = Csv(compression="zstd")

FILES: tuple[Export, ...] = (
    ("units.csv", unit_frames, CHINESE),
    ("staff.csv", staff_frames, CHINESE),
    ("inspections.csv", inspection_frames, Csv()),
    ("volumes.csv", volume_frames, CHINESE),
    ("targets.xlsx", target_frames, Excel(sheet="指标")),
    ("customers.csv.gz", customer_frames, Csv(encoding="gb18030", compression="gzip")),
    ("links.csv", link_frames, Csv()),
    ("values.csv.zst", value_frames, PACKED),
    ("managers.csv.zst", manager_frames, PACKED),
    ("consents.csv", consent_frames, CHINESE),
    ("usage.parquet", usage_frames, Parquet()),
    ("contracts.csv.zst", contract_frames, PACKED),
    ("campaigns.csv", campaign_frames, CHINESE),
    ("assignments.csv.zst", assignment_frames, PACKED),
    ("contacts.csv.zst", contact_frames, PACKED),
    ("notices.csv.zst", notice_frames, PACKED),
    ("partners.xlsx", partner_frames, Excel(sheet="联盟")),
    ("members.csv.zst", member_frames, PACKED),
    ("points.csv.zst", point_frames, PACKED),
    ("visits.csv", visit_frames, CHINESE),
    ("line_calls.csv.gz", line_call_frames, Csv(compression="gzip")),
    ("complaints.csv", complaint_frames, CHINESE),
    ("ratings.csv", rating_frames, CHINESE),
    ("repairs.csv", repair_frames, CHINESE),
    ("surveys.ndjson", survey_frames, NdJson()),
    ("warnings.ndjson.gz", warning_frames, NdJson(compression="gzip")),
    ("departures.csv", departure_frames, CHINESE),
)
