"""One row per customer: who it is (as ciphertext), who looks after it, whether it left."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Last, Row, Sum


class Customer(Row, stream="customer", name="customers", version=3):
    """A customer; name, phone and id_number hold ciphertext."""

    INDEXES = (("registered_at",),)

    customer: Annotated[str, Key()]
    name: Annotated[str | None, Last("customer.registered")]
    """The customer's name, sealed; null once erased or where no source told it."""
    phone: Annotated[str | None, Last("customer.registered")]
    """The customer's phone number, sealed."""
    id_number: Annotated[str | None, Last("customer.registered")]
    """The number of the customer's identity document, sealed."""
    registered_at: Annotated[datetime | None, First("customer.registered", field="occurred_at")]
    customer_id: Annotated[str | None, First("customer.registered", field=OWN_ID)]
    """The customer, as other rows name them: the stream id without `customer-`."""
    unit: Annotated[str | None, First("customer.registered")]
    tier: Annotated[str | None, First("customer.registered")]
    """The tier as the source said it at the first registration."""
    linked_to: Annotated[str | None, Last("customer.linked", field="to")]
    """Another pseudonym of the same person, as told last; null where none was."""
    manager_a: Annotated[
        str | None, Last("customer.manager_assigned", field="manager_id", where=(("role", "A"),))
    ]
    manager_b: Annotated[
        str | None, Last("customer.manager_assigned", field="manager_id", where=(("role", "B"),))
    ]
    contracts_signed: Annotated[int | None, Sum({"customer.contract_signed": 1})]
    """How often a contract was signed; null if never."""
    contracts_ended: Annotated[int | None, Sum({"customer.contract_ended": 1})]
    """How often a contract ended; null if never."""
    contacts: Annotated[int | None, Sum({"customer.contacted": 1})]
    """How often the organisation reached out to the customer; null if never."""
    last_contacted_at: Annotated[datetime | None, Last("customer.contacted", field="occurred_at")]
    churned_at: Annotated[
        datetime | None, Last("customer.churned", field="occurred_at", cleared_by=("customer.won_back",))
    ]
    """When the customer left last; null of whoever is here, or was won back."""
    churn_reason: Annotated[
        str | None, Last("customer.churned", field="reason", cleared_by=("customer.won_back",))
    ]
    won_back_at: Annotated[datetime | None, Last("customer.won_back", field="occurred_at")]
    """When the customer was last won back; null if never."""
    number_released_at: Annotated[datetime | None, Last("customer.number_released", field="occurred_at")]
    """When the number was last given back; whoever has it next is somebody else."""
    erased_at: Annotated[datetime | None, Last("customer.erased", field="occurred_at")]
    """When the person was forgotten; null if never."""
