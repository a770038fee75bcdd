"""The answers to an issue, in the order of their scale, with who stands where."""

from __future__ import annotations

from collections.abc import Mapping

from domain.model import Json


def build_scale(labels: Mapping[str, str], cells: Mapping[str, Json]) -> list[Json]:
    """Return the answers to an issue, which have these labels, each with the parties whose position
    gives it, by stance.

    What gives none, or several, stands at the end under no answer. Without answers it is empty.
    """
    if not labels:
        return []
    stances = group_by_answer(cells)
    shown = [*labels.items(), *([(None, None)] if stances.get(None) else [])]
    return [
        {"answer": answer, "label": label, "stances": stances.get(answer, [])}
        for answer, label in shown
    ]


def group_by_answer(cells: Mapping[str, Json]) -> dict[str | None, list[Json]]:
    """Return by answer, or none, the stances of those cells that give it, each with its parties."""
    parties_by_place: dict[str | None, dict[str, list[str]]] = {}
    for party, cell in cells.items():
        if word := cell["word"]:
            by_word = parties_by_place.setdefault(cell["answer"], {})
            by_word.setdefault(word, []).append(party)
    return {
        answer: [{"word": word, "parties": parties} for word, parties in by_word.items()]
        for answer, by_word in parties_by_place.items()
    }
