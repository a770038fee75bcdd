"""The steps of the reader by a model: number the text, ask, and bind the answer to the text."""

from __future__ import annotations

from datetime import date

from domain.model import Json
from intake import rules
from intake.article import Article
from intake.draft import Exchange, HeldBack, Reading
from intake.model.answer_types import MAX_DRAFTS, AnswerTypes, answer_types
from intake.model.bounds import GIVES_ORDERS
from intake.model.comparing import compare_with_rules
from intake.model.drafting import Drafting, link_positions
from intake.model.endpoint import ModelEndpoint, read_completion
from intake.model.filling import Filler, NewSlugs
from intake.model.numbered_text import NumberedText, number_sentences
from intake.model.request import build_request
from intake.model.vocabulary import MAX_NEW, Vocabulary, bound_registry
from intake.registry import Registry
from intake.rules.pipeline import close_story, open_story
from intake.rules.story import Story


def read(
    article: Article,
    registry: Registry,
    endpoint: ModelEndpoint,
    *,
    anchor: date | None,
    zone: str | None,
) -> Reading:
    """Return what a model reads in an article; an opinion is not sent, and read by rules."""
    by_rules = rules.read_article(article, registry, anchor=anchor, zone=zone)
    if by_rules.genre == "opinion":
        return by_rules
    story = open_story(article, registry, anchor=anchor, zone=zone)
    text = _number(story, endpoint)
    told = bound_registry(registry)
    types = answer_types(Vocabulary.from_registry(told))
    request = build_request(endpoint.model, story, text, told, types.schema)
    response = endpoint.ask(request)
    answer = _check_answer(endpoint, read_completion(endpoint, response))
    _draft(answer, story, text, types)
    reading = close_story(story)
    exchange = Exchange(model=endpoint.model, request=request.decode(), response=response)
    drafts = tuple(compare_with_rules(each, by_rules) for each in reading.drafts)
    return reading.model_copy(update={"drafts": drafts, "exchange": exchange})


def _number(story: Story, endpoint: ModelEndpoint) -> NumberedText:
    """Return the sentences that are sent; what gives orders is held back for a person to see."""
    text = number_sentences(story, endpoint.max_chars)
    story.held_back.clear()  # what the rules hold back is for the model to read
    end = text.sentences[-1].sentence.end if text.sentences else 0
    if story.article.text[end:].strip():
        told = f"The model is sent the first {endpoint.max_chars:,} characters at most."
        story.hold_back(end, len(story.article.text), told)
    story.held_back += [
        HeldBack(span=(each.sentence.start, each.sentence.end), reason=GIVES_ORDERS)
        for each in text.sentences
        if each.own_orders or each.quoted_orders
    ]
    return text


def _check_answer(endpoint: ModelEndpoint, answer: Json) -> Json:
    actors, drafts = answer.get("actors"), answer.get("drafts")
    if not isinstance(actors, list) or not isinstance(drafts, list) or len(answer) > 2:
        hint = "choose a model that keeps to response_format json_schema"
        raise endpoint.failure("answers something else than actors and drafts", hint)
    if len(drafts) > MAX_DRAFTS or len(actors) > 2 * MAX_NEW:
        told = f"answers more than {MAX_DRAFTS} drafts or {2 * MAX_NEW} actors"
        raise endpoint.failure(told, "read the article by rules, or in parts")
    return answer


def _draft(answer: Json, story: Story, text: NumberedText, types: AnswerTypes) -> None:
    registry = story.registry
    taken = {
        "party": set(registry.party_by_slug),
        "meeting": {each.slug for each in registry.meetings},
        "plan": {each.slug for each in registry.plans},
        "deadline": {each.slug for each in registry.deadlines},
    }
    drafting = Drafting(story, text, types, Filler(story.calendar, NewSlugs(taken)))
    for actor in answer["actors"]:
        drafting.take_actor(actor)
    for draft in answer["drafts"]:
        drafting.take_draft(draft)
    link_positions(story)
