# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What is said in an article, by whom: attributions and quotations put together."""

from __future__ import annotations

import re
from dataclasses import replace

from intake.rules import verbs
from intake.rules.attributions import Attribution
from intake.rules.mentions import Mention, is_group
from intake.rules.quotations import Quotation
from intake.rules.quotations_alone import UNSAID, is_whole_quotation
from intake.rules.speech import Utterance, find_attribution
from intake.rules.story import ReadSentence, Story
from intake.rules.turns import find_same_turn, merge_turns
from intake.rules.words import fold_word

_NEAR_COLON = 4
_TITLE_WORDS = 5
_FEW_WORDS = 8
_WHOLE_QUOTATION_WORDS = 4


def read_speech(read: ReadSentence, story: Story, spoken: list[Utterance]) -> Utterance | None:
    """Return the utterance that a sentence tells, or goes on with; None where nobody speaks.

    ``spoken`` are the utterances before, the newest last; a new one is added to them.
    """
    sentence = read.sentence
    pieces = [each for each in sentence.quotations if not _is_title(each, story.text)]
    if sentence.is_bare_quotation and pieces:
        return _continue_quotation(read, pieces, story, spoken)
    attribution = find_attribution(sentence, read.all_mentions, story.cast)
    subject = attribution.subject if attribution else None
    if subject is not None and is_group(subject) and story.cast.joint_parties and not pieces:
        return None  # what the sides tell together is told of them, and is no saying of one
    if attribution is None or (attribution.subject is None and not attribution.is_bystander):
        behind = None if attribution else _after_colon(read, pieces, story, spoken)
        if behind is None and any(is_whole_quotation(each, story.text) for each in pieces):
            story.hold_back(sentence.start, sentence.end, UNSAID)
        return behind
    if attribution.is_bystander or attribution.subject is None:
        story.hold_back(
            sentence.start,
            sentence.end,
            "Said by somebody who takes no part in the negotiation, or whom it does not name.",
        )
        story.cast.note_bystander()
        spoken.append(_utterance(attribution, None, read, pieces, is_bystander=True))
        spoken[-1].takes_no_part = True
        spoken[-1].is_source = _SOURCE.search(sentence.masked) is not None
        return spoken[-1]
    actor = story.cast.resolve(attribution.subject)
    if actor is None and attribution.subject.party:
        actor = f"party:{attribution.subject.party}"
    utterance = _utterance(attribution, actor, read, pieces, is_bystander=actor is None)
    if actor is None:
        if attribution.subject.kind == "stranger":
            story.cast.note_bystander()
        utterance.is_source = attribution.subject.is_indefinite
        story.hold_back(
            sentence.start, sentence.end, "Who speaks here is not registered, and not introduced."
        )
        spoken.append(utterance)
        return utterance
    story.cast.note_subject(actor)
    _remember_description(attribution.subject, actor, story)
    if previous := find_same_turn(utterance, spoken, story):
        return merge_turns(previous, utterance)
    _take_pending(utterance, spoken)
    spoken.append(utterance)
    return utterance


_SOURCE = re.compile(
    r"\bsources?\b|\b(?:people|persons?|officials?|diplomats?|negotiators?) (?:familiar|close|"
    r"briefed|with (?:direct )?knowledge|involved|who (?:attended|took part))\b|"
    r"\bджерел\w*|співрозмовник\w*",
    re.IGNORECASE,
)
"""Who is not named, and knows: what they tell of an act is told as a fact."""


def _remember_description(subject: Mention, actor: str, story: Story) -> None:
    """Keep whom somebody unnamed spoke for, so that the official means the same later."""
    if subject.kind == "title" and subject.title and actor.startswith("party:"):
        story.cast.described[fold_word(subject.title.split()[-1])] = actor


def _is_title(quotation: Quotation, text: str) -> bool:
    """Return whether marks enclose the name of a thing: “Our Terms”."""
    words = text[quotation.words_start : quotation.words_end].split()
    is_short = 0 < len(words) <= _TITLE_WORDS
    return (
        is_short
        and all(word[:1].isupper() or len(word) < 4 for word in words)
        and (words[-1][-1:] not in ".!?")
        and len(words) > 1
    )


