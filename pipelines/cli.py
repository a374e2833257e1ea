"""The `kefu` command: one sub-command per file of `pipelines.commands`, every error one sentence."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, NoReturn

from pipelines.commands import COMMANDS
from pipelines.console import Console
from pipelines.full_disk import said_of_full_disk
from pipelines.known_errors import exit_status

INTERRUPTED = 130
Run = Callable[[argparse.Namespace, Console], int]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the whole usage is for --help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help.\n")


class CommandParser(Parser):
    """Takes --store after a command, and after what the command is to do."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**said)
        self.add_argument("--store", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    stdout: IO[str] | None = None,
    stderr: IO[str] | None = None,
) -> int:
    """Run one command; the answer is its exit status: 0 success, 1 failure, 2 bad usage."""
    console = Console(
        environ=os.environ if environ is None else environ,
        stdout=stdout or sys.stdout,
        stderr=stderr or sys.stderr,
    )
    try:
        arguments = build_parser().parse_args(argv)
        if argv is None:
            # By this PostgreSQL's libraries tell the server who is connected, and `kefu restore` names them.
            os.environ.setdefault("PGAPPNAME", f"kefu {arguments.command}")
        run: Run = arguments.run
        status = run(arguments, console)
        console.stdout.flush()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    except KeyboardInterrupt:
        console.note("kefu: interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has read enough; Python would complain again when it closes the stream.
        _close_quietly(console)
        return 0
    except Exception as error:
        known = exit_status(error)
        if known is None:
            raise
        store = getattr(arguments, "store", None)
        console.note(f"kefu: {said_of_full_disk(error, console, store=store) or one_line(error)}")
        return known
    return status


def build_parser() -> Parser:
    """Every command with its arguments."""
    parser = Parser(prog="kefu", description="Kefu: an event-sourced customer-service data platform.")
    parser.add_argument("--store", help="which store to use (default: KEFU_STORE, else `default`)")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=CommandParser
    )
    for name, summary, add_arguments, run in COMMANDS:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run)
        add_arguments(command)
    return parser


def one_line(error: BaseException) -> str:
    """The error's text without line breaks, ending like a sentence."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _close_quietly(console: Console) -> None:
    if console.stdout is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
