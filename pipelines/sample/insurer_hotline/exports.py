"""Every file of the insurer, in the order in which they are best taken in."""

from pipelines.sample.files import Csv, Excel, Export, NdJson
from pipelines.sample.insurer_hotline.callbacks import callback_rows
from pipelines.sample.insurer_hotline.calls import call_rows
from pipelines.sample.insurer_hotline.claim_steps import claim_step_rows
from pipelines.sample.insurer_hotline.claims import claim_rows
from pipelines.sample.insurer_hotline.customers import key_customer_rows
from pipelines.sample.insurer_hotline.delegations import delegation_rows
from pipelines.sample.insurer_hotline.petitions import petition_rows
from pipelines.sample.insurer_hotline.policies import policy_rows
from pipelines.sample.insurer_hotline.reviews import review_rows
from pipelines.sample.insurer_hotline.staff import staff_rows
from pipelines.sample.insurer_hotline.units import unit_rows

FILES: tuple[Export, ...] = (
    ("units.csv", unit_rows, Csv()),
    ("staff.xlsx", staff_rows, Excel(sheet="人员变动")),
    ("policies.csv", policy_rows, Csv()),
    ("key_customers.csv", key_customer_rows, Csv()),
    ("calls.csv", call_rows, Csv()),
    ("claims.csv", claim_rows, Csv(encoding="gb18030")),
    ("claim_steps.csv.gz", claim_step_rows, Csv(compression="gzip")),
    ("delegated_surveys.xlsx", delegation_rows, Excel(sheet="双代台账")),
    ("callbacks.ndjson", callback_rows, NdJson()),
    ("petitions.csv", petition_rows, Csv(encoding="gb18030")),
    ("quality_reviews.csv", review_rows, Csv()),
)