def _utterance(
    attribution: Attribution,
    actor: str | None,
    read: ReadSentence,
    pieces: list[Quotation],
    *,
    is_bystander: bool,
) -> Utterance:
    sentence = read.sentence
    subject = attribution.subject
    is_whole = any(
        len(sentence.slice(each.words_start, each.words_end).split()) >= _WHOLE_QUOTATION_WORDS
        and (
            each.start == sentence.start
            or sentence.slice(each.words_end - 1, each.end + 1)[:1] in ",.!?"
        )
        for each in pieces
    )
    cue = attribution.cue
    return Utterance(
        actor,
        sentence.start,
        sentence.end,
        sentence.block,
        cue,
        list(pieces),
        [_telling_of(attribution, read)],
        [sentence],
        subject,
        is_bystander,
        is_denial=not pieces
        and (
            cue.casefold() in verbs.DISPUTING
            or (cue.casefold() == "called" and len(sentence.words) <= _FEW_WORDS)
        ),
        has_whole_quotation=is_whole,
        cues={sentence.start: cue},
    )


def _telling_of(attribution: Attribution, read: ReadSentence) -> tuple[int, int]:
    """Return from the subject to the verb, and on to the word that where that begins what is
    said."""
    sentence, subject = read.sentence, attribution.subject
    start = min(attribution.start, subject.start) if subject else attribution.start
    end = max(attribution.end, subject.end) if subject else attribution.end
    if (
        subject
        and subject.end <= attribution.start
        and (attribution.cue.casefold() in verbs.JUDGING | verbs.WANTING | verbs.WANTING_PHRASES)
    ):
        return start, subject.end  # the verb itself tells the stance
    is_behind = any(each.end <= start for each in sentence.quotations)
    ahead = sentence.masked[end - sentence.start :]
    takes_that = attribution.cue.casefold() not in _TAKES_NO_THAT
    that = _THAT.match(ahead) if takes_that and not is_behind else None
    return start, end + that.end() if that else end


_TAKES_NO_THAT = (
    "accused",
    "asked",
    "urged",
    "called",
    "thanked",
    "blamed",
    "rejected",
    "welcomed",
)
_THAT = re.compile(
    r"(?:(?! - )(?!\b(?:was|were|is|are|had|has|have|will|would|could|should|must|can|may)\b)"
    r"[^,;:–—“\"«]){0,90}?(?:\bthat\b(?=\s+\w)|,\s*що\b)",
    re.IGNORECASE,
)


def _continue_quotation(
    read: ReadSentence, pieces: list[Quotation], story: Story, spoken: list[Utterance]
) -> Utterance | None:
    """Add a sentence that is nothing but quotation to who spoke before in its paragraph, or keep it
    for who is named next."""
    sentence = read.sentence
    previous = spoken[-1] if spoken else None
    near = previous is not None and (
        previous.block == sentence.block
        or (previous.block >= sentence.block - 1 and _goes_on(previous, story))
    )
    if previous is not None and near and not previous.is_opened:
        previous.pieces += pieces
        previous.sentences.append(sentence)
        previous.end, previous.block = sentence.end, sentence.block
        previous.has_whole_quotation = True
        return previous
    pending = Utterance(
        None,
        sentence.start,
        sentence.end,
        sentence.block,
        "",
        list(pieces),
        [],
        [sentence],
        is_opened=True,
    )
    spoken.append(pending)
    return pending


def _goes_on(previous: Utterance, story: Story) -> bool:
    """Return whether the quotation below may be of who spoke before: quoted already, or named in
    front of a colon."""
    last = previous.sentences[-1].text.rstrip() if previous.sentences else ""
    return previous.actor is not None and (bool(previous.pieces) or last.endswith(":"))


