"""Votes that an article tells of, with their result and counts."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.registry import KnownVote
from intake.rules import vote_words as told
from intake.rules.act_times import is_history, when_done
from intake.rules.likeness import content_stems
from intake.rules.moments import When
from intake.rules.numbers_told import read_number
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.terms import last_day_of

_SHORT_QUOTATION = 12
_ALIKE = 3


def read_votes(read: ReadSentence, story: Story) -> bool:
    """Propose the vote that a sentence tells was held; return whether it tells of one."""
    masked = _open_text(read)
    counts = read_counts(masked)
    found = (
        told.VOTED.search(masked) or told.NO_QUORUM.search(masked) or told.DECIDED.search(masked)
    )
    if found is None:
        found = _counted_motion(masked) if counts else None
    if found is None or told.NO_VOTE.search(masked) or (not counts and _VOTED.search(masked)):
        return False
    if reality_of(masked, found.start(), found.end()) != "actual":
        return False
    result = _result(masked, counts)
    if result is None:
        return False
    when = when_done(read, found.start(), found.end(), story)
    start, end = read.sentence.start, read.sentence.end
    if is_history(when, story) or _is_recalled(read, story):
        story.hold_back(start, end, "The vote is told as history.")
        return True
    if known := _find_known(counts, when, read, story):
        why = f"The vote “{known.motion or known.slug}” is recorded."
        story.report_again(known.event, start, end, why)
        return True
    if _completes(counts, result, when, read, story):
        return True
    about = _about(read, story)
    fields: Json = {
        "vote": _new_slug(about, when.expression, story),
        "motion": _motion(read),
        "result": result,
    }
    if body := told.BODY.search(masked):
        fields["body"] = " ".join(body["body"].split())
    if counts:
        fields["counts"] = counts
    if about:
        fields["about"] = about
    why = f"“{' '.join(found[0].split())}” tells of a vote."
    story.propose(
        DraftProposal("vote-held", fields, start, end, why, 0.65, when, read.sentence.block)
    )
    return True


_VOTED = re.compile(
    r",\s+(?:which|who)\s+(?:had\s+|has\s+)?(?:voted|abstained)\b|,\s+(?:що|який|яка) "
    r"(?:голосува|утрима)\w+",
    re.IGNORECASE,
)
"""How one side voted, told in passing, is no vote of its own."""


def _open_text(read: ReadSentence) -> str:
    """Return a sentence in which only longer quotations are masked: «за» counts, a speech does
    not."""
    sentence = read.sentence
    letters = list(sentence.masked)
    for quotation in sentence.quotations:
        first, last = quotation.words_start - sentence.start, quotation.words_end - sentence.start
        if 0 <= first < last <= len(letters) and last - first < _SHORT_QUOTATION:
            letters[first:last] = sentence.text[first:last]
    return "".join(letters)


def _counted_motion(masked: str) -> re.Match[str] | None:
    """Return where a motion is named in a sentence that tells counts and an outcome."""
    if told.LOST.search(masked) or told.CARRIED.search(masked):
        return told.MOTION.search(masked) or told.BODY.search(masked)
    against = told.AGAINST.search(masked)
    if against is not None and told.FOR.search(masked):
        return against
    return told.MOTION.search(masked) if against else None


def read_counts(masked: str) -> Json:
    """Return how many voted which way, as far as a sentence tells it."""
    counts: Json = {}
    pair = told.PAIR.search(masked)
    if pair is not None and read_number(pair["against"]) == 1 and _is_ratio(masked, pair):
        return counts
    if pair is not None:
        counts = {"for": read_number(pair["for"]), "against": read_number(pair["against"])}
        if told.LOST.search(masked) and counts["for"] > counts["against"]:
            # Rejected by 60 to 40: sixty were against.
            counts = {"for": counts["against"], "against": counts["for"]}
    for name, pattern in (("for", told.FOR), ("against", told.AGAINST)):
        if name not in counts and (found := pattern.search(masked)):
            counts[name] = read_number(found["n"] or found["m"])
    if counts and (found := told.ABSTAINING.search(masked)):
        counts["abstaining"] = read_number(found["n"] or found["m"])
    return counts


def _is_ratio(masked: str, pair: re.Match[str]) -> bool:
    """Return whether so many to one is a ratio: by a margin of almost three to one."""
    return told.RATIO.search(masked, 0, pair.start()) is not None or pair["for"].isalpha()


def _result(masked: str, counts: Json) -> str | None:
    """Return the outcome: in so many words, or by the counts; None where it stays open."""
    if told.NO_QUORUM.search(masked):
        return "inquorate"
    given = (counts.get("for"), counts.get("against"))
    if told.TIED.search(masked) or (given[0] is not None and given[0] == given[1]):
        return "tied"
    if told.LOST.search(masked):
        return "lost"
    if given[0] is not None and given[1] is not None and given[0] < given[1]:
        return "lost"
    if told.CARRIED.search(masked) or given[0] is not None:
        return "carried"
    return "unknown" if given[1] is not None else None


def _find_known(counts: Json, when: When, read: ReadSentence, story: Story) -> KnownVote | None:
    stems = content_stems(read.sentence.text)
    day = last_day_of(when.expression or "")
    for known in story.registry.votes:
        likeness = len(stems & content_stems(known.motion or known.slug.replace("-", " ")))
        if known.occurred and when.expression:
            likeness += 1 if last_day_of(known.occurred) == day else -2
        if likeness >= _ALIKE:
            return known
    return None


def _completes(counts: Json, result: str, when: When, read: ReadSentence, story: Story) -> bool:
    """Return whether a vote is told once more; what it adds goes to the first."""
    for told_before in story.of_type(("vote-held",)):
        given = told_before.fields.get("counts")
        if told_before.fields["result"] != result or (given and counts and given != counts):
            continue
        if None not in (when.expression, told_before.when.expression) and (
            when.expression != told_before.when.expression
        ):
            continue
        if counts and not given:
            told_before.fields |= {"counts": counts, "motion": _motion(read)}
            told_before.start, told_before.end = read.sentence.start, read.sentence.end
            told_before.block = read.sentence.block
            if when.expression is not None:
                told_before.when = when
        return True
    return False


def _is_recalled(read: ReadSentence, story: Story) -> bool:
    """Return whether a sentence recalls something of a year gone by."""
    anchor = story.calendar.anchor
    years = [int(each) for each in re.findall(r"\bof ((?:19|20)\d{2})\b", read.sentence.masked)]
    return bool(anchor and years and min(years) < anchor.year)


def _about(read: ReadSentence, story: Story) -> list[str]:
    """Return the issues and plans that a vote is about."""
    issues = [f"issue:{each}" for each in story.issues.find(read.sentence.text)[:3]]
    stems = content_stems(read.sentence.text)
    plans = []
    for plan in story.registry.plans:
        words = content_stems(plan.title)
        if words and words <= stems:
            plans.append(f"plan:{plan.slug}")
    return [*issues, *plans[:2]]


def _motion(read: ReadSentence) -> str:
    line = " ".join(read.sentence.text.split())
    return line if len(line) <= 200 else f"{line[:199].rsplit(' ', 1)[0]}…"


def _new_slug(about: list[str], when: str | None, story: Story) -> str:
    day = re.search(r"\d{4}-\d{2}-\d{2}", when or "")
    subject = about[0].partition(":")[2] if about else ""
    slug = make_slug(" ".join(["vote", subject, day[0] if day else ""]), story.slugs) or "vote"
    story.slugs.add(slug)
    return slug
