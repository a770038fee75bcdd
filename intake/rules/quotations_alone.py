# Cyrillic letters are meant
"""Quotations without a verb of saying: of who is named below them, or of nobody."""

from __future__ import annotations

from intake.rules.quotations import Quotation
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance
from intake.rules.story import Story

UNSAID = "It is quoted here, and nobody is named who says it."
_NAME_LINE_WORDS = 14
_LEAST_WORDS = 4


def name_speaker_below(sentence: Sentence, spoken: list[Utterance], story: Story) -> bool:
    """Take a line that is nothing but a name for who says the quotation right above it; return
    whether it is one."""
    pending = spoken[-1] if spoken else None
    if pending is None or not pending.is_opened or sentence.block > pending.block + 1:
        return False
    mention = next(iter(story.cast.find_mentions(sentence)), None)
    actor = story.cast.resolve(mention) if mention and mention.kind != "pronoun" else None
    if mention is None or actor is None or len(sentence.words) > _NAME_LINE_WORDS:
        return False
    lead = sentence.slice(sentence.start, mention.start).strip()
    rest = sentence.slice(mention.end, sentence.end).strip(" .")
    is_heading = story.blocks[sentence.block].kind == "heading"
    if lead.strip("—–-~ ") or not (lead or is_heading) or (rest and rest[0] not in ",(—–"):
        return False
    pending.actor, pending.cue, pending.mention = actor, "the line below", mention
    pending.end, pending.is_opened, pending.told_after = sentence.end, False, story.last_time
    pending.telling = [(sentence.start, sentence.end)]
    pending.context, pending.day = story.issue_in_context, story.calendar.anchor
    story.cast.note_subject(actor)
    return True


def hold_back_unsaid(spoken: list[Utterance], story: Story) -> None:
    """Hold back what is quoted, and of which nobody is told to say it."""
    for utterance in spoken:
        if utterance.is_opened and utterance.actor is None:
            story.hold_back(utterance.start, utterance.end, UNSAID)


def is_whole_quotation(quotation: Quotation, text: str) -> bool:
    """Return whether marks enclose a sentence rather than words of one."""
    words = text[quotation.words_start : quotation.words_end].strip()
    is_closed = words[-1:] in ".!?…,"
    return is_closed and words[:1].isupper() and len(words.split()) >= _LEAST_WORDS
