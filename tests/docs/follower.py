"""Somebody who follows a page to the letter, in a folder of their own, and says where it is wrong."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from string import Template
from typing import Any

from graphql_api.app import create_app
from infra.settings import read_settings
from infra.stores import open_store
from pipelines.cli import main
from tests.docs.blocks import ROOT, Block, Step, all_fit, fits, steps_of
from tests.docs.served import AS_SHOWN, infinity_rows, named_columns, power_query_rows, served
from tests.graphql_api.given import Asking, key_for, started

ROLE = "service_manager"
TOOL = "bi_reader"
PACKAGES = ("domain", "infra", "projections", "pipelines")


class Follower:
    """Does what the blocks of a page say; `variables` are those that a shell would have."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder, self.variables = folder, variables
        self._apis: dict[str, Asking] = {}
        self._addresses: dict[str, tuple[str, str]] = {}
        self._open = ExitStack()
        # The page stands in a checkout: what it names from there is there.
        for name in ("pipelines", "docs"):
            (folder / name).symlink_to(ROOT / name)

    def follow(self, blocks: list[Block]) -> None:
        """Run block after block; AssertionError names the first that is not as the page says."""
        previous: Block | None = None
        with self._open:
            for block in blocks:
                if block.not_run is None:
                    self._do(block, previous)
                previous = block

    def _do(self, block: Block, previous: Block | None) -> None:
        if block.said:
            (self.folder / block.said).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for step in steps_of(block):
                self._take(step, block)
        elif block.language == "json" and previous is not None and previous.language == "graphql":
            self._ask(previous, block)
        elif block.language == "python":
            self._execute(block)
        elif block.language == "powerquery":
            self._read_as_power_query(block)
        elif block.language == "json" and "yesoreyeram-infinity-datasource" in block.text:
            self._read_as_grafana(block)
        elif block.language == "diff":
            self._apply(block)

    def _take(self, step: Step, block: Block) -> None:
        status, output = self._run(step.command)
        real = tuple(output.splitlines())
        assert all_fit(step.shown, real), "\n".join([f"{block.place}: $ {step.command}", "gives", *real])
        is_refused = any(line.startswith("kefu: ") for line in step.shown)
        assert (status != 0) == is_refused, f"{block.place}: $ {step.command} ended with status {status}"

    def _run(self, command: str) -> tuple[int, str]:
        command = self._over_http(command)
        words = shlex.split(Template(command).safe_substitute(self.variables))
        if words[0] == "export":
            self.variables |= dict(word.split("=", 1) for word in words[1:])
            return 0, ""
        if words[0] == "make":
            words = recipe(words[1:])
        return self._kefu(words[1:]) if words[0] == "kefu" else self._shell(command)

    def _kefu(self, arguments: list[str]) -> tuple[int, str]:
        # In this process, since starting Python and its libraries again costs more than most commands do.
        output, here = io.StringIO(), Path.cwd()
        os.chdir(self.folder)
        try:
            status = main(arguments, environ=self.variables, stdout=output, stderr=output)
        finally:
            os.chdir(here)
        return status, output.getvalue()

    def _shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def _apply(self, block: Block) -> None:
        """Change a copy of our packages, `changed`, as the page says; what is run there sees the change."""
        changed = self.folder / "changed"
        if not changed.exists():
            for package in PACKAGES:
                shutil.copytree(
                    ROOT / package, changed / package, ignore=shutil.ignore_patterns("__pycache__")
                )
        applied = subprocess.run(
            ["git", "apply", "-"], cwd=changed, input=block.text, capture_output=True, text=True, check=False
        )
        assert applied.returncode == 0, f"{block.place}: {applied.stderr}"

    def _ask(self, question: Block, shown: Block) -> None:
        real = self._api().answer(question.text)
        told = json.dumps(real, ensure_ascii=False, indent=2)
        assert fits(without_layout(shown.text), without_layout(told)), f"{question.place}: gives\n{told}"

    def _api(self) -> Asking:
        """The API over the store that the page is about, asked by a service manager."""
        settings = read_settings(self.variables)
        if settings.store not in self._apis:
            with open_store(settings) as store:
                key = key_for(store, ROLE)
            api = self._open.enter_context(started(create_app(settings)))
            self._apis[settings.store] = Asking(api, key)
        return self._apis[settings.store]

    def _over_http(self, text: str) -> str:
        """The text with the real address, and the key in `KEY`, where it asks the API over HTTP."""
        if AS_SHOWN not in text:
            return text
        address, self.variables["KEY"] = self._address()
        return text.replace(AS_SHOWN, address)

    def _address(self) -> tuple[str, str]:
        """Where the store that the page is about is served, and the key of a BI tool."""
        settings = read_settings(self.variables)
        if settings.store not in self._addresses:
            with open_store(settings) as store:
                key = key_for(store, TOOL)
            self._addresses[settings.store] = self._open.enter_context(served(settings)), key
        return self._addresses[settings.store]

    def _read_as_power_query(self, block: Block) -> None:
        rows = power_query_rows(self._over_http(block.text), key=self.variables["KEY"])
        _check_table(block, rows, named_columns(block.text))

    def _read_as_grafana(self, block: Block) -> None:
        address, key = self._address()
        _check_table(block, infinity_rows(block.text, address=address, key=key), set())

    def _execute(self, block: Block) -> None:
        """Python that asserts what it claims; what it prints is shown in its last comment lines."""
        real = self._printed(self._over_http(block.text), place=block.place)
        shown = tuple(
            line.removeprefix("# prints ") for line in block.text.splitlines() if line.startswith("# prints ")
        )
        assert all_fit(shown, real), "\n".join([f"{block.place} prints", *real])

    def _printed(self, text: str, *, place: str) -> tuple[str, ...]:
        """What asks over HTTP is a program of its own: its libraries and their warnings are not ours."""
        if "KEY" in text:
            program = [sys.executable, "-W", "ignore", "-c", text]
            done = subprocess.run(
                program, env=self.variables, cwd=self.folder, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{place}: {done.stderr}"
            return tuple(done.stdout.splitlines())
        output = io.StringIO()
        with redirect_stdout(output):
            exec(compile(text, place, "exec"), {})  # noqa: S102 - our own page
        return tuple(output.getvalue().splitlines())


def _check_table(block: Block, rows: list[dict[str, Any]], named: set[str]) -> None:
    """Rows with one set of columns, those that are named among them."""
    assert rows, f"{block.place}: no rows"
    assert {frozenset(row) for row in rows} == {frozenset(rows[0])}, f"{block.place}: columns differ"
    assert named <= set(rows[0]), f"{block.place}: there are only the columns {set(rows[0])}"


def recipe(targets: list[str]) -> list[str]:
    """What make would run last, after its set-up: `make demo ARGS=--once` is `kefu demo --once`."""
    dry_run = ["make", "--dry-run", "--no-print-directory", *targets]
    done = subprocess.run(dry_run, cwd=ROOT, capture_output=True, text=True, check=True)
    words = shlex.split(done.stdout.splitlines()[-1])
    return [Path(words[0]).name, *words[1:]]


def without_layout(text: str) -> str:
    """JSON without blanks and line breaks, and without the commas that `…` leaves alone."""
    return re.sub(r"\s+", "", text)


def variables_for(home: Path, *, data: Path) -> dict[str, str]:
    """What the shell of somebody who has just opened the virtual environment would have."""
    programs = str(Path(sys.executable).parent)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "KEFU_HOME": str(home),
        "KEFU_DATA": str(data),
    }


def unfinished(blocks: list[Block]) -> Iterator[str]:
    """Blocks that would pass by being of no known kind."""
    known = {"console", "graphql", "json", "yaml", "csv", "python", "text", "diff", "powerquery"}
    yield from (block.place for block in blocks if block.language not in known)
