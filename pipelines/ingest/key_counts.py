"""How often each key was seen so far, in eight bytes for each time: for files larger than memory."""

import polars as pl


class KeyCounts:
    """Counts 64-bit hashes of keys.

    They are kept in sorted runs, each more than twice as long as the next, so that a look-up is a few
    binary searches and every key is merged a few times in all, however long the file.
    """

    def __init__(self) -> None:
        self._runs: list[pl.Series] = []

    def before(self, keys: pl.Series) -> pl.Series:
        """How often each of these keys (UInt64) was counted until now."""
        # In their order, neighbours are looked for in the same place of a run.
        order = keys.arg_sort()
        sought = keys.gather(order)
        times = pl.zeros(keys.len(), dtype=pl.UInt32, eager=True)
        for run in self._runs:
            times += run.search_sorted(sought, side="right") - run.search_sorted(sought, side="left")
        return times.gather(order.arg_sort())

    def add(self, keys: pl.Series) -> None:
        """Count these keys, each as often as it occurs."""
        run = keys.sort()
        while self._runs and self._runs[-1].len() <= 2 * run.len():
            run = pl.concat([self._runs.pop(), run]).sort()
        self._runs.append(run)
