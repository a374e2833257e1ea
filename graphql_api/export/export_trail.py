"""What the access log has of an export: a line before its first byte leaves, and one when it is over."""

from dataclasses import dataclass, field
from time import perf_counter

from graphql import GraphQLError

from graphql_api.access.looks import Looks
from graphql_api.access.masking import personal_columns
from graphql_api.access.readers import sees_in_the_open
from graphql_api.access.trail import ACCESS_NOT_RECORDED, NotRecordedError, Trail
from graphql_api.access.trail_entry import Asked
from graphql_api.export.export_asked import ExportAsked
from graphql_api.export.opened_export import Tally

BEGUN, WHOLE, CUT_OFF = "begun", "whole", "cut off"


@dataclass(frozen=True, kw_only=True)
class ExportTrail:
    """Of one export; `asked` is what is told of the request."""

    trail: Trail
    asked: Asked
    export: ExportAsked
    began: float = field(default_factory=perf_counter)

    async def begin(self) -> None:
        """On record when it returns; raises GraphQLError where it cannot be, and nothing may be sent."""
        try:
            await self.trail.keep(self.asked.entry(self._looks(rows=0), outcome=BEGUN, bytes=None, ms=None))
        except NotRecordedError as error:
            raise GraphQLError(str(error), extensions={"code": ACCESS_NOT_RECORDED}) from error

    async def end(self, tally: Tally, *, is_whole: bool) -> None:
        """Rows that were read, bytes that were made, and whether all of them were sent."""
        entry = self.asked.entry(
            self._looks(rows=tally.rows),
            outcome=WHOLE if is_whole else CUT_OFF,
            bytes=tally.bytes,
            ms=(perf_counter() - self.began) * 1000,
        )
        await self.trail.note(entry)

    def _looks(self, *, rows: int) -> Looks:
        """Whom an export is about is not told one by one."""
        looks, personal = Looks(is_export=True), personal_columns(self.export.model.dataset)
        looks.read(self.export.name, rows)
        shown = {personal[name] for name in self.export.stretch.columns if name in personal}
        looks.opened((kind for kind in shown if sees_in_the_open(self.asked.caller.role, kind)), ())
        return looks
