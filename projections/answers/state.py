"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answer_json import Item, join_objects
from projections.answers.coverage import build_coverage
from projections.answers.plans import PlanSet
from projections.answers.positions import (
    find_meeting_anomalies,
    select_attributed,
    select_meetings,
    select_positions,
)
from projections.view import LATER_HINT, View

MAX_STATEMENTS, MAX_LISTED = 10, 20


def to_plain(answer: object) -> Any:
    """Return an answer as plain lists and dicts, for those who read it and do not send it on."""
    return orjson.loads(orjson.dumps(answer))


def build_state(view: View) -> Json:
    """Return everything of a negotiation as of the basis."""
    openings = view.visible_records("negotiation-opened")
    plan_set = PlanSet(view)
    return {
        "negotiation": openings[0].json_fragment if openings else None,
        "parties": select_parties(view),
        "roles": select_roles(view),
        "issues": select_issues(view),
        "meetings": select_meetings(view),
        "positions": select_positions(view),
        "attributed": select_attributed(view),
        "plans": plan_set.build_all(),
        "statements": list(islice(select_statements(view), MAX_STATEMENTS)),
        "disputed": select_by_standing(view, "disputed"),
        "withdrawn": select_by_standing(view, "withdrawn"),
        "possible": select_by_standing(view, "possible"),
        "scheduled": select_by_standing(view, "scheduled"),
        "unrealised": select_by_standing(view, "unrealised"),
        "erased": select_by_standing(view, "erased"),
        "anomalies": [
            *_early_reported(view),
            *find_meeting_anomalies(view),
            *plan_set.find_anomalies(),
        ],
        "coverage": build_coverage(view),
    }


def select_by_standing(view: View, standing: str, limit: int = MAX_LISTED) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.list_by_standing(standing, limit)]


def _early_reported(view: View) -> Iterator[orjson.Fragment]:
    for item in view.list_by_standing("ahead", MAX_LISTED):
        yield join_objects(b'{"kind":"published-before-occurred"}', item.body, item.provenance)


def select_parties(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("party-registered")]


def select_issues(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("issue-defined")]


def select_people(view: View) -> list[orjson.Fragment]:
    """Return the persons that show, each with the roles held."""
    roles_by_person: dict[str, list[Json]] = {}
    for role in to_plain(select_roles(view)):
        roles_by_person.setdefault(role["person"], []).append(role)
    return [
        join_objects(
            item.body,
            orjson.dumps({"roles": roles_by_person.get(item.own_fields["person"] or "", [])}),
            item.provenance,
        )
        for item in view.visible_records("person-registered")
    ]


def select_roles(view: View, *prefix: str) -> list[orjson.Fragment]:
    """Return the roles assumed and not ended; starts are compared, not ends."""
    fragments = []
    for (person, party, title), rows in view.read_cells("role", *prefix).items():
        row = next(iter(rows))
        if row.label == "role-assumed":
            value = row.own_fields
            role = {
                "person": person,
                "party": party,
                "title": title,
                "authority": value.get("authority"),
                "since": value.get("occurred"),
            }
            fragments.append(join_objects(orjson.dumps(role), row.provenance))
    return fragments


def select_statements(
    view: View,
    slug: str | None = None,
    *,
    speaker: str | None = None,
    party: str | None = None,
    about: str | None = None,
    q: str | None = None,
) -> Iterator[orjson.Fragment]:
    """Yield statements newest first, or those of one slug; withdrawn ones say so."""
    withdrawn_slugs = {
        taken for (taken,) in view.read_cells("statement", *([slug] if slug else []))
    }
    matching_ids = {item.event for item in view.search_news(q)} if q else None
    speakers = _matching_speakers(view, speaker, party)
    for item in view.read_newest("statement-made", f"statement:{slug}" if slug else None):
        if matching_ids is not None and item.event not in matching_ids:
            continue
        value = item.own_fields
        if slug and value.get("statement") != slug:
            continue
        on_behalf = speaker is None and party is not None and value.get("on_behalf_of") == party
        if speakers is not None and value.get("speaker") not in speakers and not on_behalf:
            continue
        if about and about not in (value.get("about") or ()):
            continue
        withdrawn = b"true" if value.get("statement") in withdrawn_slugs else b"false"
        yield join_objects(item.body, b'{"withdrawn":%b}' % withdrawn, item.provenance)


def _matching_speakers(view: View, speaker: str | None, party: str | None) -> set[str] | None:
    if speaker is None and party is None:
        return None
    speakers = None
    if speaker is not None:
        speakers = {speaker} if ":" in speaker else {f"person:{speaker}", f"party:{speaker}"}
    if party is not None:
        current_roles = to_plain(select_roles(view))
        members = {f"person:{role['person']}" for role in current_roles if role["party"] == party}
        members.add(f"party:{party}")
        speakers = members if speakers is None else speakers & members
    return speakers


def summarize_speakers(view: View, people: Collection[str], newest: int) -> dict[str, Json]:
    """Return how many statements each speaker made, and the newest, by kind and slug.

    A speaker without a kind is a person where one of ``people`` has that slug, else a party.
    """
    speakers: dict[str, Json] = {}
    for item in view.read_newest("statement-made"):
        value = item.own_fields
        kind, _, slug = str(value.get("speaker") or "").rpartition(":")
        kind = kind or ("person" if slug in people else "party")
        summary = speakers.setdefault(f"{kind}:{slug}", {"statements": 0, "newest": []})
        summary["statements"] += 1
        if summary["statements"] <= newest:
            fields = {name: value.get(name) for name in ("summary", "occurred")}
            rivals = value.get("rivals", [])
            summary["newest"].append({"event": item.event, **fields, "rivals": rivals})
    return speakers


def build_event_lines(items: Iterable[Item], view: View) -> list[orjson.Fragment]:
    return [build_event_line(item, view) for item in items]


def build_event_line(item: Item, view: View, **more: object) -> orjson.Fragment:
    """Return one event of the log as it stands under the basis."""
    log_fields = {
        "id": item.event,
        "seq": item.seq,
        "recorded_at": to_rfc3339(item.recorded_at),
        "standing": item.standing_at(view.basis.valid_at),
        **more,
    }
    return join_objects(
        item.body, orjson.dumps(log_fields), b'{"reports":%b}' % item.reports, item.provenance
    )


def find_event(view: View, identity: str) -> tuple[Item, list[Item]]:
    """Return one event and what acted on it. Raises NotFoundError."""
    item = view.find_visible_item(identity)
    if item is None:
        raise NotFoundError(f"no event {identity} is known under this basis", hint=LATER_HINT)
    acts = orjson.loads(item.provenance)["events"][1:]
    return item, [found for act in acts if (found := view.find_visible_item(act))]
