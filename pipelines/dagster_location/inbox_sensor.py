"""The sensor on the inbox: asks for a run for every whole file, which takes it and shows its account."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg

from pipelines.dagster_location.store_resource import StoreResource
from pipelines.inbox.folders import Dropped, Inbox, Look, own_inbox
from pipelines.inbox.one_taker import if_nobody_takes
from pipelines.inbox.receipts import Receipt
from pipelines.inbox.rounds import take_one, tidy_up

SECONDS_BETWEEN_LOOKS = 30
RUNS_PER_LOOK = 50
"""Files asked for at once; the others follow at the next look."""
COUNTS = ("records", "appended", "known", "corrected", "refused", "rejected", "events")


class DroppedFile(dg.Config):
    """The file that a run takes, where it was dropped."""

    path: str


def inbox_sensor(*, clock: Callable[[], datetime]) -> dg.Definitions:
    """The job that takes one file, and the sensor that asks for it: running unless somebody stops it."""
    job = _job(clock=clock)

    @dg.sensor(
        name="dropped_files",
        target=job,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Takes files that lie whole in the inbox, in the order of their names.",
    )
    def dropped_files(
        store: dg.ResourceParam[StoreResource],
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        yield from asked_for(own_inbox(store.settings), now=clock())

    return dg.Definitions(jobs=[job], sensors=[dropped_files])


def _job(*, clock: Callable[[], datetime]) -> dg.JobDefinition:
    @dg.op(description="Ingest one dropped file and move it to done or failed, with its receipt.")
    def take_dropped_file(
        context: dg.OpExecutionContext, config: DroppedFile, store: dg.ResourceParam[StoreResource]
    ) -> None:
        inbox = own_inbox(store.settings)
        taken = take_one(inbox, Path(config.path), opened=store.opened, clock=clock)
        if taken is None:
            context.add_output_metadata({"taken": f"{config.path} was taken already, or may not be moved"})
            return
        shown = described(taken.receipt, path=taken.path)
        context.add_output_metadata(shown)
        if taken.receipt.fault:
            raise dg.Failure(description=taken.receipt.fault, metadata=shown, allow_retries=False)

    @dg.job(description="One file of the inbox: its records in the log, a receipt beside it.")
    def take_file() -> None:
        take_dropped_file()

    return take_file


def asked_for(inbox: Inbox, *, now: datetime) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A run for every whole file, or why there is none; what was kept long enough is deleted meanwhile."""
    with if_nobody_takes(inbox.root) as is_free:
        if is_free:
            tidy_up(inbox, now=now)
    look = inbox.look(now=now)
    # What lies half taken while somebody is at it is theirs.
    asked = [one for one in look.whole if is_free or not one.is_left]
    yield from map(run_request, asked[:RUNS_PER_LOOK])
    if not asked:
        yield dg.SkipReason(why_nothing(look, root=inbox.root))


def run_request(dropped: Dropped) -> dg.RunRequest:
    """One run for a file as it is: one that was moved back, or is left after a kill, is another one."""
    stamp, path = dropped.stamp, str(dropped.path)
    return dg.RunRequest(
        run_key=f"{path} {stamp.size} {stamp.modified_at} {stamp.changed_at}",
        run_config=dg.RunConfig(ops={"take_dropped_file": DroppedFile(path=path)}),
        tags={"kefu/file": dropped.name, "kefu/mapping": dropped.place.mapping.stem},
    )


def why_nothing(look: Look, *, root: Path) -> str:
    """Why no file is taken, for people."""
    said = [f"{len(look.waiting)} files are still being written"] if look.waiting else []
    said += [f"{root / problem.name} is not looked into: {problem}" for problem in look.strange]
    return "; ".join(said) or f"nothing is in {root}"


def described(receipt: Receipt, *, path: Path) -> dict[str, dg.MetadataValue]:
    """A receipt as metadata: the account in numbers, and where everything lies."""
    counts = {name: dg.MetadataValue.int(receipt.account[name]) for name in COUNTS} if receipt.account else {}
    seconds = (receipt.finished_at - receipt.taken_at).total_seconds()
    return {
        "file": dg.MetadataValue.path(str(path)),
        "mapping": dg.MetadataValue.text(receipt.mapping),
        **counts,
        "rejected, by reason": dg.MetadataValue.json(receipt.account["reasons"] if receipt.account else {}),
        "broken rules": dg.MetadataValue.json(receipt.broken_rules),
        "positions": dg.MetadataValue.json(receipt.positions or {}),
        "seconds": dg.MetadataValue.float(seconds),
    }
