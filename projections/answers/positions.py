"""Where parties stand: positions, and what others claim of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

import orjson

from domain.cells import (
    CellKey,
    CellRow,
    ResolvedPosition,
    find_run,
    is_same_place,
    resolve_claims,
    resolve_position,
    split_candidates,
)
from domain.errors import NotFoundError
from domain.instants import EARLIEST, Instant
from domain.model import Json
from projections.answer_json import join_objects, merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.newest import NewestLists
from projections.scope import Scope
from projections.view import LATER_HINT, T, View

NULL_JSON = b"null"
NO_STANCE: Json = {"stance": None, "answer": None, "summary": None, "quote": None, "conditions": []}


def select_positions(view: View, *party: str) -> list[orjson.Fragment]:
    """Return where every party, or one, stands on every issue and plan point."""
    resolved = resolve_positions(view, *party)
    values = read_answer_values(view, resolved)

    def make(resolved: Mapping[CellKey, ResolvedPosition]) -> dict[CellKey, orjson.Fragment]:
        positions = add_json(view, resolved)
        return {key: position_fragment(key, each, values) for key, each in positions.items()}

    fragments = view.make_from_each("positions", resolved, make, given=values)
    return [fragments[key] for key in sorted(resolved)]


def select_positions_on(view: View, keys: Collection[CellKey]) -> list[orjson.Fragment]:
    """Return where some parties stand on issues: the cells of these keys."""
    within = view.within(Scope(cells={"position": frozenset(keys)}))
    resolved = resolve_stances(within, "position")
    positions = add_json(view, {key: resolved[key] for key in keys if key in resolved})
    values = read_answer_values(view, positions)
    return [position_fragment(key, each, values) for key, each in positions.items()]


def read_answer_values(
    view: View, positions: Mapping[CellKey, ResolvedPosition]
) -> Mapping[tuple[str, str], object]:
    """Return the numbers of answers, by issue and answer, where any position gives one."""
    if not any(row.answer for position in positions.values() for row in position.candidates):
        return {}
    issues = (item.own_fields for item in view.visible_records("issue-defined"))
    return {
        (issue["issue"], each["answer"]): each["value"]
        for issue in issues
        for each in issue.get("answers") or ()
        if each.get("value") is not None
    }


def resolve_positions(view: View, *party: str) -> dict[CellKey, ResolvedPosition]:
    """Return where every party, or one, stands, by party and what it is on, without JSON."""
    points = key_by_party(resolve_stances(view, "stance"))
    party_points = {key: point for key, point in points.items() if party in ((), key[:1])}
    return resolve_stances(view, "position", *party) | party_points


def resolve_positions_on(view: View, issue: str) -> dict[str, ResolvedPosition]:
    """Return where each party stands on an issue, by party, without JSON."""
    parties = (str(item.own_fields["party"]) for item in view.all_records("party-registered"))
    keys = frozenset((party, issue) for party in parties)
    found = resolve_stances(view.within(Scope(cells={"position": keys})), "position")
    return {party: position for (party, of), position in found.items() if of == issue}


def resolve_positions_at(view: View, keys: Collection[CellKey]) -> dict[CellKey, ResolvedPosition]:
    """Return where some parties stand on issues or plan points, if anywhere, without JSON."""
    found = resolve_positions(_within_cells(view, keys)) if keys else {}
    return {key: found[key] for key in keys if key in found}


def _within_cells(view: View, keys: Collection[CellKey]) -> View:
    """Return a view of which no more is looked at than what parties say on issues or points."""
    points = frozenset((*point, party) for party, *point in keys if len(point) == 2)
    issues = frozenset(key for key in keys if len(key) == 2)
    return view.within(Scope(cells={"position": issues, "stance": points}))


def resolve_stances(view: View, kind: str, *prefix: str) -> dict[CellKey, ResolvedPosition]:
    """Return where the cells of a kind stand, if anywhere, without JSON."""
    resolved = view.resolve_cells(kind, *prefix, resolver=resolve_position, with_json=False)
    return {key: position for key, position in resolved.items() if position}


def find_runs(view: View, keys: Collection[CellKey]) -> dict[CellKey, list[CellRow]]:
    """Return the rows, newest first and without JSON, by which some parties stand where they do, on
    issues or plan points; none of whoever stands nowhere."""
    within = _within_cells(view, keys)

    def read(kind: str) -> dict[CellKey, list[CellRow]]:
        return within.resolve_cells(kind, resolver=find_run, with_json=False)

    runs = read("position") | key_by_party(read("stance"))
    return {key: runs[key] for key in keys if key in runs}


def add_json(
    view: View, positions: Mapping[CellKey, ResolvedPosition]
) -> dict[CellKey, ResolvedPosition]:
    """Return positions with the JSON of their candidates, which answers are joined from."""
    seqs = (row.seq for position in positions.values() for row in position.candidates)
    json_by_seq = view.read_json(seqs)
    return {key: position.with_json(json_by_seq) for key, position in positions.items()}


def count_statements(view: View, keys: Collection[CellKey]) -> dict[CellKey, int]:
    """Return how many statements some parties made on issues or plan points, if any."""
    within = _within_cells(view, keys)
    return within.count_cells("position") | key_by_party(within.count_cells("stance"))


def key_by_party(stances: Mapping[CellKey, T]) -> dict[CellKey, T]:
    """Return what stands under plan, point and party under party, plan and point."""
    return {(party, *point): each for (*point, party), each in stances.items()}


def position_fragment(
    key: CellKey,
    resolved: ResolvedPosition,
    values: Mapping[tuple[str, str], object] = MappingProxyType({}),
) -> orjson.Fragment:
    """Return one cell: the fields of the event that set it, the number of its answer, and since
    when it holds."""
    mixed = resolved.mixed
    answer = None if mixed else resolved.answer
    times = b'{"value":%b,"since":%b,"last_stated":%b,"mixed":%b,"candidates":%b}' % (
        orjson.dumps(values.get((key[1], answer))) if answer else NULL_JSON,
        resolved.since.detail or NULL_JSON if resolved.since else NULL_JSON,
        resolved.winner.detail or NULL_JSON if resolved.since else NULL_JSON,
        b"true" if mixed else b"false",
        orjson.dumps([row_fragment(row) for row in resolved.candidates]) if mixed else b"[]",
    )
    if len(resolved.candidates) == 1 and resolved.winner.label is not None:
        return join_objects(resolved.winner.body, times, resolved.winner.provenance)
    value = NO_STANCE | _key_fields(key) | ({} if mixed else resolved.winner.own_fields)
    if not mixed:
        value["answer"] = answer
    contested = [row.own_fields for row in resolved.candidates if b'"rivals":' in row.body]
    rivals = [rival for fields in contested for rival in fields.get("rivals", ())]
    value |= {"disputed": True, "rivals": rivals} if rivals else {}
    provenance = merge_provenance([row.provenance for row in resolved.candidates])
    return join_objects(orjson.dumps(value), times, provenance)


def row_fragment(row: CellRow) -> orjson.Fragment:
    return join_objects(row.body, row.provenance)


def _key_fields(key: CellKey) -> dict[str, str]:
    names = ("party", "issue") if len(key) == 2 else ("party", "plan", "point")
    return dict(zip(names, key, strict=True))


class PositionStep(NamedTuple):
    """Since when a position was held, with its stance and its answer if it gave one; no stance is a
    withdrawal, and ``mixed`` what more than one of which each may be the last make."""

    at: Instant
    label: str | None
    answer: str | None


def trace_positions(view: View, most: int) -> dict[CellKey, list[PositionStep]]:
    """Return by party and issue the steps of each position, oldest first, of the newest rows of a
    cell, so many at most."""
    steps_by_cell = {}
    newest = view.resolve_cells(
        "position",
        resolver=lambda rows: list(islice(rows, most)),
        expected_rows=most,
        with_json=False,
    )
    for key, rows in newest.items():
        steps: list[PositionStep] = []
        happened = [row for row in rows if not row.possible]
        for at in reversed(range(len(happened))):
            row, (candidates, older) = happened[at], split_candidates(islice(happened, at, None))
            if at and len(rows) == most and next(older, None) is None:
                continue  # what was not read may be the last with it
            mixed = ResolvedPosition(tuple(candidates)).mixed
            label, answer = ("mixed", None) if mixed else (row.label, row.answer)
            step = PositionStep(row.lo if row.lo > EARLIEST else row.last, label, answer)
            if not steps or label != steps[-1].label or not is_same_place(step, steps[-1]):
                steps.append(step)
            elif answer:
                steps[-1] = steps[-1]._replace(answer=answer)
        if steps:
            steps_by_cell[key] = steps
    return steps_by_cell


def find_position_anomalies(view: View) -> Iterator[FoundAnomaly]:
    """Yield withdrawals of stances that nobody is known to have taken."""
    withdrawn = view.resolve_cells(
        "position", resolver=_withdrawals_only, with_json=False
    ) | key_by_party(view.resolve_cells("stance", resolver=_withdrawals_only, with_json=False))
    json_by_seq = view.read_json(row.seq for rows in withdrawn.values() for row in rows)
    for key, row in ((key, row) for key, rows in withdrawn.items() for row in rows):
        names = ("party", "issue") if len(key) == 2 else ("party", "plan", "point")
        fields = {"kind": "withdrawal-without-position", **dict(zip(names, key, strict=True))}
        yield FoundAnomaly(row.tie_order, fields, [json_by_seq[row.seq][1]])


def _withdrawals_only(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return the rows of a cell if all are withdrawals, else none."""
    rows: list[CellRow] = []
    for row in newest_first:
        if row.label is not None:
            return []
        rows.append(row)
    return rows


