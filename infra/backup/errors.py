"""What a backup or a restore cannot do, in one sentence."""


class BackupError(Exception):
    """A backup cannot be made, read or restored; the sentence says why and what to do."""
