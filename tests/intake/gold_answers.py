"""What a model answers that finds exactly what a person drafted: gold as numbers and slugs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from intake.article import Article
from intake.model.numbered_text import NumberedText, number_sentences
from intake.model.vocabulary import MAX_NEW
from intake.registry import Registry
from intake.rules.pipeline import open_story
from tests.intake.harbour import drafted

MOMENTS = ("occurred", "expected", "due")
LEFT_OUT = ("conditions", "derived_from")
"""Words of the person who drafted, which stand in no text, and plans that no draft introduces."""


@dataclass
class GoldModel:
    """Answers for one article with gold."""

    gold: dict[str, Any]
    article: Article
    registry: Registry
    text: NumberedText
    placeholders: dict[tuple[str, str], str] = field(default_factory=dict)
    actors: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, gold: dict[str, Any], article: Article) -> GoldModel:
        registry = Registry.from_gold(gold["registry"])
        story = open_story(article, registry, anchor=None, zone=None)
        return cls(gold, article, registry, number_sentences(story, len(article.text)))

    def answer(self) -> dict[str, Any]:
        drafts = [
            self._draft(event)
            for event in self.gold["gold"]
            if not event["type"].endswith(("-registered", "-proposed"))
        ]
        return {"actors": self.actors, "drafts": drafts}

    def _draft(self, event: dict[str, Any]) -> dict[str, Any]:
        numbers = [
            number
            for number, each in enumerate(self.text.sentences, 1)
            if each.sentence.start < event["span"][1] and event["span"][0] < each.sentence.end
        ][:8]
        empty = drafted(event["type"], numbers, registry=self.registry)
        context = [number for number in (numbers[0] - 2, numbers[0] - 1) if number > 0]
        context += self._introductions_of(event)
        first = self.text.sentences[numbers[0] - 1].sentence.text
        told = {
            name: self._value(name, event[name], event, first)
            for name in empty
            if event.get(name) is not None and name not in LEFT_OUT
        }
        if event["type"] == "position-stated":
            told.setdefault("attribution", "self")
        return {**empty, "context": context, **told}

    def _introductions_of(self, event: dict[str, Any]) -> list[int]:
        """Return the first sentence that names whose deed an event is."""
        party = event.get("party")
        actor = event.get("speaker") or (party and f"party:{party}")
        found = (n for n, each in enumerate(self.text.sentences, 1) if actor in each.actors)
        return [number for number, _ in zip(found, range(1), strict=False)]

    def _value(self, name: str, value: Any, event: dict[str, Any], first: str) -> Any:
        match name:
            case "type" | "modality":
                return value
            case "title" | "motion":
                return value if value in first else " ".join(first.split()[:4]).strip(',“”"')
            case "place" | "channel" | "reason":
                return value if value in self.article.text else None
            case "about" | "invitees":
                return [each for each in value if self._is_known(each)]
            case "participants":
                found = [self._participant(each) for each in value]
                return [each for each in found if each["party"] or each["person"]]
            case "person" | "meeting" | "plan" | "deadline":
                return self._slug(name, value)
            case _ if name in MOMENTS:
                phrase = event.get("phrase")
                return {"words": phrase, "edtf": value} if phrase else None
            case _ if isinstance(value, str) and value.startswith("person:"):
                return f"person:{self._slug('person', value.partition(':')[2])}"
            case _:
                return value

    def _participant(self, value: dict[str, Any]) -> dict[str, Any]:
        person = value.get("person")
        known = person if person in self.registry.person_by_slug else None
        role, head = value.get("role"), bool(value.get("head"))
        return {"party": value.get("party"), "person": known, "role": role, "head": head}

    def _is_known(self, reference: str) -> bool:
        kind, _, slug = reference.partition(":")
        issues = {each.slug for each in self.registry.issues}
        return self.registry.has_actor(reference) or (kind == "issue" and slug in issues)

    def _slug(self, kind: str, slug: str) -> str:
        registry = self.registry
        held = {
            "person": registry.persons,
            "meeting": registry.meetings,
            "plan": registry.plans,
            "deadline": registry.deadlines,
        }
        if any(each.slug == slug for each in held[kind]):
            return slug
        if (kind, slug) not in self.placeholders:
            number = 1 + sum(each == kind for each, _ in self.placeholders)
            self.placeholders[kind, slug] = f"NEW{min(number, MAX_NEW)}-{kind}"
            if kind == "person":
                self._introduce(slug, self.placeholders[kind, slug])
        return self.placeholders[kind, slug]

    def _introduce(self, slug: str, placeholder: str) -> None:
        surname = slug.rpartition("-")[2].title()
        pattern = re.compile(rf"(?:[A-Z]\w+ )?{surname}")
        for number, each in enumerate(self.text.sentences, 1):
            if found := pattern.search(each.sentence.text):
                named = {"actor": f"person:{placeholder}", "sentence": number, "name": found[0]}
                self.actors.append({**named, "party": None, "title": None})
                return
