# Cyrillic letters are meant
"""Plans that a party signs, endorses or rejects, told as something done."""

from __future__ import annotations

import re

from domain.model import Json
from intake.registry import KnownPlan
from intake.rules.act_times import is_history, when_done
from intake.rules.likeness import content_stems
from intake.rules.reality import clause_of, reality_of
from intake.rules.story import DraftProposal, ReadSentence, Story

_DONE = [
    (type_, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for type_, pattern in (
        (
            "plan-signed",
            r"signed|initialled|put (?:its|their|his|her) (?:names?|signatures?) to|inked|"
            r"підписа\w+|"
            r"парафува\w+",
        ),
        (
            "plan-rejected",
            r"voted (?:\w+ ){0,3}?to (?:reject|turn down|throw out)|voted (?:\w+ )?against|"
            r"rejected|"
            r"turned down|threw out|vetoed|dismissed|відхили\w+|відкину\w+",
        ),
        (
            "plan-endorsed",
            r"voted (?:\w+ ){0,3}?(?:to (?:accept|approve|endorse|back|ratify)|for|in favou?r of)|"
            r"endorsed|approved|ratified|accepted|adopted|backed|signed off on|gave (?:its|their) "
            r"(?:assent|blessing|approval|consent) to|agreed to(?= the\b)|схвали\w+|ухвали\w+|"
            r"ратифікува\w+|погоди\w+",
        ),
    )
]
_ITS_BODY = re.compile(
    r"\W*\s*(?:members|parliament|congress|senate|board|shareholders|cabinet|executive|leadership|"
    r"workers|voters|council)\b",
    re.IGNORECASE,
)
"""What acts for its owner: the union's members rejected it."""
_TEXT = re.compile(
    r"(?<!\w)(?:the|this|that) (?:[\w-]+ ){0,2}?(?:plan|text|agreement|deal|treaty|draft|accord|"
    r"document|package|proposal|offer|schedule|framework)(?!\w)|угод\w+|план\w*|текст\w*|договір",
    re.IGNORECASE,
)


def read_endorsements(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    """Propose what parties do to a registered plan; return whether a sentence tells of that.

    What somebody says is their own party's act alone.
    """
    masked = read.sentence.masked
    for type_, pattern in _DONE:
        found = pattern.search(masked)
        if found is None or reality_of(masked, *found.span()) != "actual":
            continue
        first, last = clause_of(masked, *found.span())
        plan = _plan_in(masked[found.end() : last], read, story)
        parties = _subjects(read, first, found.start(), story)
        if said_by is not None:
            parties = [each for each in parties if each == story.cast.party_of(said_by)]
        if plan is None or not parties:
            continue
        return _propose(type_, found, plan, parties, read, story)
    return False


def _plan_in(text: str, read: ReadSentence, story: Story) -> KnownPlan | None:
    """Return the plan that is named behind a verb: by its title, or the only one there is."""
    stems = content_stems(text)
    named = [
        plan
        for plan in story.registry.plans
        if (words := content_stems(plan.title)) and words <= stems | _side_stems(read, story)
    ]
    if named:
        return max(named, key=lambda plan: len(content_stems(plan.title)))
    plans = story.registry.plans
    return plans[0] if len(plans) == 1 and _TEXT.search(text) else None


def _side_stems(read: ReadSentence, story: Story) -> frozenset[str]:
    names = [story.name_of(each.actor) for each in read.mentions if each.actor]
    return content_stems(" ".join(names))


def _subjects(read: ReadSentence, first: int, last: int, story: Story) -> list[str]:
    """Return the parties that stand in front of a verb, none of them as an owner."""
    start, end = read.sentence.start + first, read.sentence.start + last
    parties = [
        party
        for each in read.mentions
        if start <= each.start and each.end <= end
        if not each.is_owner or _ITS_BODY.match(read.sentence.slice(each.end, each.end + 20))
        if (party := story.cast.party_of(story.cast.resolve(each)) or each.party)
    ]
    return list(dict.fromkeys(parties))[:4]


def _propose(
    type_: str,
    found: re.Match[str],
    plan: KnownPlan,
    parties: list[str],
    read: ReadSentence,
    story: Story,
) -> bool:
    when = when_done(read, *found.span(), story)
    start, end = read.sentence.start, read.sentence.end
    if is_history(when, story):
        story.hold_back(start, end, "What was done to the plan is told as history.")
        return True
    for party in parties:
        key = (plan.slug, party)
        told = [(each.fields["plan"], each.fields["party"]) for each in story.of_type((type_,))]
        if key in told:
            continue
        fields: Json = {"plan": plan.slug, "party": party}
        why = f"“{found[0]}” tells what a party does with “{plan.title}”."
        story.propose(
            DraftProposal(type_, fields, start, end, why, 0.55, when, read.sentence.block)
        )
    return True
