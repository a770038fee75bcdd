"""The page of people and parties: who speaks for whom, what each said, how each side moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.desk.frame import Frame
from api.desk.lanes import lanes
from api.desk.page import Data, Page
from api.desk.scale import months
from projections import answers

NEWEST = 2
"""Statements of one person that are shown."""
COLUMNS = ("party", "party_name", "person", "name", "title", "authority", "since", "statements",
           "newest")  # fmt: skip
_RANK = ("head-of-state", "head-of-government", "minister", "head-of-delegation", "envoy",
         "delegate", "spokesperson", "adviser", "other")  # fmt: skip


def data(frame: Frame) -> Data:
    """Return each party with its delegation and its positions over time; then those without."""
    names = {kind: frame.names(kind) for kind in ("person", "party")}
    said, counts = _said(frame, names)
    held: dict[str, dict[str, list[Data]]] = {}
    for role in answers.spelled_out(answers.roles(frame.view)):
        held.setdefault(role["party"], {}).setdefault(role["person"], []).append(role)
    shown = {each["party"]: each for each in answers.spelled_out(answers.parties(frame.view))}
    strips, scale = lanes(frame)
    slugs = dict.fromkeys((*shown, *held, *strips))
    order = {slug: number for number, slug in enumerate(slugs)}
    parties = [
        {
            "party": slug,
            "name": names["party"].get(slug, slug),
            "kind": shown.get(slug, {}).get("kind"),
            "people": _delegation(names["person"], held.get(slug, {}), said, counts),
            "said": said.get(f"party:{slug}", []),
            "statements": counts.get(f"party:{slug}", 0),
            "lanes": strips.get(slug, []),
        }
        for slug in slugs
    ]
    parties.sort(key=lambda each: (not each["people"], not each["lanes"], order[each["party"]]))
    placed = {person for each in held.values() for person in each}
    people = answers.spelled_out(answers.people(frame.view))
    return {
        "parties": parties,
        "others": [
            {"person": each["person"], "name": each["name"], "roles": [],
             "said": said.get(f"person:{each['person']}", []),
             "statements": counts.get(f"person:{each['person']}", 0)}
            for each in people if each.get("person") and each["person"] not in placed
        ],
        "labels": [each for each in months(frame.dates, scale, 4) if each[0] < 90 and strips],
    }  # fmt: skip


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for party in data["parties"]:
        for each in party["people"]:
            for role in each["roles"]:
                yield {**each, **role, "party": party["party"], "party_name": party["name"],
                       "newest": each["said"][0]["summary"] if each["said"] else None}  # fmt: skip
    for each in data["others"]:
        yield {**each, "newest": each["said"][0]["summary"] if each["said"] else None}


def _said(
    frame: Frame, names: dict[str, dict[str, str]]
) -> tuple[dict[str, list[Data]], dict[str, int]]:
    """Return the newest statements of each speaker, and how many there are."""
    found: dict[str, list[Data]] = {}
    counts: dict[str, int] = {}
    for item in frame.view.newest("statement-made"):
        value = item.value
        speaker = str(value.get("speaker") or "")
        if ":" not in speaker:
            speaker = f"{'person' if speaker in names['person'] else 'party'}:{speaker}"
        counts[speaker] = counts.get(speaker, 0) + 1
        if counts[speaker] <= NEWEST:
            found.setdefault(speaker, []).append(
                {"event": item.event, "summary": value.get("summary"),
                 "occurred": value.get("occurred")}
            )  # fmt: skip
    return found, counts


def _delegation(
    names: dict[str, str], held: dict[str, list[Data]], said: dict[str, list[Data]],
    counts: dict[str, int],
) -> list[Data]:  # fmt: skip
    found: list[Data] = [
        {"person": person, "name": names.get(person, person),
         "roles": [{name: role.get(name) for name in ("title", "authority", "since")}
                   for role in roles],
         "said": said.get(f"person:{person}", []), "statements": counts.get(f"person:{person}", 0)}
        for person, roles in held.items()
    ]  # fmt: skip
    found.sort(key=lambda each: (min(_rank(role) for role in each["roles"]), each["name"]))
    return found


def _rank(role: Data) -> int:
    return _RANK.index(role["authority"]) if role["authority"] in _RANK else len(_RANK)


PAGE = Page("people", data, columns=COLUMNS, rows=rows)
