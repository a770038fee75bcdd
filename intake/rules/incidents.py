# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Incidents away from the table: attacks, violations, seizures, releases, strikes, sanctions."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.registry import KnownIncident
from intake.rules import incident_words as told
from intake.rules.act_times import first_day_of, is_history, past_times, when_done
from intake.rules.likeness import content_stems
from intake.rules.moments import When
from intake.rules.numbers_told import read_number
from intake.rules.place_names import nominative_place
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import find_times

_DATE_WORD = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|"
    r"september|october|november|december",
    re.IGNORECASE,
)
_NEUTRAL = ("mediator", "organisation")
_ALIKE = 2


def read_incidents(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    """Propose the incident that a sentence tells of with a time or with casualties."""
    masked = read.sentence.masked
    kind, found = _kind_of(masked)
    if kind is None or found is None:
        return False
    casualties = read_casualties(masked)
    is_ahead = kind == "strike" and bool(told.ANNOUNCED.search(found[0]))
    when = _when(read, found, story, is_ahead=is_ahead)
    if casualties and _adds_casualties(kind, casualties, when, read, story):
        return True
    known = _find_known(kind, when, read, story)
    start, end = read.sentence.start, read.sentence.end
    if known is not None:
        why = f"The incident “{known.title or known.slug}” is recorded."
        story.report_again(known.event, start, end, why)
        return True
    if when.expression is None and not casualties:
        return False
    if is_history(when, story):
        story.hold_back(start, end, "The incident is told as history.")
        return True
    neutral = story.cast.party_of(said_by) if said_by and _is_neutral(said_by, story) else None
    parties = [each for each in _parties(read, story) if each != neutral] or (
        _unions(story) if kind == "strike" else []
    )
    if not (parties or casualties or kind == "violation" or _concerns(read, story)):
        story.hold_back(start, end, "The incident names no party and no issue of the negotiation.")
        return True
    if said_by and not (_is_neutral(said_by, story) or _is_own_act(kind, said_by, parties, story)):
        story.hold_back(start, end, f"Only {story.name_of(said_by)} tells of this incident.")
        return True
    if _is_told_already(kind, when, story):
        return True
    fields = _fields(kind, when, read, parties, casualties, story)
    if is_ahead:
        fields["modality"] = "announced"
    why = f"“{' '.join(found[0].split())}” tells of an incident."
    story.propose(
        DraftProposal("incident-reported", fields, start, end, why, 0.55, when, read.sentence.block)
    )
    return True


def _kind_of(masked: str) -> tuple[str | None, re.Match[str] | None]:
    """Return the first kind of incident that a sentence tells as something that took place."""
    if told.FIGURATIVE.search(masked):
        return None, None
    for kind, pattern in told.KINDS:
        for found in pattern.finditer(masked):
            if kind == "seizure" and told.BY_POLICE.search(masked):
                continue
            if kind in ("release", "strike", "sanction") and told.NOT_YET.search(
                masked, found.end()
            ):
                continue
            if reality_of(masked, found.start(), found.end()) == "actual":
                return kind, found
    return None, None


def _when(read: ReadSentence, found: re.Match[str], story: Story, *, is_ahead: bool) -> When:
    if is_ahead:
        ahead = find_times(read.sentence, story.calendar, "future")
        return When.from_phrase(ahead[-1]) if ahead else When(None)
    if not past_times(read, story) and not story.tells_its_own_day:
        return When(None)
    return when_done(read, found.start(), found.end(), story)


def _adds_casualties(
    kind: str, casualties: Json, when: When, read: ReadSentence, story: Story
) -> bool:
    """Give casualties to the incident that the same paragraph has told, where they are of that."""
    before = story.of_type(("incident-reported",))
    if not before or kind != "attack":
        return False
    last = before[-1]
    if last.block != read.sentence.block or "casualties" in last.fields:
        return False
    if when.expression not in (None, last.when.expression):
        return False
    last.fields["casualties"] = casualties
    return True


def _fields(
    kind: str, when: When, read: ReadSentence, parties: list[str], casualties: Json, story: Story
) -> Json:
    line = " ".join(read.sentence.text.split())
    title = line if len(line) <= 160 else f"{line[:159].rsplit(' ', 1)[0]}…"
    slug = make_slug(f"{kind} {first_day_of(when.expression or '')[:10]}".strip(), _taken(story))
    story.slugs.add(slug or kind)
    fields: Json = {"incident": slug or kind, "title": title, "kind": kind}
    if place := nominative_place(_place(read) or "", story.text):
        fields["place"] = place
    if parties:
        fields["parties"] = parties
    if casualties:
        fields["casualties"] = casualties
    return fields


def _place(read: ReadSentence) -> str | None:
    named = {each.start for each in read.mentions}
    for found in told.PLACE.finditer(read.sentence.masked):
        place = found["place"].rstrip(".,")
        is_actor = read.sentence.start + found.start("place") in named
        if not (is_actor or _DATE_WORD.match(place) or place.endswith(("'s", "’s"))):
            return place
    return None


def _taken(story: Story) -> set[str]:
    return {each.slug for each in story.registry.incidents} | story.slugs


def _find_known(kind: str, when: When, read: ReadSentence, story: Story) -> KnownIncident | None:
    """Return the recorded incident of that kind that a sentence tells of once more."""
    stems = content_stems(read.sentence.text)
    day = first_day_of(when.expression or "")[:10]
    for known in story.registry.incidents:
        if known.kind and known.kind != kind:
            continue
        likeness = len(stems & content_stems(f"{known.title or ''} {known.place or ''}"))
        if known.occurred and day:
            likeness += 1 if first_day_of(known.occurred)[:10] == day else -1
        if likeness >= _ALIKE:
            return known
    return None


def _is_told_already(kind: str, when: When, story: Story) -> bool:
    return any(
        each.fields["kind"] == kind and each.when.expression == when.expression
        for each in story.of_type(("incident-reported",))
    )


def _is_neutral(actor: str, story: Story) -> bool:
    """Return whether somebody takes neither side, as who mediates or helps."""
    party = story.registry.party_by_slug.get(story.cast.party_of(actor) or "")
    return party is None or party.kind in _NEUTRAL


def _is_own_act(kind: str, said_by: str, parties: list[str], story: Story) -> bool:
    """Return whether a party tells what it does itself: a strike, a release, sanctions."""
    own = story.cast.party_of(said_by)
    return kind in ("strike", "release", "sanction", "other") and parties[:1] == [own]


def _concerns(read: ReadSentence, story: Story) -> bool:
    """Return whether a sentence names an issue, or what befell those of a recorded incident."""
    block = story.blocks[read.sentence.block]
    if story.issues.find(read.sentence.text) or story.mentioned_in(
        story.text[block.start : block.end]
    ):
        return True
    opening = read.sentence.words[0].plain if read.sentence.words else ""
    return opening in ("they", "he", "she", "all", "вони", "усі") and bool(story.registry.incidents)


def _unions(story: Story) -> list[str]:
    return [party.slug for party in story.registry.parties if party.kind == "union"][:1]


def _parties(read: ReadSentence, story: Story) -> list[str]:
    cast = story.cast
    found = [
        party
        for each in read.mentions
        if each.kind != "pronoun" and (party := cast.party_of(each.actor) or each.party)
    ]
    return list(dict.fromkeys(found))[:4]


def read_casualties(masked: str) -> Json:
    """Return how many were killed and injured, as a sentence gives it."""
    counts: Json = {}
    for pattern, name in ((told.KILLED, "killed"), (told.INJURED, "injured")):
        found = pattern.search(masked)
        given = next((each for each in found.groups() if each), None) if found else None
        if given:
            counts[name] = _to_count(given)
    if "killed" not in counts and told.ONE_KILLED.search(masked):
        counts["killed"] = 1
    return counts


def _to_count(given: str) -> int | str:
    try:
        return read_number(given)
    except (ValueError, KeyError):
        return " ".join(given.split())
