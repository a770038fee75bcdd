"""The answers to an issue, in the order of their scale, with who stands where."""

from __future__ import annotations

from collections.abc import Mapping

from api.stance_words import AnswerWords
from domain.model import Json


def build_scale(words: AnswerWords, issue: str, cells: Mapping[str, Json]) -> list[Json]:
    """Return the answers to an issue, each with the parties whose position gives it, by stance.

    What gives none, or several, stands at the end under no answer. Without answers it is empty.
    """
    answers = {answer: label for (of, answer), label in words.items() if of == issue}
    scale: list[Json] = [
        {"answer": answer, "label": label, "stances": group_by_word(cells, answer)}
        for answer, label in answers.items()
    ]
    unanswered = group_by_word(cells, None) if scale else []
    if unanswered:
        scale.append({"answer": None, "label": None, "stances": unanswered})
    return scale


def group_by_word(cells: Mapping[str, Json], answer: str | None) -> list[Json]:
    """Return the stances of those cells that give an answer, or none, each with its parties."""
    parties_by_word: dict[str, list[str]] = {}
    for party, cell in cells.items():
        if cell["word"] and cell["answer"] == answer:
            parties_by_word.setdefault(cell["word"], []).append(party)
    return [{"word": word, "parties": parties} for word, parties in parties_by_word.items()]
