# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Whose stance a clause tells, on which issue: the subject of the embedded clause decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.rules.cast import Cast
from intake.rules.issues import Issues
from intake.rules.mentions import OWNERS, Mention, is_group
from intake.rules.stance_cues import StanceCue, find_conditions, find_cue
from intake.rules.words import word_set

_FIRST_PERSON = re.compile(
    r"(?<!\w)(?:we|our|ours|us|i|my|i['’]m|we['’]re|we['’]ll|we['’]ve|i['’]ve|ми|наш\w*|нам|нас|"
    r"я|мій|моя)(?!\w)",
    re.IGNORECASE,
)
_OWN_BODY = re.compile(
    r"\b(?:her|his|its|their) (?:party|country|government|side|ministry|union|company|team|"
    r"delegation|group|movement|people|members)\b(?:\s[\w'’]+){0,4}\s*$|"
    r"\b(?:його|її|їхн\w+) (?:країна|уряд|сторона|партія|делегація|компанія|профспілка|"
    r"міністерство)\b(?:\s[\w'’]+){0,4}\s*$",
    re.IGNORECASE,
)
"""In reported speech whom the speaker acts for: said that her party would never agree."""
_NO_SUBJECT = re.compile(
    r"(?:\b(?:by|of|with|to|for|in|at|on|from|and|against|between|among|про|з|для|від|до|"
    r"між)\s+(?:the |its |their )?$)|"
    r"\w\s+(?:that|which|who|що|який|яка|які)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"(?:^|\s)(?:by|of|with|to|for|in|at|on|from|and|against|over|near|off|across|along|around|"
    r"through|under|і|та|й)\s+(?:the |its |their )?$"
)
_BODY_OF = re.compile(
    r"^\W*(?:the |a )?(?:\w+ )?(?:board|council|members|executive|assembly|parliament|congress|"
    r"committee|leadership|government|cabinet|delegates|shareholders|trustees|management|union) "
    r"of (?:the )?$",
    re.IGNORECASE,
)
"""The body that acts for the party behind it: the board of the district."""
_AND = re.compile(r"(?: of [A-Z]\w+)?,? (?:and|та|і|й) (?:the |its |their )?(?:[a-z]+ ){0,2}")
_SAYS_OF_SELF = word_set("it he she воно він вона")
"""In reported speech these are who speaks: she said that she would never sign."""
_BEYOND = re.compile(
    r"\b(?:without|unless|until|before|if|provided|because|since|while|in exchange|in return|only "
    r"once|only if|only when|"
    r"only after|once|без|поки|доки|допоки|перш ніж|якщо)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:countries|others|some|many|most|people|experts|states|critics|analysts|governments|"
    r"nations|"
    r"everyone|everybody|nobody|observers|voters|you|інші|країни|дехто|"
    r"багато)"
    r"\s+(?:\w+\s+){0,2}$"
)
"""Subjects that are no party: many countries support it."""
_OTHERS_FIRST = re.compile(
    r"\W*(?:others|some|many|most|few|critics|everyone|everybody|nobody|observers|інші|дехто|"
    r"багато)\b",
    re.IGNORECASE,
)
_ON_THE_WHOLE = frozenset(("red-line", "rejects", "accepts", "accepts-conditionally", "opposes"))
_MAX_ISSUES = 2
_NEAR_WORDS = 3
_FEW_WORDS = 7
_AT_ONCE = 3
"""A clause that begins with its verb has the subject of the whole: the parties agreed, welcomed."""
_THEY = ("they", "вони")
_WE = ("we", "i", "ми", "я")


@dataclass(frozen=True, slots=True)
class FoundStance:
    """A stance of a party on an issue, in a clause of the article."""

    party: str
    issue: str
    stance: str
    start: int
    end: int
    cue: str
    is_own: bool
    conditions: tuple[str, ...] = ()
    is_by_noun: bool = False


def find_stances(
    clause: str,
    start: int,
    mentions: list[Mention],
    cast: Cast,
    issues: Issues,
    own_party: str | None,
    context: str | None,
    whole_issue: str | None = None,
    they: str | None = None,
) -> list[FoundStance]:
    """Return the stances that a clause tells, said by somebody who acts for a party.

    ``context`` is the issue that was talked about before, ``whole_issue`` the only one of the whole
    saying, which a stance of the speaker's own is on where its clause names none. Whose stance it
    is cannot be told where the subject is a pronoun: then none is found.
    """
    cue = find_cue(clause)
    if cue is None:
        return []
    on = _issues_of(clause, cue, issues, context)
    if not on and whole_issue is None:
        return []
    parties, is_own = _whose(clause, start, cue, mentions, cast, own_party, they)
    is_bare = _OF_THE_WHOLE.match(clause, cue.end) is not None or (
        cue.stance.startswith("accepts") and len(clause[cue.end :].split()) <= _FEW_WORDS
    )
    if not on and is_own and is_bare and cue.stance in _ON_THE_WHOLE and whole_issue is not None:
        on = [whole_issue]
    return [
        FoundStance(
            party,
            issue,
            cue.stance,
            start,
            start + len(clause),
            cue.text,
            is_own,
            tuple(find_conditions(clause)) if cue.stance == "accepts-conditionally" else (),
        )
        for party in parties
        for issue in on
    ]


def _issues_of(clause: str, cue: StanceCue, issues: Issues, context: str | None) -> list[str]:
    parts = _BEYOND.split(clause[cue.start :], maxsplit=1)
    found = issues.find(parts[0], context) if len(parts) > 1 else []
    is_of_figure = bool(context) and _FIGURE.match(parts[0][len(cue.text) :]) is not None
    if len(parts) > 1 and not found and is_of_figure and not issues.find(clause[: cue.start]):
        return [str(context)]
    found = found or issues.find(clause, context)
    if found:
        return [*found[:1], *_in_a_row(clause, cue, issues, found[0])][:_MAX_ISSUES]
    if is_of_figure:
        return [str(context)]
    return [context] if context and _refers_back(clause, cue) else []


def _refers_back(clause: str, cue: StanceCue) -> bool:
    """Return whether a clause names no issue because it speaks of the one before."""
    rest = clause[cue.end :].strip(' .,"”»')
    is_back = not rest or _REFERS_BACK.match(rest) or _IS_BACK.match(cue.text)
    return cue.stance in ("undecided", "reserves") or (bool(is_back) and cue.stance != "demands")


_FIGURE = re.compile(
    r"\W*(?:[\w'’]+\s){0,4}?(?:[$€£]?\d|(?:two|three|four|five|six|seven|eight|nine|ten|a) "
    r"(?:hundred|thousand|million|billion|per cent|percent)\b)",
    re.IGNORECASE,
)
"""A figure that stands for the issue that was spoken of: wants us to carry 80 per cent."""
_OF_THE_WHOLE = re.compile(
    r"\W*(?:(?:that|this|it|them|these|those|any|such|anything|what|less|more|є|це|цього|його|"
    r"такого)\b|(?:the |a |an |its |their |this |that |our )?(?:\w+ )?(?:offer|deal|text|proposal|"
    r"plan|"
    r"terms|document|idea|demand|draft|paper|package|agreement|пропозиці\w+|план\w*|угод\w+|"
    r"текст\w*)\b|"
    r"(?:\w+\W+){0,3}$)",
    re.IGNORECASE,
)
"""What stands behind a verb that is of all that is talked of: never sign that, reject the text."""
_IS_BACK = re.compile(
    r"(?:that|this|it)\b|\w+ (?:that|this|it|them) (?:out|down|back)$", re.IGNORECASE
)
_REFERS_BACK = re.compile(
    r"(?:to |with |on )?(?:that|this|it|them|these|those|це|цього|його)\b", re.IGNORECASE
)


def _in_a_row(clause: str, cue: StanceCue, issues: Issues, first: str) -> list[str]:
    """Return further issues of one cue: a tenth of the equity and a veto over the dam."""
    ahead = _BEYOND.split(clause[cue.end :], maxsplit=1)[0]
    parts = re.split(r",\s|\b(?:and|with|та|і)\b", ahead)
    found = [
        slug
        for part in parts
        if len(parts) > 1 and find_cue(part) is None
        for slug in issues.find(part)[:1]
    ]
    return [slug for slug in dict.fromkeys(found) if slug != first]


def _whose(
    clause: str,
    start: int,
    cue: StanceCue,
    mentions: list[Mention],
    cast: Cast,
    own_party: str | None,
    they: str | None,
) -> tuple[list[str], bool]:
    """Return the parties whose stance it is, and whether that is who speaks."""
    before = clause[: cue.start]
    own = [own_party] if own_party else []
    inside = [each for each in mentions if start <= each.start and each.end <= start + cue.start]
    last = inside[-1] if inside else None
    if last is not None and last.kind == "pronoun" and last.text in _THEY and they:
        gap = clause[last.end - start : cue.start].split()
        if len(gap) <= _NEAR_WORDS and not any(word.casefold() in _WE for word in gap):
            return [they], they in own
    if last is not None and last.kind == "pronoun":
        teller = _teller_before(last, clause, start, inside, cast)
        if teller is not None:
            return [teller], teller in own
    if last is not None and last.text in _THEY and own_party is None and cast.joint_parties:
        return list(cast.joint_parties), False
    if _FIRST_PERSON.search(before) or (cue.start < 3 and _FIRST_PERSON.search(cue.text)):
        return own, True
    if own and _OWN_BODY.search(before):
        return own, True
    if _OTHERS.search(before[:1].lower() + before[1:]) or _OTHERS_FIRST.match(before):
        return [], False
    subjects = _subjects(clause, start, cue, inside)
    if not subjects and not own and cast.joint_parties and cue.start < _AT_ONCE:
        return list(cast.joint_parties), False
    if not subjects:
        return own, True
    if is_group(subjects[0]) and cast.joint_parties:
        return list(cast.joint_parties), False
    if any(each.kind in ("pronoun", "group", "stranger") for each in subjects):
        only = subjects[0]
        if only.kind == "pronoun" and only.text in OWNERS:
            return own, True
        if only.kind == "pronoun" and only.text in _SAYS_OF_SELF:
            party = None if own_party else cast.party_of(cast.resolve(only))
            return ([party], False) if party else (own, True)
        return [], False
    parties = [cast.party_of(each.actor) or each.party for each in subjects]
    known = list(dict.fromkeys(party for party in parties if party))
    return known, known == own


def _teller_before(
    pronoun: Mention, clause: str, start: int, inside: list[Mention], cast: Cast
) -> str | None:
    """Return the party that a pronoun means in its own clause: Chile has assured us that it."""
    before = [each for each in inside if each.end <= pronoun.start and not each.is_owner]
    if not before or before[-1].kind in ("pronoun", "stranger"):
        return None
    between = clause[before[-1].end - start : pronoun.start - start]
    if not _THAT.search(between):
        return None
    return cast.party_of(cast.resolve(before[-1])) or before[-1].party


_THAT = re.compile(
    r"\b(?:that|why|whether|(?:told|assured|promised|informed) (?:us|me|them|him|"
    r"her))\s+$|,\s*що\s+$",
    re.IGNORECASE,
)


def _is_near(mention: Mention, clause: str, start: int, cue: StanceCue) -> bool:
    """Return whether a stranger stands right before a cue, so that it is his."""
    is_near = not clause[mention.end - start : cue.start].strip() and mention.start > start
    return is_near and _OBJECT.search(clause, 0, mention.start - start) is None


def _subjects(clause: str, start: int, cue: StanceCue, inside: list[Mention]) -> list[Mention]:
    """Return the mentions right before the cue, or else those that the clause begins with."""
    inside = [
        each for each in inside if each.kind != "stranger" or _is_near(each, clause, start, cue)
    ]
    if not inside:
        return []
    last = inside[-1]
    gap = clause[last.end - start : cue.start].split()
    lead = clause[: last.start - start]
    is_object = _OBJECT.search(lead) and not _BODY_OF.search(lead)
    if (
        (len(gap) <= 4 or gap[0].casefold() == "voted")
        and not is_object
        and not last.is_owner
        and not any(each.endswith((",", "”", '"')) for each in gap[:-1])
    ):
        before = inside[-2] if len(inside) > 1 else None
        if before and _AND.fullmatch(clause, before.end - start, last.start - start):
            return [before, last]
        return [last]
    first = inside[0]
    lead = clause[: first.start - start]
    is_led = _NO_SUBJECT.search(lead) and not _BODY_OF.search(lead)
    if first.is_owner or len(lead.split()) > 6 or is_led:
        return []
    subjects = [first]
    for mention in inside[1:]:
        between = clause[subjects[-1].end - start : mention.start - start].strip().casefold()
        if between not in ("and", "and the", "and its", "та", "і", "й", ",", ", and"):
            break
        subjects.append(mention)
    return subjects
