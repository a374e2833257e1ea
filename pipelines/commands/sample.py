"""`kefu sample --organisation NAME --out DIR`: files as an organisation's systems would export them."""

import argparse
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipelines.commands.usage import BadUsage, Failed, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from pipelines.sample.organisations import Organisation
    from pipelines.sample.request import Request
    from pipelines.sample.write import Written

SEED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="name the organisations and their files")
    parser.add_argument("--organisation", metavar="NAME", help="whose systems; --list names them")
    parser.add_argument(
        "--year", type=whole_number, help="the year that the files cover (default: the last that is over)"
    )
    parser.add_argument(
        "--seed",
        type=whole_number,
        default=SEED,
        help=f"the same seed writes the same files (default {SEED})",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder to write to; made if missing")
    parser.add_argument(
        "--scale", type=proportion, default=Fraction(1), help="how large: 1 is the real size; also 0.1 or 1/7"
    )
    parser.add_argument("--calls", type=whole_number, help="how large, by the number of calls instead")
    parser.add_argument("--only", metavar="FILE", help="write one file alone, named without its ending")


def proportion(text: str) -> Fraction:
    """`1`, `0.1` or `1/7`."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no scale; write 1, 0.1 or 1/7") from error


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.sample.write import FIGURES, find_organisation, write_sample

    if arguments.list:
        _list(console)
        return 0
    if arguments.organisation is None or arguments.out is None:
        raise BadUsage(
            "kefu sample needs --organisation and --out; kefu sample --list names the organisations."
        )
    organisation = find_organisation(arguments.organisation)
    request = _request(arguments, organisation, console)
    written = []
    with rows_done(console.stderr) as on_rows, _writable(request.out):
        for one in write_sample(organisation, request, only=arguments.only, on_rows=on_rows):
            console.say(f"{one.path}: {one.rows:,} row{'' if one.rows == 1 else 's'}.")
            written.append(one)
    for line in ways_in(written, request.out):
        console.say(line)
    if arguments.only is None:
        console.say("To check what the year-end report prints, at scale 1:")
        console.say("  " + shlex.join(["kefu", "audit", "--figures", str(request.out / FIGURES)]))
    return 0


def _request(arguments: argparse.Namespace, organisation: "Organisation", console: Console) -> "Request":
    from pipelines.sample.request import Request
    from pipelines.sample.write import check_request, last_year_over

    now = console.clock()
    scale = arguments.scale if arguments.calls is None else organisation.scale_for(calls=arguments.calls)
    year = arguments.year or last_year_over(organisation, now=now)
    request = Request(year=year, seed=arguments.seed, scale=scale, out=arguments.out)
    check_request(organisation, request, now=now)
    return request


def ways_in(written: "list[Written]", folder: Path) -> Iterator[str]:
    """What to type to take the files in; the organisation's rules come with the first."""
    yield ""
    yield "To take them in:"
    for number, one in enumerate(written):
        rules = ["--organisation", str(folder / "organisation.yaml")] if number == 0 else []
        yield "  " + shlex.join(["kefu", "ingest", str(one.path), "--mapping", str(one.mapping), *rules])


def _list(console: Console) -> None:
    from pipelines.sample.organisations import ORGANISATIONS
    from pipelines.sample.request import Request

    for one in ORGANISATIONS.values():
        request = Request(year=one.printed, seed=SEED, scale=Fraction(1), out=Path())
        console.say(f"{one.name}: {one.title}")
        console.say(f"  {', '.join(file.name for file in one.files(request))}")


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # Whoever reads our answer has read enough.
        raise
    except OSError as error:
        raise Failed(f"{error.filename or folder} cannot be written: {error.strerror}.") from error


@contextmanager
def rows_done(stream: IO[str]) -> Iterator[Callable[[str, int], None]]:
    """Give what to tell the rows written so far, by file; silent where nobody watches."""
    if not stream.isatty():
        yield lambda _name, _rows: None
        return
    from rich.console import Console as Screen
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Screen(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, rows: bar.update(task, description=f"{name}: {rows:,} rows")
