"""What can be wrong with a mapping or a file as a whole: one sentence each, and the exit status it means."""

from pathlib import Path


class Fault(Exception):
    """Something a person can put right; its text is one sentence: what, where, what to do."""

    exit_status = 1


LONGEST_PROBLEM = 1_500


def _shown(problem: str) -> str:
    """A problem on one line of letters that show, however odd and long the names in it are."""
    text = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in problem[: LONGEST_PROBLEM + 1]
    )
    return text if len(text) <= LONGEST_PROBLEM else f"{text[:LONGEST_PROBLEM]} …."


class MappingFault(Fault):
    """A mapping cannot be used."""

    exit_status = 2

    def __init__(self, *, path: Path, line: int, problem: str) -> None:
        problem = _shown(problem)
        super().__init__(f"{path}, line {line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class FileFault(Fault):
    """A file cannot be read as the mapping says it is."""

    def __init__(self, *, path: Path, problem: str) -> None:
        problem = _shown(problem)
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem

    def after(self, records: int) -> "FileFault":
        """The same fault, met when so many records of the file were done with."""
        if not records:
            return self
        were = "the record before that is" if records == 1 else f"the {records:,} records before that are"
        ending = f"{were} in, and to ingest the file again when it is whole repeats nothing."
        return FileFault(path=self.path, problem=f"{self.problem.removesuffix('.')}; {ending}")
