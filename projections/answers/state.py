"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter
from typing import Any

import orjson

from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answer_json import Item, add_events, join_objects
from projections.answers.anomalies import FoundAnomaly
from projections.answers.coverage import build_coverage
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.meetings import find_meeting_anomalies, select_newest_meetings
from projections.answers.newest import BOUNDED, ListLimits, NewestLists
from projections.answers.phantom_acts import find_phantom_acts
from projections.answers.phantom_links import find_phantom_links
from projections.answers.plans import PlanSet
from projections.answers.positions import (
    find_position_anomalies,
    select_newest_attributed,
    select_positions,
)
from projections.log_query import LogQuery
from projections.names import find_named
from projections.search import find_hits, find_news
from projections.view import ALL_ROWS, LATER_HINT, View


def to_plain(answer: object) -> Any:
    """Return an answer as plain lists and dicts, for those who read it and do not send it on."""
    return orjson.loads(orjson.dumps(answer))


def build_state(view: View, address: str, limits: ListLimits = BOUNDED) -> Json:
    """Return everything of a negotiation, which has this address in the API, as of the basis.

    Of lists that grow with the log it gives the newest, and tells in ``more`` what it leaves off:
    of claims, amendments, meetings and events by tie order, of gaps by their days.
    """
    lists = NewestLists(view, address, limits)
    openings = view.visible_records("negotiation-opened")
    plan_set = PlanSet(view)
    return {
        "negotiation": openings[0].json_fragment if openings else None,
        **({} if openings or not _is_opening_struck_out(view) else {"opening": "struck-out"}),
        "parties": select_parties(view),
        "roles": select_roles(view),
        "issues": select_issues(view),
        "meetings": select_newest_meetings(view, lists),
        "positions": select_positions(view),
        "attributed": select_newest_attributed(view, lists),
        "plans": plan_set.build_all(lists),
        "statements": lists.keep_of_type(
            "statements", "statement-made", select_statements(view), lists.limits.statements
        ),
        **{kind.list_name: kind.select_newest(view, lists) for kind in LISTED_KINDS},
        "disputed": lists.keep_by_standing("disputed"),
        "withdrawn": lists.keep_by_standing("withdrawn"),
        "possible": lists.keep_by_standing("possible"),
        "scheduled": lists.keep_by_standing("scheduled"),
        "unrealised": lists.keep_by_standing("unrealised"),
        "erased": lists.keep_by_standing("erased"),
        "anomalies": _newest_anomalies(plan_set, lists),
        "coverage": build_coverage(view, lists),
        "more": lists.more,
    }


def _is_opening_struck_out(view: View) -> bool:
    """Return whether the opening was voided or retracted; such logs are of older versions."""
    if view.is_opening_void():
        return True
    opened = view.read_log(LogQuery(1, type="negotiation-opened"))
    return any(item.withdrawn for item in opened)


def select_by_standing(view: View, standing: str, limit: int) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.list_by_standing(standing, limit)]


def select_anomalies(view: View) -> Iterator[orjson.Fragment]:
    """Yield all that does not add up; first, newest first, what was published too early."""
    for anomaly in _find_anomalies(PlanSet(view), ALL_ROWS):
        yield anomaly.json_fragment


def _newest_anomalies(plan_set: PlanSet, lists: NewestLists) -> list[orjson.Fragment]:
    limit, left_out = lists.limits.listed, 0
    anomalies = list(_find_anomalies(plan_set, limit + 1))
    early_count = sum(bool(each.event_body) for each in anomalies)
    if early_count > limit:
        left_out = plan_set.view.count_by_standing("ahead", ALL_ROWS) - early_count
    newest = lists.keep("anomalies", anomalies, attrgetter("order"), "anomalies", left_out=left_out)
    return [anomaly.json_fragment for anomaly in newest]


