"""What a negotiation holds already, as far as a reader of articles needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.model import Json


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class KnownParty(_Known):
    """A party with its names by label, such as ``short``, ``adjective`` or ``capital``."""

    slug: str
    name: str
    names: dict[str, str] = {}
    kind: str | None = None


class KnownRole(_Known):
    """An office that a person holds for a party."""

    title: str
    authority: str | None = None
    party: str | None = None


class KnownPerson(_Known):
    """A person with the roles held, of which the first gives the party."""

    slug: str
    name: str
    names: dict[str, str] = {}
    party: str | None = None
    roles: tuple[KnownRole, ...] = ()


class KnownAnswer(_Known):
    """An answer that an issue can be given."""

    answer: str
    label: str
    value: float | int | None = None


class KnownIssue(_Known):
    """An issue with the words that tell it."""

    slug: str
    title: str
    keywords: tuple[str, ...] = ()
    answers: tuple[KnownAnswer, ...] = ()


class KnownMeeting(_Known):
    """A meeting as it stands; ``event`` is the one that recorded it last."""

    slug: str
    title: str | None = None
    status: str = "announced"
    occurred: str | None = None
    expected: str | None = None
    place: str | None = None
    outcome: str | None = None
    invitees: tuple[str, ...] = ()
    participants: tuple[Json, ...] = ()
    event: str | None = None


class KnownPlan(_Known):
    """A plan; ``event`` is the one that introduced it."""

    slug: str
    title: str
    sponsors: tuple[str, ...] = ()
    status: str | None = None
    claimed_points: int | None = None
    event: str | None = None


class KnownDeadline(_Known):
    """A deadline as it stands."""

    slug: str
    title: str | None = None
    due: str | None = None
    status: str = "open"
    event: str | None = None


class KnownVote(_Known):
    """A vote that was held."""

    slug: str
    motion: str | None = None
    occurred: str | None = None
    result: str | None = None
    event: str | None = None


class KnownIncident(_Known):
    """An incident that is recorded."""

    slug: str
    title: str | None = None
    kind: str | None = None
    place: str | None = None
    occurred: str | None = None
    event: str | None = None


class KnownStatement(_Known):
    """A statement that is recorded, of which the newest are compared."""

    slug: str
    speaker: str
    text: str | None = None
    summary: str | None = None
    occurred: str | None = None
    event: str | None = None


class KnownPosition(_Known):
    """A stance of a party on an issue, as it stands or stood."""

    party: str
    issue: str | None = None
    stance: str | None = None
    summary: str | None = None
    quote: str | None = None
    occurred: str | None = None
    attributed_by: str | None = None
    event: str | None = None


class Registry(_Known):
    """What a negotiation holds: its zone, who takes part, what is at issue, what is recorded.

    ``positions`` are the stances that stand, ``attributed`` what others claim of parties,
    ``earlier`` what was recorded of both, the newest first, whether it stands or not.
    """

    timezone: str = "UTC"
    parties: tuple[KnownParty, ...] = ()
    persons: tuple[KnownPerson, ...] = ()
    issues: tuple[KnownIssue, ...] = ()
    meetings: tuple[KnownMeeting, ...] = ()
    plans: tuple[KnownPlan, ...] = ()
    deadlines: tuple[KnownDeadline, ...] = ()
    votes: tuple[KnownVote, ...] = ()
    incidents: tuple[KnownIncident, ...] = ()
    statements: tuple[KnownStatement, ...] = ()
    positions: tuple[KnownPosition, ...] = ()
    attributed: tuple[KnownPosition, ...] = ()
    earlier: tuple[KnownPosition, ...] = ()

    @classmethod
    def from_gold(cls, registry: Json) -> Registry:
        """Return the registry of a gold file, as the scorer takes it."""
        return cls.model_validate(registry)

    @classmethod
    def from_answers(
        cls,
        state: Json,
        people: Sequence[Json],
        positions: Sequence[Json] = (),
        statements: Sequence[Json] = (),
    ) -> Registry:
        """Return the registry by answers of the interface: the state, its people, and the events
        that recorded positions and statements, the newest first."""
        opening = state.get("negotiation") or {}
        return cls(
            timezone=opening.get("timezone") or "UTC",
            parties=tuple(
                KnownParty(slug=each["party"], **_names(each), kind=each.get("kind"))
                for each in state["parties"]
                if each.get("name")
            ),
            persons=tuple(_known_person(each) for each in people if each.get("name")),
            issues=tuple(_known_issue(each) for each in state["issues"] if each.get("title")),
            meetings=tuple(
                _with_event(KnownMeeting, each, "meeting") for each in state["meetings"]
            ),
            plans=tuple(
                _with_event(KnownPlan, each, "plan") for each in state["plans"] if each.get("title")
            ),
            deadlines=tuple(
                _with_event(KnownDeadline, each, "deadline") for each in state.get("deadlines", ())
            ),
            votes=tuple(_with_event(KnownVote, each, "vote") for each in state.get("votes", ())),
            incidents=tuple(
                _with_event(KnownIncident, each, "incident") for each in state.get("incidents", ())
            ),
            positions=_known_positions(state.get("positions", ())),
            attributed=_known_positions(state.get("attributed", ())),
            earlier=_known_positions(positions),
            statements=tuple(
                _with_event(KnownStatement, each, "statement")
                for each in _once("statement", [*state["statements"], *statements])
                if each.get("speaker")
            ),
        )

    @cached_property
    def party_by_slug(self) -> dict[str, KnownParty]:
        return {party.slug: party for party in self.parties}

    @cached_property
    def person_by_slug(self) -> dict[str, KnownPerson]:
        return {person.slug: person for person in self.persons}

    def party_of(self, actor: str | None) -> str | None:
        """Return the party that a person (``person:slug``) or a party acts for."""
        kind, _, slug = (actor or "").partition(":")
        if kind == "party":
            return slug
        person = self.person_by_slug.get(slug)
        return person.party if person else None

    def name_of_event(self, event: str) -> str | None:
        """Return in words what an event recorded, such as the meeting First round."""
        for kind, things in (
            ("meeting", self.meetings),
            ("plan", self.plans),
            ("deadline", self.deadlines),
        ):
            for thing in things:
                if thing.event == event:
                    return f"the {kind} {thing.title or thing.slug}"
        for statement in self.statements:
            if statement.event == event:
                words = statement.summary or statement.text or statement.slug
                return f"the statement {words[:120]}"
        return None

    def has_actor(self, actor: str) -> bool:
        """Return whether ``person:slug`` or ``party:slug`` is registered."""
        kind, _, slug = actor.partition(":")
        return slug in (self.person_by_slug if kind == "person" else self.party_by_slug)


def _names(item: Json) -> Json:
    return {"name": item["name"], "names": dict(item.get("names") or {})}


def _known_person(item: Json) -> KnownPerson:
    roles = tuple(KnownRole.model_validate(role) for role in item.get("roles", ()))
    party = roles[0].party if roles else None
    return KnownPerson(slug=item["person"], **_names(item), party=party, roles=roles)


def _known_issue(item: Json) -> KnownIssue:
    answers = tuple(KnownAnswer.model_validate(each) for each in item.get("answers") or ())
    words: Iterable[str] = [*(item.get("contexts") or ()), *(each.label for each in answers)]
    return KnownIssue(
        slug=item["issue"], title=item["title"], keywords=tuple(words), answers=answers
    )


def _known_positions(items: Iterable[Json]) -> tuple[KnownPosition, ...]:
    return tuple(
        KnownPosition.model_validate(each | {"event": (each.get("events") or [None])[-1]})
        for each in items
        if each.get("party")
    )


def _once(kind: str, items: Iterable[Json]) -> list[Json]:
    """Return each thing once, as it is told first."""
    found: dict[str, Json] = {}
    for each in items:
        found.setdefault(str(each[kind]), each)
    return list(found.values())


def _with_event(model: type[Any], item: Json, kind: str) -> Any:
    events = item.get("events") or [None]
    own = {name: value for name, value in item.items() if value is not None}
    return model.model_validate({**own, "slug": item[kind], "event": events[0]})