def _take_pending(utterance: Utterance, spoken: list[Utterance]) -> None:
    """Put quotations in front of their attribution in the same paragraph to the utterance."""
    while spoken and spoken[-1].is_opened and spoken[-1].block == utterance.block:
        pending = spoken.pop()
        utterance.pieces = pending.pieces + utterance.pieces
        utterance.sentences = pending.sentences + utterance.sentences
        utterance.start = pending.start
        utterance.has_whole_quotation = True


def _after_colon(
    read: ReadSentence, pieces: list[Quotation], story: Story, spoken: list[Utterance]
) -> Utterance | None:
    """Return what stands behind a colon after somebody's answer, letter or name."""
    sentence = read.sentence
    found = re.match(
        r"(?P<head>[^:\n“\"«]{2,160}):(?:\s+(?P<rest>\S.*)|\s*$)", sentence.masked, re.DOTALL
    )
    if found is None or not read.mentions:
        return None
    if found["rest"] is None:
        return _before_colon(read, found["head"], story, spoken)
    head_end = sentence.start + found.end("head")
    subject = read.mentions[0]
    tells = _TELLING_NOUN.search(found["head"])
    is_label = subject.start - sentence.start <= 2 and head_end - subject.end <= 2
    is_entry = (
        story.genre == "live-blog"
        and str(subject.actor).startswith("person:")
        and len(found["head"].split()) <= _NAME_WORDS
        and len(found["rest"].split()) >= _WHOLE_QUOTATION_WORDS
    )
    is_blunt = is_entry or (bool(pieces) and 0 <= pieces[0].start - head_end <= _NEAR_COLON)
    is_blunt &= subject.start - sentence.start <= _NEAR_COLON
    if subject.start >= head_end or not ((pieces and is_label) or tells or is_blunt):
        return None
    if tells and not (subject.is_owner or subject.start - sentence.start < 6):
        return None
    attribution = Attribution(head_end, head_end + 1, tells[0] if tells else ":", subject)
    actor = story.cast.resolve(subject)
    if actor is None:
        return None
    utterance = _utterance(attribution, actor, read, pieces, is_bystander=False)
    utterance.telling = [(sentence.start, head_end + 1)]
    story.cast.note_subject(actor)
    spoken.append(utterance)
    return utterance


def _before_colon(
    read: ReadSentence, head: str, story: Story, spoken: list[Utterance]
) -> Utterance | None:
    """Return the beginning of what stands below a line that ends in a colon: behind somebody's
    name, or behind what is theirs, as from the letter of the union."""
    sentence = read.sentence
    end = sentence.start + len(head.rstrip())
    tells = _TELLING_NOUN.search(head)
    named = [each for each in read.mentions if each.kind in ("name", "title", "party")]
    owners = [each for each in named if each.is_owner]
    last = named[-1] if named else None
    is_name = (
        last is not None and end - last.end <= _NEAR_COLON and len(head.split()) <= _NAME_WORDS
    )
    subject = last if is_name else next(iter(owners), None) if tells else None
    actor = story.cast.resolve(subject)
    if subject is None or actor is None:
        return None
    attribution = Attribution(end, end + 1, tells[0] if tells else ":", subject)
    utterance = _utterance(attribution, actor, read, [], is_bystander=False)
    utterance.telling = [(sentence.start, sentence.end)]
    story.cast.note_subject(actor)
    spoken.append(utterance)
    return utterance


_NAME_WORDS = 14
_TELLING_NOUN = re.compile(
    r"\b(?:answer|reply|response|statement|letter|message|verdict|position|line|view|word|email|"
    r"tweet|post|note|memo|announcement|communiqu[eé]|"
    r"відповідь|заява|лист|позиція)\b",
    re.IGNORECASE,
)


def turn_utterance(
    actor: str, start: int, end: int, block: int, reads: list[ReadSentence]
) -> Utterance:
    """Return a turn of a transcript as one utterance, every word of which is quoted."""
    whole = Quotation(start, end, start, end)
    return Utterance(
        actor,
        start,
        end,
        block,
        "label",
        [whole],
        [],
        [replace(each.sentence) for each in reads],
        None,
        has_whole_quotation=True,
    )
