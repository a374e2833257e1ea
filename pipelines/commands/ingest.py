"""`kefu ingest FILE… --mapping M.yaml`: append what is new, and account for every record."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from pipelines.broken_rules import Findings
    from pipelines.ingest.account import Account
    from pipelines.ingest.plan import Plan
    from pipelines.ingest.reading import Records


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files, or patterns ('calls/**/*.csv')")
    parser.add_argument("--mapping", required=True, type=Path, help="the YAML file that says what rows mean")
    parser.add_argument(
        "--dry-run", action="store_true", help="show first events, counts and rejects; write nothing"
    )
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write every rejected row here, as CSV")
    parser.add_argument(
        "--check-rules",
        type=whole_number,
        metavar="N",
        help="hold so many events against the rules when they are in (default 100000; 0: none)",
    )
    parser.add_argument("--organisation", type=Path, metavar="FILE", help="the organisation's rules, as YAML")
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="how to print the account"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.ingest.compile import read_mapping
    from pipelines.ingest.file_names import files_named
    from pipelines.ingest.reading import open_records

    plan = read_mapping(arguments.mapping)
    # Every file is opened and checked before the first is appended.
    opened = [open_records(path, plan) for path in files_named(arguments.files)]
    rehearse_or_append = _rehearse if arguments.dry_run else _append
    accounts, findings = rehearse_or_append(arguments, console, plan, opened)
    if arguments.format == "json":
        from pipelines.commands import broken_rules
        from pipelines.ingest.account import total_of
        from pipelines.ingest.report import as_document, counts_of

        files = [as_document(one) for one in accounts]
        total = {"total": counts_of(total_of(accounts))} if len(files) > 1 else {}
        broken = {"broken_rules": broken_rules.as_document(findings)} if findings else {}
        console.document({"dry_run": arguments.dry_run, "files": files, **total, **broken})
    return 1 if any(one.refused or not one.is_any_good for one in accounts) else 0


def _append(
    arguments: argparse.Namespace, console: Console, plan: "Plan", opened: "list[Records]"
) -> "tuple[list[Account], Findings | None]":
    from pipelines.broken_rules import CHECKED_AT_ONCE, findings_since
    from pipelines.commands import broken_rules
    from pipelines.ingest.ingest import Watch, ingest
    from pipelines.ingest.progress import bytes_done
    from pipelines.ingest.report import RejectsFile, lines_of
    from pipelines.organisation import settle_organisation
    from pipelines.stores import open_store

    accounts = []
    with ExitStack() as stack:
        on_rejects = stack.enter_context(RejectsFile(arguments.rejects))
        store = stack.enter_context(open_store(console.settings(arguments.store)))
        settled = settle_organisation(store, file=arguments.organisation, zone=plan.zone, clock=console.clock)
        if settled:
            console.note(settled)
        with store.log() as log:
            before = log.highest()
        for records in opened:
            with bytes_done(records, console.stderr) as on_bytes:
                account = ingest(
                    records,
                    plan,
                    store=store,
                    clock=console.clock,
                    watch=Watch(on_bytes=on_bytes, on_rejects=on_rejects),
                )
            accounts.append(account)
            _show(lines_of(account), arguments, console)
        _show_total(accounts, arguments, console)
        asked = CHECKED_AT_ONCE if arguments.check_rules is None else arguments.check_rules
        if not asked:
            return accounts, None
        findings = findings_since(store, before, events=asked)
        _show(broken_rules.lines_of(findings), arguments, console)
    return accounts, findings


def _rehearse(
    arguments: argparse.Namespace, console: Console, plan: "Plan", opened: "list[Records]"
) -> "tuple[list[Account], None]":
    from pipelines.ingest.ingest import Watch, rehearse
    from pipelines.ingest.progress import bytes_done
    from pipelines.ingest.report import RejectsFile, lines_of, lines_of_events

    accounts = []
    with RejectsFile(arguments.rejects) as on_rejects:
        for records in opened:
            with bytes_done(records, console.stderr) as on_bytes:
                watch = Watch(on_bytes=on_bytes, on_rejects=on_rejects)
                rehearsal = rehearse(records, plan, clock=console.clock, watch=watch)
            accounts.append(rehearsal.account)
            shown = [*lines_of_events(rehearsal.events), *lines_of(rehearsal.account, is_rehearsal=True)]
            _show(shown, arguments, console)
    _show_total(accounts, arguments, console)
    return accounts, None


def _show_total(accounts: "list[Account]", arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.ingest.account import total_of
    from pipelines.ingest.report import line_of_counts

    if len(accounts) > 1:
        line = line_of_counts(total_of(accounts), is_rehearsal=arguments.dry_run)
        _show([line], arguments, console)


def _show(lines: list[str], arguments: argparse.Namespace, console: Console) -> None:
    if arguments.format == "table":
        for line in lines:
            console.say(line)
