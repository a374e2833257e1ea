"""What an answer showed of whom, noted while it is made: the trail of the request is written of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Looks:
    """Rows read by dataset, kinds of personal text shown in the open and of whom, and commands told."""

    rows: dict[str, int] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)
    is_export: bool = False

    def read(self, dataset: str, rows: int) -> None:
        self.rows[dataset] = self.rows.get(dataset, 0) + rows

    def opened(self, kinds: Iterable[str], customers: Iterable[str | None]) -> None:
        """Personal text was shown in the open, of these customers."""
        self.kinds.update(kinds)
        self.customers.update(one.removeprefix("customer-") for one in customers if one)

    def looked_at(self, customer_id: str) -> None:
        """Somebody was asked for by name: a customer, or whose membership it is."""
        self.customers.add(customer_id)

    @property
    def is_personal(self) -> bool:
        """Whether this may not be answered unless it is on record."""
        return bool(self.kinds or self.customers or self.is_export)
