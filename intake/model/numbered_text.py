"""An article as a model is given it: numbered sentences, and who is named in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.draft import TextSpan
from intake.model.orders import find_orders
from intake.rules.newcomers import meet_strangers
from intake.rules.pipeline import split_story
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance
from intake.rules.story import ReadSentence, Story
from intake.rules.thread import find_author
from intake.rules.transcript import find_turn_speaker
from intake.rules.utterances import read_speech

_HEAD_CHARS = 1000
MAX_NUMBERED = 2000
"""Sentences of an article that are numbered."""


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence with whom it names and who speaks in it, both as ``kind:slug``.

    Several speak where a text is of several. ``own_orders`` tells that it gives orders to its
    reader, ``quoted_orders`` that it quotes some.
    """

    sentence: Sentence
    actors: frozenset[str]
    speakers: tuple[str, ...]
    own_orders: bool
    quoted_orders: bool


@dataclass(frozen=True)
class NumberedText:
    """The sentences of an article, of which the first has the number 1."""

    sentences: Sequence[NumberedSentence]

    def passage(self, numbers: Iterable[int]) -> list[NumberedSentence] | None:
        """Return the sentences with these numbers in the order of the text; None where there is
        no such sentence."""
        distinct = sorted(set(numbers))
        if distinct and (distinct[0] < 1 or distinct[-1] > len(self.sentences)):
            return None
        return [self.sentences[number - 1] for number in distinct]


def span_of(passage: Sequence[NumberedSentence]) -> TextSpan:
    return passage[0].sentence.start, passage[-1].sentence.end


def number_sentences(story: Story, max_chars: int) -> NumberedText:
    """Return the sentences up to a place in an article, with who is named in each by the rules."""
    sentences = split_story(story)
    spoken: list[Utterance] = []
    authors = _find_authors(sentences, story)
    actors = [
        _find_actors(sentence, story, spoken)
        for sentence in sentences[:MAX_NUMBERED]
        if sentence.end <= max_chars
    ]
    speakers = {
        sentence.start: (utterance.actor,)
        for utterance in spoken
        for sentence in utterance.sentences
        if utterance.actor and not utterance.is_bystander
    }
    return NumberedText(
        [
            _number(
                sentence, named, speakers.get(sentence.start, _turn_of(sentence, story, authors))
            )
            for sentence, named in zip(sentences, actors, strict=False)
        ]
    )


def _find_authors(sentences: list[Sentence], story: Story) -> tuple[str, ...]:
    """Return who says all of a text: the author of a thread, the parties of a communiqué."""
    if story.genre == "thread":
        author = find_author(sentences, story)
        return (author,) if author else ()
    if story.genre == "communique":
        parties = story.mentioned_in(story.text[:_HEAD_CHARS])
        return tuple(f"party:{each}" for each in dict.fromkeys(parties))
    return ()


def _turn_of(sentence: Sentence, story: Story, authors: tuple[str, ...]) -> tuple[str, ...]:
    """Return whose turn of a transcript a sentence stands in, or who says all of the text."""
    block = story.blocks[sentence.block]
    if block.label is None or block.is_question:
        return authors
    speaker = find_turn_speaker(block.label, story)
    return (speaker,) if speaker else ()


def _find_actors(sentence: Sentence, story: Story, spoken: list[Utterance]) -> set[str | None]:
    """Return whom a sentence names; the sides are all parties that were named before."""
    cast = story.cast
    read = ReadSentence(sentence, meet_strangers(sentence, cast.find_mentions(sentence), story))
    actors = {cast.resolve(mention) for mention in read.all_mentions}
    if any(mention.kind == "group" for mention in read.all_mentions):
        actors |= {f"party:{each}" for each in cast.recent_parties}
    utterance = read_speech(read, story, spoken)
    turn = _turn_of(sentence, story, ())
    cast.note(read.mentions, turn[0] if turn else (utterance.actor if utterance else None))
    return actors


def _number(
    sentence: Sentence, actors: Iterable[str | None], speakers: tuple[str, ...]
) -> NumberedSentence:
    own = find_orders(sentence.masked)
    return NumberedSentence(
        sentence,
        frozenset(each for each in (*actors, *speakers) if each),
        speakers,
        own,
        not own and find_orders(sentence.text),
    )
