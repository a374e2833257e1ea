"""What is made of what, as the definitions say: the log, facts by stream, and everything made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import dagster as dg

from pipelines.dagster_location.log_and_facts import LOG, fact_key, stream_of
from projections.facts import SPECS


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Facts by the kind of their stream, in order, and what every other asset is made of, by its name."""

    streams: Mapping[str, Sequence[str]]
    parents: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, definitions: dg.Definitions) -> Self:
        """The lineage of a location; a fact is told of by its stream."""
        graph = definitions.get_repository_def().asset_graph
        facts = {fact_key(fact): fact for fact in SPECS}
        named = {key: stream_of(fact) for key, fact in facts.items()}
        named |= {key: key.to_user_string() for key in graph.get_all_asset_keys() if key not in facts}
        streams: dict[str, list[str]] = {}
        for fact in facts.values():
            streams.setdefault(stream_of(fact), []).append(fact)
        return cls(
            streams=streams,
            parents={
                named[key]: frozenset(named[parent] for parent in graph.get(key).parent_keys)
                for key in sorted(graph.get_all_asset_keys())
                if key not in facts and key != LOG
            },
        )

    def columns(self) -> list[list[str]]:
        """The assets that are made of facts alone, then those made of these too, and so on; by name."""
        depths = {name: self._depth(name) for name in self.parents}
        return [
            sorted(name for name, depth in depths.items() if depth == column)
            for column in range(max(depths.values(), default=-1) + 1)
        ]

    def _depth(self, name: str) -> int:
        above = [parent for parent in self.parents[name] if parent in self.parents]
        return 1 + max(map(self._depth, above)) if above else 0
