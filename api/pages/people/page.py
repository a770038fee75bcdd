"""The page of people and parties: who speaks for whom, what each said, how each side moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.stance_words import label_word, stance_group
from api.pages.shared.time_scale import TimeScale, time_labels
from domain.instants import EARLIEST, LATEST, Instant
from projections import answers

MAX_STATEMENTS = 2
"""Statements of one person that are shown."""
COLUMNS = (
    "party",
    "party_name",
    "person",
    "name",
    "title",
    "authority",
    "since",
    "statements",
    "newest",
)
_AUTHORITY_ORDER = (
    "head-of-state",
    "head-of-government",
    "minister",
    "head-of-delegation",
    "envoy",
    "delegate",
    "spokesperson",
    "adviser",
    "other",
)


def load_people(frame: PageContext) -> Data:
    """Return each party with its delegation and its positions over time; then those without."""
    names = {kind: frame.names_by_slug(kind) for kind in ("person", "party")}
    newest_statements, statement_counts = _statements_by_speaker(frame, names)
    roles_by_party: dict[str, dict[str, list[Data]]] = {}
    for role in answers.to_plain(answers.select_roles(frame.view)):
        roles_by_party.setdefault(role["party"], {}).setdefault(role["person"], []).append(role)
    registered_parties = {
        each["party"]: each for each in answers.to_plain(answers.select_parties(frame.view))
    }
    position_lanes, scale = build_lanes(frame)
    slugs = dict.fromkeys((*registered_parties, *roles_by_party, *position_lanes))
    order = {slug: number for number, slug in enumerate(slugs)}
    parties = [
        {
            "party": slug,
            "name": names["party"].get(slug, slug),
            "kind": registered_parties.get(slug, {}).get("kind"),
            "people": _delegation_members(
                names["person"], roles_by_party.get(slug, {}), newest_statements, statement_counts
            ),
            "said": newest_statements.get(f"party:{slug}", []),
            "statements": statement_counts.get(f"party:{slug}", 0),
            "lanes": position_lanes.get(slug, []),
        }
        for slug in slugs
    ]
    parties.sort(key=lambda each: (not each["people"], not each["lanes"], order[each["party"]]))
    people_with_role = {person for each in roles_by_party.values() for person in each}
    people = answers.to_plain(answers.select_people(frame.view))
    return {
        "parties": parties,
        "others": [
            {
                "person": each["person"],
                "name": each["name"],
                "roles": [],
                "said": newest_statements.get(f"person:{each['person']}", []),
                "statements": statement_counts.get(f"person:{each['person']}", 0),
            }
            for each in people
            if each.get("person") and each["person"] not in people_with_role
        ],
        "labels": [
            each for each in time_labels(frame.dates, scale, 4) if each[0] < 90 and position_lanes
        ],
    }


def table_rows(data: Data) -> Iterator[dict[str, Any]]:
    for party in data["parties"]:
        for each in party["people"]:
            for role in each["roles"]:
                yield {
                    **each,
                    **role,
                    "party": party["party"],
                    "party_name": party["name"],
                    "newest": each["said"][0]["summary"] if each["said"] else None,
                }
    for each in data["others"]:
        yield {**each, "newest": each["said"][0]["summary"] if each["said"] else None}


def _statements_by_speaker(
    frame: PageContext, names: dict[str, dict[str, str]]
) -> tuple[dict[str, list[Data]], dict[str, int]]:
    """Return the newest statements of each speaker, and how many there are."""
    statements: dict[str, list[Data]] = {}
    counts: dict[str, int] = {}
    for item in frame.view.read_newest("statement-made"):
        value = item.own_fields
        speaker = str(value.get("speaker") or "")
        if ":" not in speaker:
            speaker = f"{'person' if speaker in names['person'] else 'party'}:{speaker}"
        counts[speaker] = counts.get(speaker, 0) + 1
        if counts[speaker] <= MAX_STATEMENTS:
            statements.setdefault(speaker, []).append(
                {
                    "event": item.event,
                    "summary": value.get("summary"),
                    "occurred": value.get("occurred"),
                }
            )
    return statements, counts


def _delegation_members(
    names: dict[str, str],
    roles_by_person: dict[str, list[Data]],
    newest_statements: dict[str, list[Data]],
    statement_counts: dict[str, int],
) -> list[Data]:
    members: list[Data] = [
        {
            "person": person,
            "name": names.get(person, person),
            "roles": [
                {name: role.get(name) for name in ("title", "authority", "since")} for role in roles
            ],
            "said": newest_statements.get(f"person:{person}", []),
            "statements": statement_counts.get(f"person:{person}", 0),
        }
        for person, roles in roles_by_person.items()
    ]
    members.sort(
        key=lambda each: (min(_authority_rank(role) for role in each["roles"]), each["name"])
    )
    return members


def _authority_rank(role: Data) -> int:
    return (
        _AUTHORITY_ORDER.index(role["authority"])
        if role["authority"] in _AUTHORITY_ORDER
        else len(_AUTHORITY_ORDER)
    )


def build_lanes(frame: PageContext) -> tuple[dict[str, list[Data]], TimeScale]:
    """Return for each party a strip for each issue: which stance it took from when on."""
    issues = frame.names_by_slug("issue")
    steps_by_cell: dict[tuple[str, str], list[tuple[Instant, str | None]]] = {}
    for (party, issue), rows in frame.view.read_cells("position").items():
        steps = [
            (row.lo if row.lo > EARLIEST else row.last, row.label)
            for row in reversed(list(rows))
            if not row.possible
        ]
        distinct_steps = [
            step
            for number, step in enumerate(steps)
            if not number or step[1] != steps[number - 1][1]
        ]
        if distinct_steps:
            steps_by_cell[party, issue] = distinct_steps
    end = min(frame.basis.valid_at, frame.basis.known_at)
    starts = [at for steps in steps_by_cell.values() for at, _ in steps if EARLIEST < at < LATEST]
    newest_start = max(starts, default=end)
    scale = TimeScale(
        min(starts, default=end),
        max(newest_start, min(end, newest_start + (newest_start - min(starts, default=end)) // 8)),
    )
    lanes_by_party: dict[str, list[Data]] = {}
    order = {slug: number for number, slug in enumerate(issues)}
    for (party, issue), steps in sorted(
        steps_by_cell.items(), key=lambda each: order.get(each[0][1], -1)
    ):
        percents = [scale.percent_at(at) for at, _ in steps]
        lanes_by_party.setdefault(party, []).append(
            {
                "issue": issue,
                "title": issues.get(issue, issue),
                "steps": [
                    {
                        "x": place,
                        "width": round(max(after - place, 0), 2),
                        "word": label_word(mark),
                        "side": stance_group(label_word(mark)) or "open",
                    }
                    for place, after, (_, mark) in zip(
                        percents, [*percents[1:], 100.0], steps, strict=True
                    )
                ],
            }
        )
    return lanes_by_party, scale


PAGE = PageDefinition("people", load_people, columns=COLUMNS, rows=table_rows)
