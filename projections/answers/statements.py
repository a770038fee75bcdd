"""Statements: by whom, for whom, about what and with which words, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

import orjson

from domain.model import Json
from projections.answer_json import Item, add_events, join_objects, to_plain
from projections.answers.roles import select_roles
from projections.log_query import LogQuery
from projections.names import find_named, read_terms
from projections.view import View

STATEMENTS_AT_ONCE, MORE_AT_ONCE = 128, 1024
MAX_SUMMARIZED = 1000
"""Statements up to which those of a speaker are counted."""


def select_statements(
    view: View,
    slug: str | None = None,
    *,
    speaker: str | None = None,
    party: str | None = None,
    about: str | None = None,
    q: str | None = None,
) -> Iterator[orjson.Fragment]:
    """Yield statements newest first, or those of one slug; withdrawn ones say so and rest on what
    took them back too."""
    withdrawals = {
        taken: rows
        for (taken,), rows in view.read_cells("statement", *([slug] if slug else [])).items()
    }
    party = party and view.merges.slug_of("party", party)
    about = about and view.merges.subject_of(about)
    speakers = _matching_speakers(view, speaker, party)
    is_plain = not (withdrawals or slug or party or about or speakers is not None)
    for item in _find_statements(view, slug, speakers, party, about, q):
        if is_plain:
            yield join_objects(item.body, b'{"withdrawn":false}', item.provenance)
            continue
        value = item.own_fields
        if slug and value.get("statement") != slug:
            continue
        on_behalf = speaker is None and party is not None and value.get("on_behalf_of") == party
        if speakers is not None and value.get("speaker") not in speakers and not on_behalf:
            continue
        if about and about not in (value.get("about") or ()):
            continue
        rows = withdrawals.get(str(value.get("statement")), ())
        provenance = add_events(item.provenance, [row.provenance for row in rows])
        withdrawn = b"true" if rows else b"false"
        yield join_objects(item.body, b'{"withdrawn":%b}' % withdrawn, provenance)


def _find_statements(
    view: View,
    slug: str | None,
    speakers: set[str] | None,
    party: str | None,
    about: str | None,
    q: str | None,
) -> Iterable[Item]:
    """Return at least the statements that are asked for, newest first, and few others."""
    if not (q or about or speakers is not None):
        return view.read_newest("statement-made", f"statement:{slug}" if slug else None)
    if speakers is not None:
        speakers |= {f"party:{party}"} if party else set()
        if not speakers:
            return ()
    subjects = {about} if about else speakers or ()
    query = LogQuery(
        STATEMENTS_AT_ONCE,
        order="happened",
        newest_first=True,
        type="statement-made",
        standing="happened",
        subjects=tuple(sorted(subjects)),
        terms=read_terms(view, q) if q else None,
    )
    return map(view.show_item, _read_whole(view, query))


def _read_whole(view: View, query: LogQuery) -> Iterator[Item]:
    """Yield all that a query asks for, page by page."""
    while page := view.read_log(query):
        yield from page
        if len(page) < query.limit:
            return
        query = replace(query, after=page[-1].seq, limit=MORE_AT_ONCE)


def _matching_speakers(view: View, speaker: str | None, party: str | None) -> set[str] | None:
    if speaker is None and party is None:
        return None
    speakers = None
    if speaker is not None:
        named = find_named(view, speaker) if ":" not in speaker else ()
        speakers = {f"{thing.kind}:{thing.slug}" for thing in named}
        speakers |= {speaker} if ":" in speaker else {f"person:{speaker}", f"party:{speaker}"}
        speakers = set(map(view.merges.subject_of, speakers))
    if party is not None:
        current_roles = to_plain(select_roles(view))
        members = {f"person:{role['person']}" for role in current_roles if role["party"] == party}
        members.add(f"party:{party}")
        speakers = members if speakers is None else speakers & members
    return speakers


def summarize_speakers(view: View, people: Collection[str], newest: int) -> dict[str, Json]:
    """Return how many of the newest statements each speaker made, and the newest, by kind and slug.

    ``more`` is whether there are other statements; of ``people`` who made none of the newest, their
    own newest are told. A speaker without a kind is one of ``people`` who has that slug, else a
    party.
    """
    withdrawn_slugs = {slug for (slug,) in view.read_cells("statement")}
    statements = iter(view.read_newest("statement-made"))
    items_by_speaker: dict[str, list[Item]] = {}
    for item in islice(statements, MAX_SUMMARIZED):
        kind, _, slug = str(item.own_fields.get("speaker") or "").rpartition(":")
        kind = kind or ("person" if slug in people else "party")
        items_by_speaker.setdefault(f"{kind}:{slug}", []).append(item)
    has_more = next(statements, None) is not None
    persons = {f"person:{slug}" for slug in people}
    for speaker in sorted(persons - items_by_speaker.keys()) if has_more else ():
        if found := _newest_of(view, speaker, newest):
            items_by_speaker[speaker] = found
    return {
        speaker: {
            "statements": len(items),
            "more": has_more,
            "newest": [_head_of(item, withdrawn_slugs) for item in items[:newest]],
        }
        for speaker, items in items_by_speaker.items()
    }


def _newest_of(view: View, speaker: str, count: int) -> list[Item]:
    """Return the newest statements of a speaker, so many at most."""
    _, _, slug = speaker.partition(":")
    found = _find_statements(view, None, {speaker, slug}, None, None, None)
    own = (item for item in found if item.own_fields.get("speaker") in (speaker, slug))
    return list(islice(own, count))


def _head_of(item: Item, withdrawn_slugs: Collection[str]) -> Json:
    value = item.own_fields
    return {
        "event": item.event,
        **{name: value.get(name) for name in ("summary", "occurred")},
        "rivals": value.get("rivals", []),
        "withdrawn": value.get("statement") in withdrawn_slugs,
    }
