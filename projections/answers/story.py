"""The story of the log: what each event changed, told as the ledger grew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby, islice
from typing import Any

from domain.basis import Basis
from domain.cells import CellKey
from domain.instants import SECOND, to_rfc3339, to_rfc3339_short
from domain.model import Json
from projections.answer_json import Item
from projections.answers.diff import Comparison, OpenView, find_scope, make_sides
from projections.carried_view import CellQuestion
from projections.log_query import LogQuery
from projections.view import SeqViews, View

MOST_IN_A_ROW, WIDEST_ROW = 100, 1_000
"""Of how many events, and within how many seqs, it is read at once what they changed."""


def build_story(
    open_view: OpenView,
    now: Basis,
    after: int = 0,
    *,
    limit: int | None = None,
    is_wanted: Callable[[Item], bool] = lambda item: True,
) -> Iterator[tuple[Item, list[Json]]]:
    """Yield each admitted event that is wanted by seq, with what it changed, cell by cell.

    As recorded, each change is told as this ledger held it when the event was recorded. What some
    in a row changed is read at once, so say how many are wanted.
    """
    steps = chain.from_iterable(
        _tell_steps(open_view, at, items)
        for at, items in _steps_in_a_row(open_view, now, after, limit, is_wanted)
    )
    yield from islice(steps, limit)


def _steps_in_a_row(
    open_view: OpenView,
    now: Basis,
    after: int,
    limit: int | None,
    is_wanted: Callable[[Item], bool],
) -> Iterator[tuple[Basis, list[Item]]]:
    """Yield the wanted events by seq, those together that are told as of one basis and lie close
    to each other; as recorded also those voided since, each at its seq."""
    if now.preset == "as-recorded":
        for seq in range(after + 1, now.seq + 1):
            for item in open_view(replace(now, seq=seq)).read_log(LogQuery(1, after=seq - 1)):
                if is_wanted(item):
                    yield _basis_at_recording(now, item), [item]
        return
    whole = open_view(now)
    page_size = min(limit or MOST_IN_A_ROW, MOST_IN_A_ROW)
    while page := whole.read_log(LogQuery(page_size, after=after)):
        after = page[-1].seq
        wanted = filter(is_wanted, page)
        for _, items in groupby(wanted, key=lambda item: item.seq // WIDEST_ROW):
            yield now, list(items)


def _tell_steps(
    open_view: OpenView, at: Basis, items: Sequence[Item]
) -> Iterator[tuple[Item, list[Json]]]:
    def open_alone(seq: int) -> View:
        return open_view(replace(at, seq=seq))

    views = open_alone(items[-1].seq).open_each_seq(items[0].seq - 1)
    views = views or SeqViews(open_alone, None)
    cells: dict[CellQuestion, Mapping[CellKey, Any]] = {}
    for item in items:
        before, then = views.open_at(item.seq - 1), views.open_at(item.seq)
        scope = find_scope(before, then)
        shared = (views.scope, cells) if views.scope else (scope, {})
        sides = make_sides([before, then], scope, *shared)
        yield item, list(_story_changes(item, Comparison(*sides)))


def _basis_at_recording(now: Basis, item: Item) -> Basis:
    at = item.recorded_at
    return replace(now, known_at=min(at, now.known_at), valid_at=at, recorded_at=at)


def _story_changes(item: Item, comparison: Comparison) -> Iterator[Json]:
    published = item.known_at if item.has_known_at else None
    lag = None if published is None else max(0, item.recorded_at - published) // SECOND
    for key in comparison.changed_cells():
        old, new = (side.find_facet(key).value for side in (comparison.before, comparison.after))
        yield {
            "seq": item.seq,
            "event": item.event,
            "recorded_at": to_rfc3339(item.recorded_at),
            "kind": key[0],
            "subject": key[1],
            "before": old,
            "after": new,
            "published": None if published is None else to_rfc3339_short(published),
            "lag": lag,
        }