def select_attributed(view: View, *prefix: str) -> list[orjson.Fragment]:
    """Return what others last said of a party's position, newest first in each cell: of every
    party, of one, or of one on what begins so."""
    return claim_fragments(view, _list_claims(view, *prefix))


def select_newest_attributed(view: View, lists: NewestLists) -> list[orjson.Fragment]:
    """Return of the same the newest, by the tie order of the claims."""
    claims = lists.keep(
        "attributed", _list_claims(view), lambda claim: claim.row.tie_order, "positions"
    )
    return claim_fragments(view, claims)


class ListedClaim(NamedTuple):
    """A claim about a party's position, in the cell of who makes it, with how many last ones that
    has."""

    key: CellKey
    row: CellRow
    last_count: int


def _list_claims(view: View, *party: str) -> list[ListedClaim]:
    """Return the claims that none of the same claimant surely followed, by what they are about,
    newest first."""
    claims = [
        ListedClaim(key, row, len(rows))
        for key, rows in resolve_claimed(view, *party).items()
        for row in rows
    ]
    claims.sort(key=lambda claim: claim.row.tie_order, reverse=True)
    return sorted(claims, key=lambda claim: claim.key[:-1])


def resolve_claimed(view: View, *party: str) -> dict[CellKey, list[CellRow]]:
    """Return the last claims about every party, or one, by cell and claimant, without JSON."""
    return view.resolve_cells("attributed", *party, resolver=resolve_claims, with_json=False)


