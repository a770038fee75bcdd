# Cyrillic letters are meant
"""Incidents away from the table: attacks, violations, seizures, releases, strikes, sanctions."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.rules.meeting_words import PLACE
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import UNKNOWN_TIME, When, find_times

_KINDS = [
    (kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for kind, pattern in (
        (
            "violation",
            r"violat(?:ed|ions? of) (?:the )?(?:\w+ )?(?:ceasefire|truce|agreement|armistice)|"
            r"(?:ceasefire|truce) (?:was|were) (?:broken|violated)|broke the (?:ceasefire|truce)|"
            r"поруш\w+ (?:\w+ )?(?:перемир\w+|режим\w* припинення вогню)",
        ),
        (
            "attack",
            r"(?:air|drone|missile|rocket|artillery) (?:strikes?|attacks?|barrages?)|struck|"
            r"shelled|bombed|bombard\w+|"
            r"ambush\w*|(?:opened|exchanged) fire|attacked|(?:were|was|been|have been) (?:killed|"
            r"wounded|injured)|killed|"
            r"exploded|обстріля\w+|атакува\w+|загину\w+|поранен\w+|вдарил\w+|удар\w+ по",
        ),
        (
            "release",
            r"(?:released|freed|handed over|swapped|exchanged) (?:[\w-]+ ){0,5}?(?:hostages?|"
            r"prisoners?|captives?|detainees?|"
            r"sailors?|crew|journalists?|bodies)|(?:hostages?|prisoners?|captives?|detainees?) "
            r"(?:were|was|have been) "
            r"(?:released|freed|swapped|exchanged)|обміня\w+|звільни\w+ (?:\w+ )?(?:полонен\w+|"
            r"заручник\w+)",
        ),
        (
            "seizure",
            r"seized|captured|impounded|hijacked|abducted|kidnapped|took (?:\w+ )?hostage|"
            r"detained|arrested|boarded|"
            r"захопи\w+|викра\w+|затрима\w+",
        ),
        (
            "sanction",
            r"(?:imposed|announced|slapped|adopted|approved|lifted) (?:[\w-]+ ){0,5}?(?:sanctions|"
            r"tariffs|embargo|export ban)|"
            r"sanctioned|запровади\w+ (?:\w+ )?санкці\w+",
        ),
        (
            "strike",
            r"(?:went|go|are|were) on strike|walked off the job|downed tools|began (?:a|an) "
            r"(?:[\w-]+ ){0,3}?(?:strike|walkout|"
            r"stoppage)|(?:strike|walkout|stoppage) (?:began|started|got under way)|locked out|"
            r"(?:gave|served|issued) (?:\w+ ){0,2}?notice (?:[\w ]{0,20} )?of (?:a |an "
            r")?(?:[\w-]+ ){0,2}?(?:strike|walkout|stoppage)|"
            r"застрайкува\w+|розпочали страйк",
        ),
    )
]
_ANNOUNCED = re.compile(r"\bnotice\b", re.IGNORECASE)
_NUMBER = (
    r"(?:at least |more than |about |around |some |up to |щонайменше |понад )?"
    r"(?:\d{1,3}(?:,\d{3})*|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|dozens)"
)
_KILLED = re.compile(
    rf"(?P<n>{_NUMBER}) (?:[\w-]+ ){{0,3}}?(?:were |was |have been |had been )?(?:killed|dead|"
    rf"died)|"
    rf"kill(?:ed|ing) (?P<n2>{_NUMBER})|(?P<n3>{_NUMBER}) загину\w+|загинул\w+ (?P<n4>{_NUMBER})",
    re.IGNORECASE,
)
_INJURED = re.compile(
    rf"(?P<n>{_NUMBER}) (?:[\w-]+ ){{0,3}}?(?:were |was |have been )?(?:injured|wounded|hurt)|"
    rf"(?:injur|wound)(?:ed|ing) (?P<n2>{_NUMBER})|(?P<n3>{_NUMBER}) (?:\w+ )?поранен\w+",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"^\W*(?:if|unless|had)\b|\b(?:would|could|might|may|threaten\w*|warn\w*|fear\w*|plans? to|"
    r"will|accus\w+|"
    r"(?:cost|costs) the|якщо|погрожу\w+)\b|\?\W*$",
    re.IGNORECASE,
)
_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}


def read_incidents(read: ReadSentence, story: Story) -> bool:
    """Propose the incident that a sentence tells of with a time or with casualties."""
    masked = read.sentence.masked
    if _UNREAL.search(masked):
        return False
    told = next(
        ((kind, found) for kind, pattern in _KINDS if (found := pattern.search(masked))), None
    )
    if told is None:
        return False
    kind, found = told
    times = find_times(read.sentence, story.calendar, "past")
    casualties = _read_casualties(masked)
    if not times and not casualties:
        return False
    parties = _parties(read, story) or (_unions(story) if kind == "strike" else [])
    if not parties and not casualties and not story.issues.find(read.sentence.text):
        return False
    is_ahead = kind == "strike" and bool(_ANNOUNCED.search(found[0]))
    when = When.from_phrase(times[-1 if is_ahead else 0]) if times else UNKNOWN_TIME
    line = " ".join(read.sentence.text.split())
    slug = (
        make_slug(f"{kind} {(when.expression or '')[:11].strip('[')}".strip(), story.slugs) or kind
    )
    story.slugs.add(slug)
    fields: Json = {"incident": slug, "title": line[:160], "kind": kind}
    if is_ahead:
        fields["modality"] = "announced"
    if place := PLACE.search(masked):
        fields["place"] = re.sub(r"['’]s$", "", place["place"])
    if parties:
        fields["parties"] = parties
    if casualties:
        fields["casualties"] = casualties
    why = f"“{' '.join(found[0].split())}” tells of an incident."
    start, end = read.sentence.start, read.sentence.end
    story.propose(
        DraftProposal("incident-reported", fields, start, end, why, 0.5, when, read.sentence.block)
    )
    return True


def _unions(story: Story) -> list[str]:
    return [party.slug for party in story.registry.parties if party.kind == "union"][:1]


def _parties(read: ReadSentence, story: Story) -> list[str]:
    cast = story.cast
    found = [
        party
        for each in read.mentions
        if each.kind != "pronoun" and (party := cast.party_of(each.actor) or each.party)
    ]
    return list(dict.fromkeys(found))[:4]


def _read_casualties(masked: str) -> Json:
    counts: Json = {}
    for pattern, name in ((_KILLED, "killed"), (_INJURED, "injured")):
        found = pattern.search(masked)
        given = next((each for each in found.groups() if each), None) if found else None
        if given:
            digits = given.replace(",", "")
            counts[name] = _WORDS.get(given.casefold()) or (
                int(digits) if digits.isdigit() else given
            )
    return counts
