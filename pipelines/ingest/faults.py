"""What can be wrong with a mapping or a file as a whole: one sentence each, and the exit status it means."""

from pathlib import Path


class Fault(Exception):
    """Something a person can put right; its text is one sentence: what, where, what to do."""

    exit_status = 1


class MappingFault(Fault):
    """A mapping cannot be used."""

    exit_status = 2

    def __init__(self, *, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class FileFault(Fault):
    """A file cannot be read as the mapping says it is; nothing of it was appended."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem
