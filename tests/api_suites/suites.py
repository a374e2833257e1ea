"""Each of other people's suites: how it is started, what of its output says how far we came, what must be."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import perf_counter

from tests.api_suites.kit import Kit

QUERIES = Path(__file__).with_name("queries.graphql")
SCALAR_VALUES = Path(__file__).with_name("scalar_values.py")
ROWS = "{ calls(limit: 3) { id offeredAt } }"
LONGEST = 600.0
NOTHING_SAID = "nothing said"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The endpoint, the key that is used, our schema as it is printed, and an earlier one to compare with."""

    url: str
    key: str
    schema: Path
    earlier: Path
    seconds: float

    @property
    def header(self) -> str:
        return f"x-api-key: {self.key}"


@dataclass(frozen=True, kw_only=True)
class Suite:
    """`command` is given the copy of the kit; `reached` reads the output; it is met if that is `must`."""

    name: str
    part: str
    must: str
    command: Callable[[Kit, Asked], Sequence[str]]
    reached: Callable[[str], str]
    environ: Callable[[Kit, Asked], Mapping[str, str]] = lambda _kit, _asked: {}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How far one suite came, in how many seconds, with how many bytes of memory at most."""

    suite: Suite
    reached: str
    exit_status: int
    seconds: float
    peak_bytes: int
    said: str

    @property
    def is_met(self) -> bool:
        return self.exit_status == 0 and self.reached == self.suite.must


def ran(suite: Suite, kit: Kit, asked: Asked) -> Outcome:
    """Install what the suite needs, run it to its end, and read how far it came."""
    folder, environ = kit.part(suite.part), os.environ | suite.environ(kit, asked)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started = perf_counter()
        process = subprocess.Popen(
            suite.command(kit, asked), cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
        watch = Timer(LONGEST, process.kill)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    return Outcome(
        suite=suite,
        reached=suite.reached(said),
        exit_status=process.returncode,
        seconds=perf_counter() - started,
        peak_bytes=used.ru_maxrss * 1024,
        said=said,
    )


def _total(said: str) -> str:
    found = re.search(r"TOTAL (\d+/\d+)", said)
    return found[1] if found else NOTHING_SAID


def _lint(said: str) -> str:
    relay = re.search(r"^Relay rules .*: (\d+)$", said, re.MULTILINE)
    linter = re.search(r"^graphql-schema-linter: (\d+)$", said, re.MULTILINE)
    breaking = re.search(r"^breaking changes: (\d+)", said, re.MULTILINE)
    if not (relay and linter and breaking):
        return NOTHING_SAID
    return f"{relay[1]} Relay, {linter[1]} linter, {breaking[1]} breaking"


def _passed(said: str) -> str:
    """Of lines that begin with `ok` or `FAIL`."""
    passed, failed = (len(re.findall(rf"^{word}\b", said, re.MULTILINE)) for word in ("ok", "FAIL"))
    return f"{passed}/{passed + failed}"


def _generated(said: str) -> str:
    return "types generated and checked" if re.search(r"^ok codegen", said, re.MULTILINE) else NOTHING_SAID


def _fuzzed(said: str) -> str:
    """Of the report that the program wrote beside its copy; the output names the folder first."""
    found = re.search(r"JSON: (.*)$", said, re.MULTILINE)
    if found is None:
        return NOTHING_SAID
    report = json.loads(Path(found[1].strip()).read_text(encoding="utf-8"))
    cases, operations = report["test_cases"], report["operations"]
    untried = operations["selected"] - operations["tested"]
    return f"{cases['with_failures']} failures, {cases['errored']} errors, {untried} untried"


def _fuzz(kit: Kit, asked: Asked) -> Sequence[str]:
    report = str(kit.folder / "schemathesis-report")
    return ["sh", "schemathesis.sh", asked.url, asked.header, f"{asked.seconds:g}", report]


SUITES = (
    Suite(
        name="audits",
        part="node",
        must="61/61",
        command=lambda _, asked: ["node", "audit.mjs", asked.url, "--strict", "-H", asked.header],
        reached=_total,
    ),
    Suite(
        name="lint",
        part="lint",
        must="0 Relay, 0 linter, 0 breaking",
        command=lambda _, asked: [
            "node",
            "sdl-lint.mjs",
            str(asked.schema),
            "--against",
            str(asked.earlier),
        ],
        reached=_lint,
    ),
    Suite(
        name="clients",
        part="clients",
        must="9/9",
        command=lambda _, asked: ["node", "clients.mjs", asked.url, "-H", asked.header, "--query", ROWS],
        reached=_passed,
    ),
    Suite(
        name="codegen",
        part="clients",
        must="types generated and checked",
        command=lambda *_: ["node", "codegen.mjs"],
        reached=_generated,
        environ=lambda _, asked: {"URL": asked.url, "DOCS": str(QUERIES), "API_KEY": asked.key},
    ),
    Suite(
        name="gql",
        part="gql",
        must="3/3",
        command=lambda kit, asked: [
            kit.program("gql", "python"),
            "client_py.py",
            asked.url,
            "-H",
            asked.header,
            "--query",
            ROWS,
        ],
        reached=_passed,
    ),
    Suite(
        name="schemathesis",
        part="schemathesis",
        must="0 failures, 0 errors, 0 untried",
        command=_fuzz,
        reached=_fuzzed,
        environ=lambda kit, _: {
            "ST": kit.program("schemathesis", "schemathesis"),
            "SCHEMATHESIS_HOOKS": str(SCALAR_VALUES),
        },
    ),
)
"""In the order of a run: the last calls mutations, so the store that it is given is thrown away."""
