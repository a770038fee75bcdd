"""What a search found, as a paragraph: its passage, with the words found in it marked."""

from __future__ import annotations

import re

from api.cli.answer_names import ALWAYS_ASKED
from api.cli.event_text import GIST_FIELDS, event_gist, event_paragraph, untold_gist
from api.cli.item_text import Paragraph, join_texts
from api.cli.terminal import MATCH_END, MATCH_START
from api.cli.wording import Wording, sources_text
from api.models.events import AnyEvent, Passage
from domain.acceptance import find_references
from projections.passages import split_passage


def hit_paragraph(wording: Wording, item: AnyEvent) -> Paragraph:
    """Return an event with the passage found; a passage of its gist stands in place of it."""
    if item.passage is None:
        return event_paragraph(wording, item)
    head, _ = event_paragraph(wording, item)
    label = re.sub(r"(/\d+)+$", "", item.passage.field).rpartition("/")[2]
    passage = _passage_text(wording, item, item.passage)
    if label in GIST_FIELDS and event_gist(item) == getattr(item, label, None):
        return Paragraph(head, passage + sources_text(item))
    body = join_texts("; ", untold_gist(wording, item), f"{label.replace('_', ' ')}: {passage}")
    return Paragraph(head, body + sources_text(item))


def _passage_text(wording: Wording, item: AnyEvent, passage: Passage) -> str:
    """Return the text found with its matches marked; of a bare slug, the name behind it."""
    slugs = {at: (kind, slug) for at, kind, slug in find_references(item.type, item.to_json())}
    kind, slug = slugs.get(passage.field, ("", ""))
    kinds = ("person", "party") if kind == "speaker" else (kind,)
    names = (wording.names.get((each, slug)) for each in kinds if each in ALWAYS_ASKED)
    is_bare = passage.text.rpartition(":")[2] == slug
    if name := next(filter(None, names), None) if is_bare else None:
        return _mark_match(name)
    parts = split_passage(passage.model_dump())
    return "".join(_mark_match(part) if is_match else part for part, is_match in parts)


def _mark_match(text: str) -> str:
    return f"{MATCH_START}{text}{MATCH_END}"
