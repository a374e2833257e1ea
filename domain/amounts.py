"""Checks of amounts of money that commands of several streams share, each with the refusal it raises."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import DomainError
from domain.telling import Command


@dataclass(kw_only=True)
class AmountNegative(DomainError):
    """An amount is zero or more."""

    originator_id: str
    field: str
    amount: Decimal


@dataclass(kw_only=True)
class AmountNotPositive(DomainError):
    """Money that changes hands is more than nothing."""

    originator_id: str
    field: str
    amount: Decimal


def check_not_negative(command: Command, *, field: str) -> None:
    """Refuse an amount below zero; none told is no amount."""
    amount: Decimal | None = getattr(command, field)
    if amount is not None and amount < 0:
        raise AmountNegative(originator_id=command.originator_id, field=field, amount=amount)


def check_positive(command: Command, *, field: str) -> None:
    """Refuse an amount of nothing or less."""
    amount: Decimal = getattr(command, field)
    if amount <= 0:
        raise AmountNotPositive(originator_id=command.originator_id, field=field, amount=amount)
