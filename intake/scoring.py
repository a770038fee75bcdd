"""Drafts held against gold: how much is found, how much is right, field by field.

A draft finds a gold event where both are of one family of types, their passages overlap by half of
the shorter or their quotations agree, and the actor is the same. A repeat is a second draft of what
is found already. Drafts of type ``report-added`` count neither way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain.model import Json
from intake.gold_pairs import (
    ACTOR_FIELDS,
    QUOTE_AGREES,
    Pairing,
    also,
    is_same_speaker,
    pair_drafts,
    position_cell,
)
from intake.gold_values import (
    best_quote,
    can_be_one_moment,
    has_same_bounds,
    is_verbatim,
    quotes_of,
    zone_of,
)
from intake.registry import Registry

FieldCount = Callable[[str, bool], None]


def judge_drafts(gold: Json, text: str, drafts: Any) -> Json:
    """Return the counts of one article, which add up over several."""
    items = _readable(drafts, len(text))
    if not any(event["type"] == "report-added" for event in gold["gold"]):
        items = [each for each in items if each["event"]["type"] != "report-added"]
    pairing = pair_drafts(gold, items)
    events = gold["gold"]
    found = {gold_index for gold_index, _ in pairing.pairs}
    rows = {row for event in events for row in event.get("rows", [])}
    return {
        "required": sum(event["required"] for event in events),
        "required_found": sum(events[index]["required"] for index in found),
        "gold": len(events),
        "gold_found": len(found),
        "drafts": len(items),
        "matched": len(pairing.pairs),
        "repeats": len(pairing.repeats),
        "wrong_actor": len(pairing.wrong_actor),
        "trap_hits": len(pairing.trapped),
        "spurious": len(pairing.spurious),
        "rows": len(rows),
        "rows_found": len({row for index in found for row in events[index].get("rows", [])}),
        "quotes_not_verbatim": sum(
            not is_verbatim(quote, text) for each in items for quote in quotes_of(each["event"])
        ),
        "fields": _judge_fields(gold, text, items, pairing),
        "by_type": _count_by_type(events, found),
        "detail": {
            "missed": [
                index
                for index, event in enumerate(events)
                if event["required"] and index not in found
            ],
            "pairs": pairing.pairs,
            "repeats": pairing.repeats,
            "wrong_actor": pairing.wrong_actor,
            "trapped": pairing.trapped,
            "spurious": pairing.spurious,
        },
    }


def rates_of(counts: Json) -> dict[str, float]:
    """Return recall of what is required and of all, precision, and precision with repeats wrong.

    Without drafts precision is 1 where nothing was required, else 0.
    """
    empty = 1.0 if counts["required"] == 0 else 0.0

    def share(part: int, whole: int, otherwise: float) -> float:
        return part / whole if whole else otherwise

    right = counts["matched"] + counts["repeats"]
    return {
        "recall": share(counts["required_found"], counts["required"], 1.0),
        "recall_all": share(counts["gold_found"], counts["gold"], 1.0),
        "precision": share(right, counts["drafts"], empty),
        "precision_once": share(counts["matched"], counts["drafts"], empty),
    }


def add_counts(results: Iterable[Json]) -> Json:
    """Return the counts of several articles together."""
    summed: Json = {}
    for result in results:
        for name, value in result.items():
            if isinstance(value, int):
                summed[name] = summed.get(name, 0) + value
            elif name in ("fields", "by_type"):
                inner = summed.setdefault(name, {})
                for key, (good, of) in value.items():
                    before = inner.get(key, (0, 0))
                    inner[key] = (before[0] + good, before[1] + of)
    return summed


def score_lines(name: str, counts: Json) -> list[str]:
    """Return counts and rates of an article as lines for people."""
    rates = rates_of(counts)
    lines = [
        f"{name}: recall {rates['recall']:.3f} ({counts['required_found']} of"
        f" {counts['required']} required, {counts['gold_found']} of {counts['gold']} in all),"
        f" precision {rates['precision']:.3f} ({rates['precision_once']:.3f} with repeats wrong)",
        f"  {counts['drafts']} drafts: {counts['matched']} found something, {counts['repeats']}"
        f" repeats, {counts['wrong_actor']} with a wrong actor, {counts['trap_hits']} in traps,"
        f" {counts['spurious']} on nothing;"
        f" {counts['quotes_not_verbatim']} quotations not verbatim",
    ]
    for label, key in (("required by type", "by_type"), ("fields", "fields")):
        if counts[key]:
            told = ", ".join(
                f"{each} {good}/{of}" for each, (good, of) in sorted(counts[key].items())
            )
            lines.append(f"  {label}: {told}")
    return lines


def _readable(drafts: Any, length: int) -> list[Json]:
    """Return drafts as far as they can be judged: with a type, and a span within the text."""
    kept: list[Json] = []
    for item in drafts if isinstance(drafts, list) else []:
        event = item.get("event") if isinstance(item, dict) else None
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            event = {"type": "no-event"}
        event = {
            name: value
            for name, value in event.items()
            if isinstance(value, str) or name == "reports"
        }
        span = item.get("span") if isinstance(item, dict) else None
        kept.append({"event": event, "span": span if _is_span(span, length) else None})
    return kept


def _is_span(span: Any, length: int) -> bool:
    return (
        isinstance(span, list | tuple)
        and len(span) == 2
        and all(isinstance(each, int) for each in span)
        and 0 <= span[0] < span[1] <= length
    )


def _count_by_type(events: list[Json], found: set[int]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for index, event in enumerate(events):
        if event["required"]:
            good, of = counts.get(event["type"], (0, 0))
            counts[event["type"]] = (good + (index in found), of + 1)
    return counts


def _judge_fields(
    gold: Json, text: str, items: list[Json], pairing: Pairing
) -> dict[str, tuple[int, int]]:
    registry = Registry.from_gold(gold["registry"])
    counts: dict[str, tuple[int, int]] = {}

    def count(name: str, is_right: bool) -> None:
        good, of = counts.get(name, (0, 0))
        counts[name] = (good + bool(is_right), of + 1)

    for gold_index, draft_index in pairing.pairs:
        event, draft = gold["gold"][gold_index], items[draft_index]["event"]
        count("type", event["type"] == draft["type"])
        if event["type"] in ACTOR_FIELDS:
            count("speaker", True)
        _judge_times(event, draft, registry, count)
        _judge_quotes(event, draft, text, count)
        _judge_stance(event, draft, registry, count)
        _judge_meeting(event, draft, registry, count)
    for gold_index, _ in pairing.wrong_actor:
        if gold["gold"][gold_index]["type"] in ACTOR_FIELDS:
            count("speaker", False)
    return counts


def _judge_times(gold: Json, draft: Json, registry: Registry, count: FieldCount) -> None:
    zones = zone_of(gold, registry), zone_of(draft, registry)
    for name in ("occurred", "expected"):
        if name in gold and (name in draft or name == "occurred"):
            good = [gold[name], *also(gold, name)]
            given = draft.get(name)
            count(f"{name} bounds", any(has_same_bounds(each, given, zones) for each in good))
            count(f"{name} overlap", any(can_be_one_moment(each, given, zones) for each in good))
    wanted, given = gold.get("reports"), draft.get("reports")
    if wanted and isinstance(given, list) and given and isinstance(given[0], dict):
        same = has_same_bounds(wanted[0]["published"], given[0].get("published"), zones)
        count("published", same)


def _judge_quotes(gold: Json, draft: Json, text: str, count: FieldCount) -> None:
    if quotes_of(draft):
        count("quote verbatim", all(is_verbatim(quote, text) for quote in quotes_of(draft)))
    if quotes_of(gold):
        count("quote as gold", best_quote(gold, draft) >= QUOTE_AGREES)


def _judge_stance(gold: Json, draft: Json, registry: Registry, count: FieldCount) -> None:
    if not gold["type"] == draft["type"] == "position-stated":
        return
    count("stance", draft.get("stance") in (gold.get("stance"), *also(gold, "stance")))
    attribution = draft.get("attribution") or "self"
    good = (gold.get("attribution", "self"), *also(gold, "attribution"))
    count("attribution", attribution in good)
    count("issue", position_cell(draft) in (position_cell(gold), *also(gold, "issue")))
    if "attributed_by" in gold:
        given = draft.get("attributed_by")
        count("attributed_by", is_same_speaker(gold["attributed_by"], given, registry))


def _judge_meeting(gold: Json, draft: Json, registry: Registry, count: FieldCount) -> None:
    known = {meeting.slug for meeting in registry.meetings}
    if gold.get("meeting") in known and draft["type"].startswith("meeting-"):
        count("known meeting", draft.get("meeting") == gold["meeting"])
    if "outcome" in gold and "outcome" in draft:
        count("outcome", draft["outcome"] in (gold["outcome"], *also(gold, "outcome")))
    if gold.get("modality", "actual") != "actual" and gold["type"] == draft["type"]:
        good = (gold["modality"], *also(gold, "modality"))
        count("modality", draft.get("modality", "actual") in good)
