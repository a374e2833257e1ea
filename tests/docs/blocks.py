"""The code blocks of a page, with what is said of each: its language, its file, why it is not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

WRITES_TO_THE_DEMO = "docs/customer_segments.md"
"""The page that tells the demo's store something: it comes last, so that others find it as it was filled."""
PAGES = (
    "README.md",
    *(
        page
        for page in (f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))
        if page != WRITES_TO_THE_DEMO
    ),
    WRITES_TO_THE_DEMO,
)

NOT_RUN = re.compile(r"<!-- not run: (?P<why>.+) -->")
FENCE = re.compile(r"```(?P<language>\w*) ?(?P<said>.*)")
PROMPT = "$ "


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block. `said` is the rest of its first line: the name of a file, or nothing."""

    page: str
    line: int
    language: str
    said: str
    text: str
    not_run: str | None

    @property
    def place(self) -> str:
        return f"{self.page}, line {self.line}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command of a console block and the lines shown under it."""

    command: str
    shown: tuple[str, ...]


def blocks_of(page: str) -> list[Block]:
    """Every block of a page, in order; a comment `<!-- not run: why -->` belongs to the block below it."""
    return list(_blocks(page, (ROOT / page).read_text(encoding="utf-8").splitlines()))


def _blocks(page: str, lines: list[str]) -> Iterator[Block]:
    numbered = iter(enumerate(lines, start=1))
    why: str | None = None
    for number, line in numbered:
        if found := NOT_RUN.fullmatch(line.strip()):
            why = found["why"]
        elif opened := FENCE.fullmatch(line):
            inside: list[str] = []
            for _, text in numbered:
                if text == "```":
                    break
                inside.append(text)
            yield Block(
                page=page,
                line=number,
                language=opened["language"],
                said=opened["said"].strip(),
                text="\n".join(inside) + "\n",
                not_run=why,
            )
            why = None


def steps_of(block: Block) -> list[Step]:
    """The commands of a console block: `$ …`, gone on with after a backslash, and what each shows."""
    steps: list[Step] = []
    lines = iter(block.text.splitlines())
    for line in lines:
        if not line.startswith(PROMPT):
            steps[-1] = Step(command=steps[-1].command, shown=(*steps[-1].shown, line))
            continue
        command = line.removeprefix(PROMPT)
        while command.endswith("\\"):
            command = command.removesuffix("\\") + next(lines).strip()
        steps.append(Step(command=command, shown=()))
    return steps


def fits(shown: str, real: str) -> bool:
    """Whether a line is what was shown: `…` stands for anything within it, blanks at its end for nothing."""
    pattern = ".*".join(re.escape(part) for part in shown.rstrip().split("…"))
    return re.fullmatch(pattern, real.rstrip()) is not None


def all_fit(shown: tuple[str, ...], real: tuple[str, ...]) -> bool:
    """Whether lines are what was shown: a line of `…` alone stands for any number of lines."""
    if not shown:
        return not real
    if shown[0].strip() == "…":
        return any(all_fit(shown[1:], real[skipped:]) for skipped in range(len(real) + 1))
    return bool(real) and fits(shown[0], real[0]) and all_fit(shown[1:], real[1:])
