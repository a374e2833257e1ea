"""The class of a complaint: general, repeat, malignant, and what raises it."""

SEVERITIES = ("general", "repeat", "malignant")


def severity_after(failed: int, *, failed_limit: int, is_grave: bool) -> str:
    """Failed as often as the limit makes it repeat; repeat in a grave category, malignant."""
    return severity_in("general" if failed < failed_limit else "repeat", is_grave=is_grave)


def severity_in(severity: str, *, is_grave: bool) -> str:
    """Repeat in a category marked grave is malignant; every other class is what it is."""
    return "malignant" if severity == "repeat" and is_grave else severity


def is_worse(severity: str, *, than: str) -> bool:
    """Compare two classes; one that is not known is the mildest."""
    return _gravity(severity) > _gravity(than)


def _gravity(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
