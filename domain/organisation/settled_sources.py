"""In whose streams what falls due is told here: those that commands tell, and sources named by a rule.

```yaml
- {kind: settled_sources, name: settled_sources, body: [command, old_points_system]}
```
"""

from datetime import date

from domain.organisation.rules import RuleBook

SettledSources = tuple[str, ...]

# As `domain.telling.COMMAND_SOURCE`, which a command's events have as their source.
DEFAULT_SETTLED_SOURCES: SettledSources = ("command",)


def settled_sources(rules: RuleBook, *, on: date) -> SettledSources:
    """List the sources whose streams the scheduled job settles.

    A stream is of the source that began it. Whatever another system tells, it also says what falls due in
    it: were both to tell, points would expire twice.
    """
    return rules.read(
        "settled_sources",
        "settled_sources",
        on=on,
        body_type=SettledSources,
        default=DEFAULT_SETTLED_SOURCES,
    )
