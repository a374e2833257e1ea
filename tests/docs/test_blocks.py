"""Every block of the README and of docs/ does what the page says, on a real PostgreSQL."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.postgres import find_server
from infra.settings import read_settings
from tests.docs.blocks import PAGES, ROOT, Block, all_fit, blocks_of, steps_of
from tests.docs.follower import Follower, unfinished, variables_for
from tests.pipelines.given import kefu

DATA = (ROOT / os.environ.get("KEFU_DATA", "../shared/data")).resolve()
ON_THE_DEMO = "the store that `make demo` fills"
ON_REAL_DATA = "$KEFU_DATA"

WHY_NOT_RUN = {
    "it stays up until Ctrl-C",
    "it needs the API of `kefu serve`; the same query is run above",
    "it downloads",
    "it takes minutes",
    "it needs a server of yours",
    "it needs a program that is not installed here",
    "tests/pipelines/messages/test_page.py runs it",
}
"""The only reasons for which a block is not run; the console blocks left out for each are few."""


@dataclass(frozen=True, kw_only=True)
class House:
    """Where the pages are followed: a home with a server of its own."""

    home: Path

    def fill(self) -> None:
        """Run the demo, unless the README's own block did."""
        if not (self.home / "demo").exists():
            assert kefu("demo", "--once", environ={"KEFU_HOME": str(self.home)}).status == 0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("docs") / ".kefu"
    yield House(home=home)
    running = find_server(read_settings({"KEFU_HOME": str(home)}))
    if running is not None:
        running.stop()


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_does_what_the_page_says(page: str, house: House, tmp_path: Path) -> None:
    blocks = blocks_of(page)
    if any(ON_REAL_DATA in block.text for block in blocks) and not DATA.exists():
        pytest.skip(f"{page} is about the files in KEFU_DATA, and there is no {DATA}")
    if ON_THE_DEMO in (ROOT / page).read_text(encoding="utf-8"):
        house.fill()
    Follower(tmp_path, variables_for(house.home, data=DATA)).follow(blocks)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_run_or_says_why_not(page: str) -> None:
    blocks = blocks_of(page)
    assert not list(unfinished(blocks))
    assert {block.not_run for block in blocks if block.not_run} <= WHY_NOT_RUN
    assert sum(block.not_run is not None for block in blocks) <= 4


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_read_at_one_sitting(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8").count("\n") <= (300 if page == "README.md" else 200)


def test_a_wrong_page_is_found_out(tmp_path: Path) -> None:
    """The runner itself: an output that is not the shown one fails, and so does a command that fails."""
    follower = Follower(tmp_path, {"PATH": os.environ["PATH"]})
    shown = Block(page="page", line=1, language="console", said="", text="$ echo one\ntwo\n", not_run=None)
    with pytest.raises(AssertionError, match="page, line 1: \\$ echo one\ngives\none"):
        follower.follow([shown])
    failing = Block(page="page", line=1, language="console", said="", text="$ false\n", not_run=None)
    with pytest.raises(AssertionError, match="ended with status 1"):
        follower.follow([failing])


def test_dots_stand_for_what_changes() -> None:
    assert all_fit(("at … now", "…", "end"), ("at 3 now", "a", "b", "end"))
    assert not all_fit(("at … now",), ("at 3 then",))
    assert not all_fit((), ("more",))


def test_a_command_may_go_on_in_the_next_line() -> None:
    text = "$ echo one \\\n    two\none two\n"
    (step,) = steps_of(Block(page="page", line=1, language="console", said="", text=text, not_run=None))
    assert (step.command, step.shown) == ("echo one two", ("one two",))
