"""The class of a complaint: general, repeat, malignant, and what raises it."""

SEVERITIES = ("general", "repeat", "malignant")


def severity_after(failed: int, *, failed_limit: int, is_grave: bool) -> str:
    """Failed as often as the limit makes it repeat; repeat in a grave category, malignant."""
    if failed < failed_limit:
        return "general"
    return "malignant" if is_grave else "repeat"


def is_worse(severity: str, *, than: str) -> bool:
    """Compare two classes; one that is not known is the mildest."""
    return _gravity(severity) > _gravity(than)


def _gravity(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
