"""Which department owns a business process (the "8+N" table): one dated rule per process.

```yaml
- {kind: process_owner, name: claim_payment, valid_from: 2011-07-01, body: "desk:claims"}
```
"""

from datetime import date

from domain.organisation.rules import RuleBook

PROCESS_OWNER = "process_owner"


def owner_of(process: str, *, rules: RuleBook, on: date) -> str | None:
    """Find the unit that owns a process on a day; None where nobody was named."""
    return rules.read(PROCESS_OWNER, process, on=on, body_type=str, default=None)
