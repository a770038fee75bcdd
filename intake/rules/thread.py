"""Threads of posts, each said by the author who is named at the top."""

from __future__ import annotations

from itertools import groupby

from intake.rules.meetings import Meetings
from intake.rules.moments import When
from intake.rules.newcomers import meet_strangers
from intake.rules.plans import Plans
from intake.rules.sentences import Sentence
from intake.rules.story import ReadSentence, Story
from intake.rules.transcript import read_turn

_HEAD_BLOCKS = 2


def read_thread(sentences: list[Sentence], story: Story) -> None:
    """Propose what the posts of a thread tell, on the day of the thread."""
    author = find_author(sentences, story)
    if author is None:
        for sentence in sentences[:1]:
            story.hold_back(sentence.start, sentence.end, "No author of the thread is registered.")
        return
    meetings, plans = Meetings(story), Plans(story)
    for block_index, group in groupby(sentences, key=lambda each: each.block):
        if story.blocks[block_index].kind != "body":
            continue
        story.cast.note_subject(author)
        reads = [
            ReadSentence(each, meet_strangers(each, story.cast.find_mentions(each), story))
            for each in group
        ]
        read_turn(author, reads, story, meetings, plans, When(story.anchor_text))


def find_author(sentences: list[Sentence], story: Story) -> str | None:
    """Return who is named at the top of a thread."""
    for sentence in sentences:
        if sentence.block > _HEAD_BLOCKS:
            return None
        for mention in story.cast.find_mentions(sentence):
            if mention.actor is not None:
                return mention.actor
    return None