def _find_anomalies(plan_set: PlanSet, early_limit: int) -> Iterator[FoundAnomaly]:
    for item in plan_set.view.list_by_standing("ahead", early_limit):
        order = (item.last, item.lo, item.known_at, item.seq, 0)
        fields = {"kind": "published-before-occurred"}
        yield FoundAnomaly(order, fields, [item.provenance], _body_without_kind(item))
    yield from find_meeting_anomalies(plan_set.view)
    yield from find_position_anomalies(plan_set.view)
    yield from _withdrawals_without_statement(plan_set.view)
    for kind in LISTED_KINDS:
        yield from kind.find_anomalies(plan_set.view)
    yield from plan_set.find_anomalies()
    yield from find_phantom_acts(plan_set.view)
    yield from find_phantom_links(plan_set.view)


def _withdrawals_without_statement(view: View) -> Iterator[FoundAnomaly]:
    for (slug,), rows in view.read_cells("statement").items():
        made = view.read_newest("statement-made", f"statement:{slug}")
        if not any(item.own_fields.get("statement") == slug for item in made):
            for row in rows:
                fields = {"kind": "withdrawal-without-statement", "statement": slug}
                yield FoundAnomaly(row.tie_order, fields, [row.provenance])


def _body_without_kind(item: Item) -> bytes:
    """Return the body of an event without a kind of its own: an anomaly has one too."""
    own_fields = item.own_fields if item.type == "incident-reported" else {}
    return orjson.dumps(own_fields) if own_fields.pop("kind", None) else item.body


def select_parties(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("party-registered")]


def select_issues(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("issue-defined")]


def select_people(view: View, name: str | None = None) -> list[orjson.Fragment]:
    """Return the persons that show, or those of them with such a name, each with the roles held."""
    named = (
        {thing.slug for thing in find_named(view, name) if thing.kind == "person"} if name else ()
    )
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
        if not name or item.own_fields["person"] in named
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
    """Yield statements newest first, or those of one slug; withdrawn ones say so and rest on what
    took them back too."""
    withdrawals = {
        taken: rows
        for (taken,), rows in view.read_cells("statement", *([slug] if slug else [])).items()
    }
    party = party and view.merges.slug_of("party", party)
    about = about and view.merges.subject_of(about)
    matching_ids = {item.event for item in find_news(view, q)} if q else None
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
        rows = withdrawals.get(str(value.get("statement")), ())
        provenance = add_events(item.provenance, [row.provenance for row in rows])
        withdrawn = b"true" if rows else b"false"
        yield join_objects(item.body, b'{"withdrawn":%b}' % withdrawn, provenance)


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
    """Return how many statements each speaker made, and the newest, by kind and slug.

    A speaker without a kind is a person where one of ``people`` has that slug, else a party.
    """
    speakers: dict[str, Json] = {}
    withdrawn_slugs = {slug for (slug,) in view.read_cells("statement")}
    for item in view.read_newest("statement-made"):
        value = item.own_fields
        kind, _, slug = str(value.get("speaker") or "").rpartition(":")
        kind = kind or ("person" if slug in people else "party")
        summary = speakers.setdefault(f"{kind}:{slug}", {"statements": 0, "newest": []})
        summary["statements"] += 1
        if summary["statements"] <= newest:
            fields = {name: value.get(name) for name in ("summary", "occurred")}
            marks = {
                "rivals": value.get("rivals", []),
                "withdrawn": value.get("statement") in withdrawn_slugs,
            }
            summary["newest"].append({"event": item.event, **fields, **marks})
    return speakers


def build_event_lines(items: Iterable[Item], view: View) -> list[orjson.Fragment]:
    return [build_event_line(item, view) for item in items]


def build_hits(view: View, query: str) -> Iterator[orjson.Fragment]:
    """Yield the news that holds all that a query wants, newest first, with the passage found."""
    for item, passage in find_hits(view, query):
        yield build_event_line(item, view, passage=passage)


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