def claim_fragments(view: View, claims: Sequence[ListedClaim]) -> list[orjson.Fragment]:
    """Return claims with who makes each and how many of theirs came surely before."""
    json_by_seq = view.read_json(claim.row.seq for claim in claims)
    listed = Scope(cells={"attributed": frozenset(claim.key for claim in claims)})
    counts = view.within(listed).count_cells("attributed") if claims else {}
    fragments = []
    for key, row, last_count in claims:
        body, provenance = json_by_seq[row.seq]
        claim = b'{"claimant":%b,"earlier_claims":%d}' % (
            row.detail or NULL_JSON,
            counts[key] - last_count,
        )
        fragments.append(join_objects(body, claim, provenance))
    return fragments


def find_cell(view: View, *key: str, start: int = 0, limit: int = 100) -> Json:
    """Return one position with its history, newest first from a place on.

    A party that was merged into another has that one's position, and ``same_as`` says so. Raises
    NotFoundError if nothing names it.
    """
    asked_party, *rest = key
    party = view.merges.slug_of("party", asked_party)
    key = (party, *rest)

    def read_history(kind: str, *key: str) -> tuple[ResolvedPosition | None, list[orjson.Fragment]]:
        def resolve_page(
            rows: Iterable[CellRow],
        ) -> tuple[ResolvedPosition | None, list[orjson.Fragment]]:
            page = [row_fragment(row) for row in islice(rows, start, start + limit)]
            return resolve_position(rows), page

        return view.resolve_cells(
            kind, *key, resolver=resolve_page, expected_rows=start + limit
        ).get(key, (None, []))

    own_history = (
        read_history("position", *key)
        if len(key) == 2
        else read_history("stance", *key[1:], key[0])
    )
    values = read_answer_values(view, {key: own_history[0]} if own_history[0] else {})
    (resolved, history), others = own_history, _read_claims(view, key, start, start + limit)
    if not history and not others:
        is_named = all(
            view.filter_mentioned(kind, {slug}) for kind, slug in _key_fields(key).items()
        )
        if not is_named:
            raise NotFoundError(
                f"nothing is known of {'/'.join(key)} under this basis", hint=LATER_HINT
            )
    return {
        "position": position_fragment(key, resolved, values) if resolved else None,
        "history": history,
        "attributed": others,
        **({} if party == asked_party else {"same_as": party}),
    }


def _read_claims(view: View, key: CellKey, start: int, end: int) -> list[orjson.Fragment]:
    """Return all claims of a cell, of whomever, newest first between two places."""
    rows_by_key = view.resolve_cells(
        "attributed", *key, resolver=lambda rows: list(islice(rows, end)), expected_rows=end
    )
    rows = [row for (*of, _), rows in rows_by_key.items() if tuple(of) == key for row in rows]
    rows.sort(key=attrgetter("tie_order"), reverse=True)
    return [row_fragment(row) for row in rows[start:end]]


def collect_provenances(rows: Iterable[CellRow]) -> list[bytes]:
    return [provenance for row in rows for provenance in row.all_provenance]
