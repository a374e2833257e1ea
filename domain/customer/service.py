"""The commands on a customer, one method each."""

from domain.command_application import CommandApplication, Outcome
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


class CustomerCommands(CommandApplication):
    """What may be asked of a customer."""

    def register_customer(self, command: RegisterCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def classify_customer(self, command: ClassifyCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def link_customer(self, command: LinkCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def sign_customer_contract(self, command: SignCustomerContract, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def end_customer_contract(self, command: EndCustomerContract, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_usage(self, command: RecordCustomerUsage, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def warn_of_customer(self, command: WarnOfCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assign_customer_manager(self, command: AssignCustomerManager, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def contact_customer(self, command: ContactCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def take_customer_retention_action(
        self, command: TakeCustomerRetentionAction, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def request_customer_rating(self, command: RequestCustomerRating, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_rating(self, command: RecordCustomerRating, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_dissatisfaction(
        self, command: RecordCustomerDissatisfaction, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def repair_customer(self, command: RepairCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def change_customer_consent(self, command: ChangeCustomerConsent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def choose_customer_as_case(self, command: ChooseCustomerAsCase, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assign_customer_to_campaign(
        self, command: AssignCustomerToCampaign, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_campaign_response(
        self, command: RecordCustomerCampaignResponse, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def release_customer_number(self, command: ReleaseCustomerNumber, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_churn(self, command: RecordCustomerChurn, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def win_back_customer(self, command: WinBackCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def erase_customer(self, command: EraseCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
