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
from intake.rules.transcript import find_turn_speaker
from intake.rules.utterances import read_speech

MAX_NUMBERED = 2000
"""Sentences of an article that are numbered."""


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence with whom it names and who speaks in it, both as ``kind:slug``.

    ``own_orders`` tells that it gives orders to its reader, ``quoted_orders`` that it quotes some.
    """

    sentence: Sentence
    actors: frozenset[str]
    speaker: str | None
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
    spoken: list[Utterance] = []
    read = [
        _read_sentence(sentence, story, spoken)
        for sentence in split_story(story)[:MAX_NUMBERED]
        if sentence.end <= max_chars
    ]
    speakers = {
        sentence.start: utterance.actor
        for utterance in spoken
        for sentence in utterance.sentences
        if utterance.actor and not utterance.is_bystander
    }
    return NumberedText(
        [
            _number(sentence, actors, speakers.get(sentence.start) or turn)
            for sentence, actors, turn in read
        ]
    )


def _read_sentence(
    sentence: Sentence, story: Story, spoken: list[Utterance]
) -> tuple[Sentence, set[str | None], str | None]:
    """Return a sentence with whom it names, and whose turn it is in a transcript."""
    cast = story.cast
    block = story.blocks[sentence.block]
    is_turn = block.label is not None and not block.is_question
    turn = find_turn_speaker(block.label or "", story) if is_turn else None
    read = ReadSentence(sentence, meet_strangers(sentence, cast.find_mentions(sentence), story))
    actors = {cast.resolve(mention) for mention in read.all_mentions}
    utterance = read_speech(read, story, spoken)
    cast.note(read.mentions, turn or (utterance.actor if utterance else None))
    return sentence, actors, turn


def _number(
    sentence: Sentence, actors: Iterable[str | None], speaker: str | None
) -> NumberedSentence:
    own = find_orders(sentence.masked)
    return NumberedSentence(
        sentence,
        frozenset(each for each in (*actors, speaker) if each),
        speaker,
        own,
        not own and find_orders(sentence.text),
    )
