"""To which repair shops the cars of a brand go: the policy of a day, which metrics read and nothing enforces.

```yaml
- {kind: repair_routing, name: motor, valid_from: 2011-07-01, body: {volkswagen: ["desk:shop-3"]}}
```
"""

from datetime import date

from domain.organisation.rule_bodies import RepairRouting
from domain.organisation.rules import RuleBook

REPAIR_ROUTING = "repair_routing"
MOTOR = "motor"


def shops_for(brand: str, *, rules: RuleBook, on: date) -> frozenset[str]:
    """Find the shops that repair a brand under the policy of a day; none where it names no such brand."""
    nowhere: RepairRouting = {}
    routing = rules.read(REPAIR_ROUTING, MOTOR, on=on, body_type=RepairRouting, default=nowhere)
    return routing.get(brand, frozenset())
