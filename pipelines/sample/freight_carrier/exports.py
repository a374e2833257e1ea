"""The carrier's files in the order in which they are best taken in, with their forms and mappings."""

from pipelines.sample.files import Csv, Excel, Export, NdJson, Parquet
from pipelines.sample.freight_carrier.calls import call_frames
from pipelines.sample.freight_carrier.claim_files import (
    approval_frames,
    last_years_approval_frames,
    last_years_report_frames,
    last_years_settlement_frames,
    report_frames,
    settlement_frames,
)
from pipelines.sample.freight_carrier.desk import action_frames, case_frames
from pipelines.sample.freight_carrier.july import (
    july_case_frames,
    july_liability_frames,
    july_waybill_frames,
)
from pipelines.sample.freight_carrier.liability import liability_frames, stage_frames
from pipelines.sample.freight_carrier.network import staff_frames, unit_frames
from pipelines.sample.freight_carrier.orders import order_frames
from pipelines.sample.freight_carrier.shippers import shipper_frames
from pipelines.sample.freight_carrier.staff_complaints import staff_complaint_frames
from pipelines.sample.freight_carrier.targets import target_frames
from pipelines.sample.freight_carrier.volumes import income_frames, waybill_frames

FILES: tuple[Export, ...] = (
    ("units.xlsx", unit_frames, Excel(sheet="机构变更")),
    ("staff.csv", staff_frames, Csv()),
    ("shippers.csv", shipper_frames, Csv(encoding="utf-16-le")),
    ("waybills.csv", waybill_frames, Csv()),
    ("income.csv", income_frames, Csv()),
    ("targets.xlsx", target_frames, Excel(sheet="考核值")),
    ("calls.csv.gz", call_frames, Csv(encoding="gb18030", compression="gzip")),
    ("orders.csv", order_frames, Csv()),
    ("complaints.csv", case_frames, Csv(encoding="gb18030")),
    ("complaint_actions.ndjson.zst", action_frames, NdJson(compression="zstd")),
    ("complaint_stages.parquet", stage_frames, Parquet()),
    ("complaint_liability.csv", liability_frames, Csv()),
    ("staff_complaints.csv", staff_complaint_frames, Csv()),
    ("claim_reports-last_year.csv", last_years_report_frames, Csv(encoding="gb18030")),
    ("claim_approvals-last_year.xlsx", last_years_approval_frames, Excel(sheet="审批")),
    ("claim_settlements-last_year.csv", last_years_settlement_frames, Csv()),
    ("claim_reports.csv", report_frames, Csv(encoding="gb18030")),
    ("claim_approvals.xlsx", approval_frames, Excel(sheet="审批")),
    ("claim_settlements.csv", settlement_frames, Csv()),
    ("waybills-july.csv", july_waybill_frames, Csv()),
    ("complaints-july.csv", july_case_frames, Csv(encoding="gb18030")),
    ("complaint_liability-july.csv", july_liability_frames, Csv()),
)
