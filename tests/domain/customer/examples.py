"""An accepted example of every command on a customer, and the events that they stand on."""

from datetime import date
from decimal import Decimal

from domain.campaign import CampaignLaunched
from domain.customer import CustomerCampaignAssigned, CustomerChurned, CustomerDissatisfied
from domain.customer.commands import (
    AssignCustomerManager,
    AssignCustomerToCampaign,
    ChangeCustomerConsent,
    ChooseCustomerAsCase,
    ClassifyCustomer,
    ContactCustomer,
    EndCustomerContract,
    EraseCustomer,
    LinkCustomer,
    RecordCustomerCampaignResponse,
    RecordCustomerChurn,
    RecordCustomerDissatisfaction,
    RecordCustomerRating,
    RecordCustomerUsage,
    RegisterCustomer,
    ReleaseCustomerNumber,
    RepairCustomer,
    RequestCustomerRating,
    SignCustomerContract,
    TakeCustomerRetentionAction,
    WarnOfCustomer,
    WinBackCustomer,
)
from domain.customer.events import CustomerContractSigned
from tests.examples import CAMPAIGN, CUSTOMER_ID, registered, told
from tests.given import CommandExample

spring = told(CampaignLaunched, kind="offer", control_share=100_000)
signed = told(CustomerContractSigned, contract_id="c1", product="5g")
dissatisfied = told(CustomerDissatisfied, process="repair", reason="slow")
treated = told(CustomerCampaignAssigned, campaign_id=CAMPAIGN, arm="treated")

register = RegisterCustomer(originator_id=CUSTOMER_ID, name="v1:a", phone="v1:b", id_number="v1:c")
classify = ClassifyCustomer(originator_id=CUSTOMER_ID, scheme="value", value="high")
link = LinkCustomer(originator_id=CUSTOMER_ID, to="p:fedcba9876543210fedcba9876543210")
sign = SignCustomerContract(originator_id=CUSTOMER_ID, contract_id="c1", product="5g")
end = EndCustomerContract(originator_id=CUSTOMER_ID, contract_id="c1")
use = RecordCustomerUsage(
    originator_id=CUSTOMER_ID, period_start=date(2026, 1, 1), period_end=date(2026, 2, 1), spend=Decimal(88)
)
warn = WarnOfCustomer(originator_id=CUSTOMER_ID, kind="usage_falling")
look_after = AssignCustomerManager(originator_id=CUSTOMER_ID, role="A", manager_id="desk:liu")
contact = ContactCustomer(originator_id=CUSTOMER_ID, channel="phone", purpose="retention")
retain = TakeCustomerRetentionAction(originator_id=CUSTOMER_ID, kind="discount")
ask = RequestCustomerRating(originator_id=CUSTOMER_ID, rating_id="r1", survey="mutual")
rate = RecordCustomerRating(
    originator_id=CUSTOMER_ID, rating_id="r1", survey="mutual", process="repair", score=Decimal(9), scale=10
)
complain = RecordCustomerDissatisfaction(originator_id=CUSTOMER_ID, process="repair", reason="slow")
repair = RepairCustomer(originator_id=CUSTOMER_ID, how="apology")
consent = ChangeCustomerConsent(originator_id=CUSTOMER_ID, purpose="marketing", granted=True, basis="opt_in")
choose = ChooseCustomerAsCase(originator_id=CUSTOMER_ID, library="retention")
treat = AssignCustomerToCampaign(originator_id=CUSTOMER_ID, campaign_id=CAMPAIGN, arm="treated")
respond = RecordCustomerCampaignResponse(originator_id=CUSTOMER_ID, campaign_id=CAMPAIGN, answer="interested")
release = ReleaseCustomerNumber(originator_id=CUSTOMER_ID)
churn = RecordCustomerChurn(originator_id=CUSTOMER_ID, reason="price")
win_back = WinBackCustomer(originator_id=CUSTOMER_ID)
erase = EraseCustomer(originator_id=CUSTOMER_ID)

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=register),
    CommandExample(command=classify),
    CommandExample(command=link),
    CommandExample(command=sign),
    CommandExample(command=end, given=(signed,)),
    CommandExample(command=use),
    CommandExample(command=warn, again="done"),
    CommandExample(command=look_after),
    CommandExample(command=contact, given=(registered,), again="done"),
    CommandExample(command=retain, again="done"),
    CommandExample(command=ask),
    CommandExample(command=rate),
    CommandExample(command=complain, again="done"),
    CommandExample(command=repair, given=(dissatisfied,), again="refused"),
    CommandExample(command=consent),
    CommandExample(command=choose),
    CommandExample(command=treat, others=(spring,)),
    CommandExample(command=respond, given=(treated,), again="done"),
    CommandExample(command=release),
    CommandExample(command=churn),
    CommandExample(command=win_back, given=(told(CustomerChurned),)),
    CommandExample(command=erase),
)
