"""One row per signature and end of a contract: what ran at any moment, and until when it was to run."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

TURNS = {"customer.contract_signed": "signed", "customer.contract_ended": "ended"}


class ContractTurn(Row, stream="customer", name="contract_turns", version=1):
    """From `turned_at` a contract runs as `signed`, until it is signed again or `ended`."""

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    contract_id: Annotated[str | None, First(*TURNS)]
    turn: Annotated[str | None, First(TURNS)]
    """signed or ended."""
    product: Annotated[str | None, First(*TURNS)]
    bundle: Annotated[str | None, First(*TURNS)]
    ends_at: Annotated[datetime | None, First(*TURNS)]
    turned_at: Annotated[datetime | None, First(*TURNS, field="occurred_at")]
    """When it was signed, or ended."""
