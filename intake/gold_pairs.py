"""Which draft is which gold event: by type, passage, quotation and actor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.model import Json
from intake.gold_values import best_quote, has_same_bounds, plain_words, zone_of
from intake.registry import Registry

FAMILIES = {
    "statement-made": "said",
    "position-stated": "position",
    "meeting-announced": "ahead",
    "meeting-rescheduled": "ahead",
    "meeting-held": "past",
    "meeting-concluded": "past",
    "plan-introduced": "text",
    "document-published": "text",
    "plan-amended": "change",
    "amendment-proposed": "change",
    "plan-endorsed": "endorsed",
    "plan-signed": "endorsed",
}
"""Types that may stand for each other, by the name of their family."""
QUOTE_AGREES = 0.8
LONG_PASSAGE = 600
ACTOR_FIELDS = {
    "statement-made": "speaker",
    "position-stated": "party",
    "position-withdrawn": "party",
    "plan-endorsed": "party",
    "plan-signed": "party",
    "plan-rejected": "party",
    "role-assumed": "person",
    "role-ended": "person",
}
_CARRIES = {
    "position-stated": ("party", "attributed_by"),
    "plan-endorsed": ("party",),
    "meeting-announced": ("announced_by",),
    "meeting-rescheduled": ("by",),
    "meeting-cancelled": ("by",),
    "amendment-proposed": ("proposed_by",),
    "amendment-withdrawn": ("by",),
    "plan-introduced": ("sponsors",),
}
GoldSpan = Sequence[int]
GoldPair = tuple[int, int]


@dataclass
class Pairing:
    """What became of gold and drafts, by their indexes: gold before draft in a pair."""

    pairs: list[GoldPair]
    repeats: list[int] = field(default_factory=list)
    wrong_actor: list[GoldPair] = field(default_factory=list)
    trapped: list[int] = field(default_factory=list)
    spurious: list[int] = field(default_factory=list)


def pair_drafts(gold: Json, drafts: list[Json]) -> Pairing:
    """Return which draft found which gold event: greedily, the likest first, each once."""
    registry = Registry.from_gold(gold["registry"])
    events, traps = gold["gold"], gold["traps"]
    candidates: list[tuple[float, int, int]] = []
    near: list[tuple[float, int, int]] = []
    for draft_index, item in enumerate(drafts):
        for gold_index, event in enumerate(events):
            if not _is_same_kind(event, item["event"]):
                continue
            is_actor = _is_same_actor(event, item["event"], registry)
            closeness = 1.0 if is_actor and _registers(item) else _closeness(event, item, traps)
            if closeness:
                rank = -_likeness(event, item["event"], closeness, registry)
                (candidates if is_actor else near).append((rank, gold_index, draft_index))
    pairs = _take_greedily(sorted(candidates))
    found = {gold_index for gold_index, _ in pairs}
    matched = {draft_index for _, draft_index in pairs}
    repeats = {draft_index for _, _, draft_index in candidates} - matched
    repeats |= {
        index
        for index, item in enumerate(drafts)
        if index not in matched
        and any(_is_companion(event, item, traps, registry) for event in events)
    }
    rest = set(range(len(drafts))) - matched - repeats
    wrong = _take_greedily(
        sorted(each for each in near if each[1] not in found and each[2] in rest)
    )
    rest -= {draft_index for _, draft_index in wrong}
    trapped = {index for index in rest if _is_trapped(drafts[index], traps)}
    return Pairing(pairs, sorted(repeats), wrong, sorted(trapped), sorted(rest - trapped))


def _take_greedily(candidates: Iterable[tuple[float, int, int]]) -> list[GoldPair]:
    golds: set[int] = set()
    drafts: set[int] = set()
    pairs = []
    for _, gold_index, draft_index in candidates:
        if gold_index not in golds and draft_index not in drafts:
            golds.add(gold_index)
            drafts.add(draft_index)
            pairs.append((gold_index, draft_index))
    return sorted(pairs)


# ------------------------------------------------------------ kinds and actors


def _is_same_kind(gold: Json, draft: Json) -> bool:
    one, other = (FAMILIES.get(event["type"], event["type"]) for event in (gold, draft))
    return bool(one == other or draft["type"] in also(gold, "type"))


def also(gold: Json, name: str) -> list[Any]:
    """Return the further values of a field that are as good."""
    found: list[Any] = gold.get("also", {}).get(name, [])
    return found


def _registers(item: Json) -> bool:
    type_ = item["event"]["type"]
    return bool(type_.endswith("-registered") or type_ == "issue-defined")


def as_actor(slug: object, registry: Registry) -> str | None:
    """Return ``kind:slug`` of a speaker; a bare slug is a person, else a party."""
    if not isinstance(slug, str):
        return None
    if ":" in slug:
        return slug
    is_party = slug in registry.party_by_slug and slug not in registry.person_by_slug
    return f"party:{slug}" if is_party else f"person:{slug}"


def is_same_speaker(wanted: object, given: object, registry: Registry) -> bool:
    """Return whether two mean one actor; who is not registered goes by the words of the slug."""
    one, other = as_actor(wanted, registry), as_actor(given, registry)
    if one is None or other is None:
        return one == other
    if one == other:
        return True
    if registry.has_actor(one) or registry.has_actor(other):
        return False
    words = [set(each.partition(":")[2].split("-")) for each in (one, other)]
    return any(len(word) > 2 for word in words[0] & words[1])


def _is_same_actor(gold: Json, draft: Json, registry: Registry) -> bool:
    name = ACTOR_FIELDS.get(draft["type"])
    if name is None:
        return _is_not_contradicting(gold, draft, registry)
    wanted = list(also(gold, name))
    if "*" in wanted:
        return True
    if ACTOR_FIELDS.get(gold["type"]) == name:
        wanted.append(gold.get(name))
    given = draft.get(name)
    if name != "speaker":
        prefix = "person:" if name == "person" else "party:"
        wanted = [_with_prefix(each, prefix) for each in wanted]
        given = _with_prefix(given, prefix)
    return any(is_same_speaker(each, given, registry) for each in wanted)


def _with_prefix(slug: object, prefix: str) -> object:
    return prefix + slug if isinstance(slug, str) and ":" not in slug else slug


def _is_not_contradicting(gold: Json, draft: Json, registry: Registry) -> bool:
    type_ = draft["type"]
    if _registers({"event": draft}):
        name = "title" if type_ == "issue-defined" else "name"
        words = [set(plain_words(str(each.get(name, ""))).split()) for each in (gold, draft)]
        return any(len(word) > 2 for word in words[0] & words[1])
    if type_.startswith("meeting-"):
        known = {meeting.slug for meeting in registry.meetings}
        one, other = gold.get("meeting"), draft.get("meeting")
        return one == other or not (one in known and other in known)
    if type_.startswith("amendment-"):
        numbers = [
            re.fullmatch(r"amendment-(\d+)", str(each.get("amendment", "")))
            for each in (gold, draft)
        ]
        return not all(numbers) or numbers[0][1] == numbers[1][1]  # type: ignore[index]
    return True


# ------------------------------------------------------------ passages


def _closeness(gold: Json, item: Json, traps: list[Json]) -> float:
    """Return how well a draft sits on the passage of a gold event; 0 where it does not."""
    span = item.get("span")
    places = [gold["span"], *gold.get("spans_also", [])]
    overlap = max((_overlap(place, span) for place in places), default=0.0) if span else 0.0
    words = best_quote(gold, item["event"])
    in_gold = max((_shared(place, span) for place in places), default=0) if span else 0
    in_trap = max((_shared(trap["span"], span) for trap in traps), default=0) if span else 0
    if in_trap > in_gold or (not overlap and words < QUOTE_AGREES):
        return 0.0
    return 0.001 + overlap + words


def _shared(one: GoldSpan, other: GoldSpan) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _overlap(wanted: GoldSpan, given: GoldSpan) -> float:
    common = _shared(wanted, given)
    length, drafted = wanted[1] - wanted[0], given[1] - given[0]
    if not common or drafted > max(LONG_PASSAGE, 2 * length) or common * 2 < min(length, drafted):
        return 0.0
    return common / (length + drafted - common)


def _is_trapped(item: Json, traps: list[Json]) -> bool:
    span = item.get("span")
    if span is None:
        return False
    for trap in traps:
        common = _shared(trap["span"], span)
        shorter = min(trap["span"][1] - trap["span"][0], span[1] - span[0])
        if common and common * 2 >= shorter:
            return True
    return False


def _likeness(gold: Json, draft: Json, closeness: float, registry: Registry) -> float:
    points: float = (
        2 * closeness + 4 * (gold["type"] == draft["type"]) + (1 if gold["required"] else 0)
    )
    for name in ("meeting", "amendment", "plan", "stance", "outcome"):
        points += gold.get(name) is not None and gold.get(name) == draft.get(name)
    if gold["type"] == draft["type"] == "position-stated":
        points += 3 * (position_cell(gold) == position_cell(draft))
    zones = zone_of(gold, registry), zone_of(draft, registry)
    for name in ("occurred", "expected"):
        if name in gold:
            points += has_same_bounds(gold[name], draft.get(name), zones)
    return points


def position_cell(event: Json) -> str:
    """Return what a position is about: an issue, or plan and point."""
    return event.get("issue") or f"{event.get('plan')}/{event.get('point')}"


def _is_companion(gold: Json, item: Json, traps: list[Json], registry: Registry) -> bool:
    """Return whether a draft is the statement by which a gold event of another type was made."""
    draft = item["event"]
    if draft["type"] != "statement-made" or gold["type"] not in _CARRIES:
        return False
    speaker = as_actor(draft.get("speaker"), registry)
    if speaker is None or not _closeness(gold, item, traps):
        return False
    if gold.get("attribution") == "anonymous":
        return not registry.has_actor(speaker)
    if gold.get("attribution") == "third-party":
        return is_same_speaker(gold.get("attributed_by"), speaker, registry)
    return any(
        is_same_speaker(actor, speaker, registry) or actor == f"party:{_side_of(speaker, registry)}"
        for actor in _carriers(gold)
    )


def _carriers(gold: Json) -> Iterator[str]:
    for name in _CARRIES[gold["type"]]:
        value = gold.get(name)
        for each in value if isinstance(value, list) else [value]:
            if each:
                yield each if ":" in each else f"party:{each}"


def _side_of(speaker: str, registry: Registry) -> str | None:
    person = registry.person_by_slug.get(speaker.removeprefix("person:"))
    return person.party if person and speaker.startswith("person:") else None
