"""The error of a setting that cannot be used."""


class SettingError(Exception):
    """A setting cannot be used; the sentence names its key."""

    def __init__(self, *, key: str, problem: str) -> None:
        super().__init__(f"{key} {problem}")
        self.key = key
