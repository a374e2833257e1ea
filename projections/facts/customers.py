"""One row per customer: who it is (as ciphertext), who looks after it, whether it left."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Last, Row, Sum


class Customer(Row, stream="customer", name="customers", version=3):
    """A customer; name, phone and id_number hold ciphertext."""

    INDEXES = (("registered_at",),)

    customer: Annotated[str, Key()]
    name: Annotated[str | None, Last("customer.registered")]
    phone: Annotated[str | None, Last("customer.registered")]
    id_number: Annotated[str | None, Last("customer.registered")]
    registered_at: Annotated[datetime | None, First("customer.registered", field="occurred_at")]
    customer_id: Annotated[str | None, First("customer.registered", field=OWN_ID)]
    unit: Annotated[str | None, First("customer.registered")]
    tier: Annotated[str | None, First("customer.registered")]
    linked_to: Annotated[str | None, Last("customer.linked", field="to")]
    manager_a: Annotated[
        str | None, Last("customer.manager_assigned", field="manager_id", where=(("role", "A"),))
    ]
    manager_b: Annotated[
        str | None, Last("customer.manager_assigned", field="manager_id", where=(("role", "B"),))
    ]
    contracts_signed: Annotated[int | None, Sum({"customer.contract_signed": 1})]
    contracts_ended: Annotated[int | None, Sum({"customer.contract_ended": 1})]
    contacts: Annotated[int | None, Sum({"customer.contacted": 1})]
    last_contacted_at: Annotated[datetime | None, Last("customer.contacted", field="occurred_at")]
    churned_at: Annotated[
        datetime | None, Last("customer.churned", field="occurred_at", cleared_by=("customer.won_back",))
    ]
    churn_reason: Annotated[
        str | None, Last("customer.churned", field="reason", cleared_by=("customer.won_back",))
    ]
    won_back_at: Annotated[datetime | None, Last("customer.won_back", field="occurred_at")]
    number_released_at: Annotated[datetime | None, Last("customer.number_released", field="occurred_at")]
    erased_at: Annotated[datetime | None, Last("customer.erased", field="occurred_at")]
