"""The page of people and parties: who speaks for whom, what each said, how each side moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from typing import Annotated, get_args

from pydantic import Field

from api.http.query_params import OptionalText
from api.models.answers import Role, SpeakerSummary
from api.models.events import Party, Person
from api.pages.shared.disputes import disputed_text, show_disputes
from api.pages.shared.i18n import LANGUAGES
from api.pages.shared.page import OptionalRows, PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale, time_labels
from api.stance_words import label_word
from domain.catalogue import Authority
from domain.instants import EARLIEST, LATEST
from domain.model import Json
from projections import answers
from projections.names import NamedThing, find_named, nearest_registered_names

MAX_PARTIES, MAX_LANES = 8, 8
"""Parties that are drawn unless all are asked for, and issues of each that are."""
MAX_STEPS = 16
"""Positions of one cell that are drawn, the newest."""
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
_AUTHORITY_ORDER = (*get_args(Authority), None)
"""The highest first."""


class PeopleParams(PageParams):
    q: Annotated[OptionalText, Field(max_length=200, description="A name, in any spelling.")] = None
    rows: Annotated[OptionalRows, Field(description="All parties, however many.")] = None


def load_people(frame: PageContext) -> Json:
    """Return all parties and persons, or those whom a typed name means."""
    everybody = list_everybody(frame)
    name = (frame.params.q or "").strip()
    if not name:
        return (
            everybody if frame.strict else _shorten(everybody, is_whole=frame.params.rows == "all")
        )
    things = {(thing.kind, thing.slug): thing for thing in find_named(frame.view, name)}
    return {
        **everybody,
        "parties": list(_named_parties(everybody["parties"], things)),
        "others": list(_named_people(everybody["others"], things)),
        "asked": name,
        "found": len(things),
        "near": [] if things else nearest_registered_names(frame.view, name),
    }


def _shorten(everybody: Json, *, is_whole: bool) -> Json:
    """Return the first parties, or all, each with the issues that it moved on last."""
    parties = everybody["parties"] if is_whole else everybody["parties"][:MAX_PARTIES]
    return {
        **everybody,
        "all_parties": len(everybody["parties"]),
        "parties": [
            {**party, "lanes": _newest_lanes(party["lanes"]), "lane_count": len(party["lanes"])}
            for party in parties
        ],
    }


def _newest_lanes(lanes: list[Json]) -> list[Json]:
    """Return the lanes whose last step is the newest, in the order that they have."""
    numbers = range(len(lanes))
    newest = nlargest(MAX_LANES, numbers, key=lambda number: lanes[number]["steps"][-1]["x"])
    return [lanes[number] for number in sorted(newest)]


Things = Mapping[tuple[str, str], NamedThing]
"""Those whom a typed name means, by kind and slug."""


def _named_parties(parties: Iterable[Json], things: Things) -> Iterator[Json]:
    """Yield the parties that are meant, and of others those of their people who are."""
    for party in parties:
        people = list(_named_people(party["people"], things))
        if thing := things.get(("party", party["party"])):
            yield {**party, "also": _other_names(party, thing)}
        elif people:
            yield {**party, "people": people, "lanes": [], "said": [], "statements": 0}


def _named_people(people: Iterable[Json], things: Things) -> Iterator[Json]:
    for person in people:
        if thing := things.get(("person", person["person"])):
            yield {**person, "also": _other_names(person, thing)}


def _other_names(shown: Json, thing: NamedThing) -> list[str]:
    return [name for name in dict.fromkeys(thing.names) if name != shown["name"]]


def _registered_names(thing: Party | Person | None) -> list[str]:
    """Return the other names of a party or person, those of a second registration too, but for
    those that pages in their language show."""
    names_by_lang = (thing.names or {}) if thing else {}
    names = [name for lang, name in names_by_lang.items() if lang not in LANGUAGES]
    return [name for name in dict.fromkeys(names) if thing and name != thing.name]


def list_everybody(frame: PageContext) -> Json:
    """Return each party with its delegation and its positions over time; then those without."""
    speakers = frame.answers.speakers(frame.names_by_slug("person"), MAX_STATEMENTS)
    roles_by_party: dict[str, dict[str, list[Role]]] = {}
    for role in frame.answers.roles():
        roles_by_party.setdefault(role.party, {}).setdefault(role.person, []).append(role)
    registered = {party.party: party for party in frame.answers.parties() if party.party}
    persons = {person.person: person for person in frame.answers.people() if person.person}
    kinds = {slug: party.kind for slug, party in registered.items()}
    position_lanes, scale = build_lanes(frame)
    slugs = dict.fromkeys((*kinds, *roles_by_party, *position_lanes))
    order = {slug: number for number, slug in enumerate(slugs)}
    parties = [
        {
            "party": slug,
            "name": frame.name_of("party", slug),
            "kind": kinds.get(slug),
            "also": _registered_names(registered.get(slug)),
            "people": _delegation_members(frame, roles_by_party.get(slug, {}), speakers, persons),
            **_speaker_entry(frame, speakers, f"party:{slug}"),
            "lanes": position_lanes.get(slug, []),
        }
        for slug in slugs
    ]
    parties.sort(key=lambda party: (not party["people"], not party["lanes"], order[party["party"]]))
    labels = time_labels(frame.dates, scale, 4) if position_lanes else ()
    people_with_role = {person for roles in roles_by_party.values() for person in roles}
    return {
        "parties": parties,
        "others": [
            {
                "person": person.person,
                "name": person.name,
                "roles": [],
                "also": _registered_names(person),
                **_speaker_entry(frame, speakers, f"person:{person.person}"),
            }
            for person in frame.answers.people()
            if person.person and person.person not in people_with_role
        ],
        "labels": [label for label in labels if label[0] < 90],
    }


def table_rows(data: Json) -> Iterator[Json]:
    for party in data["parties"]:
        of_party = {"party": party["party"], "party_name": party["name"]}
        for person in party["people"]:
            for role in person["roles"]:
                yield {**person, **role, **of_party, "newest": _newest_summary(person)}
    for person in data["others"]:
        yield {**person, "newest": _newest_summary(person)}


def _newest_summary(person: Json) -> str | None:
    return person["said"][0]["summary"] if person["said"] else None


def _speaker_entry(
    frame: PageContext, speakers: Mapping[str, SpeakerSummary], speaker: str
) -> Json:
    summary = speakers.get(speaker, SpeakerSummary())
    said = [
        {
            **statement.model_dump(),
            "summary": disputed_text(statement, "summary"),
            "disputes": show_disputes(frame, statement),
        }
        for statement in summary.newest
    ]
    return {"said": said, "statements": summary.statements, "more": summary.more}


def _delegation_members(
    frame: PageContext,
    roles_by_person: Mapping[str, list[Role]],
    speakers: Mapping[str, SpeakerSummary],
    persons: Mapping[str, Person],
) -> list[Json]:
    """Return who holds a role for a party, those of highest authority first."""
    ranked_people = sorted(
        roles_by_person,
        key=lambda person: (
            min(_AUTHORITY_ORDER.index(role.authority) for role in roles_by_person[person]),
            frame.name_of("person", person),
        ),
    )
    return [
        {
            "person": person,
            "name": frame.name_of("person", person),
            "also": _registered_names(persons.get(person)),
            "roles": [
                {"title": role.title, "authority": role.authority, "since": role.since}
                for role in roles_by_person[person]
            ],
            **_speaker_entry(frame, speakers, f"person:{person}"),
        }
        for person in ranked_people
    ]


def build_lanes(frame: PageContext) -> tuple[dict[str, list[Json]], TimeScale]:
    """Return for each party a strip for each issue: what it held from when on, and how."""
    issues = frame.names_by_slug("issue")
    steps_by_cell = answers.trace_positions(frame.view, MAX_STEPS)
    now = min(frame.basis.valid_at, frame.basis.known_at)
    began = (step.at for steps in steps_by_cell.values() for step in steps)
    instants = [at for at in began if EARLIEST < at < LATEST]
    first, last = min(instants, default=now), max(instants, default=now)
    scale = TimeScale(first, max(last, min(now, last + (last - first) // 8)))
    lanes_by_party: dict[str, list[Json]] = {}
    order = {slug: number for number, slug in enumerate(issues)}
    for party, issue in sorted(steps_by_cell, key=lambda cell: order.get(cell[1], -1)):
        steps = steps_by_cell[party, issue]
        starts = [scale.percent_at(step.at) for step in steps]
        lanes_by_party.setdefault(party, []).append(
            {
                "issue": issue,
                "title": issues.get(issue, issue),
                "steps": [
                    {
                        "x": start,
                        "width": round(max(end - start, 0), 2),
                        "word": label_word(step.label),
                        "answer": frame.display_names.given_answer(issue, step.answer),
                    }
                    for start, end, step in zip(starts, [*starts[1:], 100.0], steps, strict=True)
                ],
            }
        )
    return lanes_by_party, scale


PAGE = PageDefinition(
    "people", load_people, params_model=PeopleParams, columns=COLUMNS, rows=table_rows
)
