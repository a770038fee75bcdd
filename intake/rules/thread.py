"""Threads of posts, and pages that quote posts: each said by whose account it is."""

from __future__ import annotations

from intake.rules.answers import AskedContext
from intake.rules.meetings import Meetings
from intake.rules.moments import When
from intake.rules.narrative import read_report
from intake.rules.newcomers import meet_strangers
from intake.rules.plans import Plans
from intake.rules.posts import Post, PostReader
from intake.rules.sentences import Sentence
from intake.rules.story import ReadSentence, Story
from intake.rules.transcript import read_turn

_HEAD_BLOCKS = 2
_SHORT_REPLY = 12


def read_thread(sentences: list[Sentence], story: Story) -> None:
    """Propose what posts tell, each of its day, and what the article tells of them."""
    split = PostReader(story, find_author(sentences, story))
    split.read()
    if not any(post.actor for post in split.posts):
        if split.is_of_one_reporter:
            _read_reports(split.posts, sentences, story)
            return
        for sentence in sentences[:1]:
            story.hold_back(sentence.start, sentence.end, "No author of the thread is registered.")
    meetings, plans = Meetings(story), Plans(story)
    for post in split.posts:
        inside = [each for each in sentences if each.block in post.blocks]
        with story.of_day(post.day):
            _read_post(post, inside, story, meetings, plans)
    read_report([each for each in sentences if each.block in split.own_blocks], story)


def _read_reports(posts: list[Post], sentences: list[Sentence], story: Story) -> None:
    """Propose what one who takes no part tells of others: a journalist from the talks."""
    for post in posts:
        with story.of_day(post.day):
            read_report([each for each in sentences if each.block in post.blocks], story)


def _read_post(
    post: Post, sentences: list[Sentence], story: Story, meetings: Meetings, plans: Plans
) -> None:
    if not sentences:
        return
    if post.actor is None:
        start, end = sentences[0].start, sentences[-1].end
        story.hold_back(start, end, "Posted by somebody who takes no part in the negotiation.")
        return
    story.cast.note_subject(post.actor)
    reads = [
        ReadSentence(each, meet_strangers(each, story.cast.find_mentions(each), story))
        for each in sentences
    ]
    words = sum(len(each.words) for each in sentences)
    context = story.issue_in_context if post.is_reply and words <= _SHORT_REPLY else None
    read_turn(
        post.actor, reads, story, meetings, plans, When(story.anchor_text), is_post=True,
        answer=AskedContext(context),
    )  # fmt: skip


def find_author(sentences: list[Sentence], story: Story) -> str | None:
    """Return who is named at the top of a thread."""
    for sentence in sentences:
        if sentence.block > _HEAD_BLOCKS:
            return None
        for mention in story.cast.find_mentions(sentence):
            if mention.actor is not None:
                return mention.actor
    return None
