# Cyrillic letters are meant
"""Plans, papers and changes to them that an article tells of."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.rules.moments import UNKNOWN_TIME, When
from intake.rules.numbers_told import NUMBER, read_number
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import find_times
from intake.rules.words import fold_word, stem_word

_TEXT = (
    r"(?:plan|proposal|offer|draft|paper|text|document|roadmap|blueprint|package|counter-?proposal|"
    r"counter-?offer|non-?paper|framework|outline|план\w*|пропозиці\w+|проєкт\w*|документ\w*)"
)
_COUNTED = re.compile(
    rf"(?<!\w)(?P<count>{NUMBER})"
    rf"(?:-point|[ -]пунктн\w+)\s+(?:\w+\s){{0,2}}?(?P<noun>{_TEXT})(?!\w)|"
    rf"(?<!\w)(?P<noun2>{_TEXT})\s+(?:\w+\s){{0,3}}?(?:has|contains|comprises|of|із|"
    rf"з)\s+(?P<count2>{NUMBER})\s+(?:points|пункт\w+)",
    re.IGNORECASE,
)
_PUT = re.compile(
    r"(?<!\w)(?:put|puts|presented|tabled|submitted|handed|unveiled|published|came back with|came "
    r"forward with|"
    r"circulated|introduced|produced|drew up|sent|delivered|released|proposed|offered|"
    r"представи\w+|подал\w+|оприлюдни\w+|передал\w+|запропонува\w+)\s+"
    rf"(?:\w+\s)?(?:an?|its|their|his|her|own|the|свій|власний|"
    rf"новий)?\s*(?P<what>(?:[\w-]+\s){{0,4}}?(?P<noun>{_TEXT}))(?!\w)",
    re.IGNORECASE,
)
_AMENDMENTS = re.compile(
    r"(?<!\w)(?:came forward with|proposed|submitted|tabled|put forward|offered|presented|sent|"
    r"запропонува\w+|внесл\w+|подал\w+)\s+(?:\w+\s){0,4}?(?:amendments?|changes|revisions|"
    r"modifications|правк\w+|зміни|поправк\w+)(?!\w)",
    re.IGNORECASE,
)
_RECEIVED_IT = re.compile(
    r"(?<!\w)(?:had|received|got|saw|have had|отримали|одержали)\s+(?:it|them|його|її|їх)(?!\w)",
    re.IGNORECASE,
)
_PAPER_OF = re.compile(
    r"(?<!\w)(?P<noun>paper|proposal|text|letter|draft|document|non-?paper|offer|документ|"
    r"пропозиці\w+)"
    r"(?:\s+(?:on|about|for|щодо)\s+(?P<on>[\w\s-]{3,40}))?",
    re.IGNORECASE,
)


class Plans:
    """Reads plans and changes of them sentence by sentence."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._told: dict[int | str, str] = {}
        self._last: str | None = None
        self._paper: tuple[str, str, int] | None = None

    def read(self, read: ReadSentence, *, is_question: bool = False) -> None:
        """Propose what a sentence tells of plans; a question only prepares its answer."""
        sentence = read.sentence
        if not is_question:
            self._amended(read)
            told = self._counted(read)
            if not told:
                self._put(read)
            self._received(read)
        self._remember_paper(read, sentence.block)

    def _counted(self, read: ReadSentence) -> bool:
        """Propose plans that are called by how many points they have."""
        is_told = False
        for found in _COUNTED.finditer(read.sentence.masked):
            count = read_number(found["count"] or found["count2"])
            noun = found["noun"] or found["noun2"]
            is_told = True
            if count in self._told or self._is_registered(count, noun):
                self._last = self._told.get(count, self._last)
                continue
            put = _PUT.search(read.sentence.masked)
            sponsors = self._subject_parties(read, put.start()) if put else []
            when = self._when(read) if put else UNKNOWN_TIME
            start, end = read.sentence.start + found.start(), read.sentence.start + found.end()
            if put:
                start, end = read.sentence.start, read.sentence.end
            slug = self._introduce(
                f"{count}-point {noun}",
                sponsors,
                when,
                start,
                end,
                read.sentence.block,
                found[0],
                count=count,
            )
            self._told[count] = slug
        return is_told

    def _put(self, read: ReadSentence) -> None:
        """Propose a paper that somebody puts to somebody."""
        masked = read.sentence.masked
        found = _PUT.search(masked)
        if found is None or re.search(
            r"\b(?:might|could|would|will|if)\b", masked[: found.start()]
        ):
            return
        rest = masked[found.end() :]
        if re.match(r"\s+(?:of|for|to) (?:the )?(?:table|agenda)", rest):
            return
        if not re.search(r"\b(?:an?|own|new|its|their|свій|власн\w+|нов\w+)\b", found[0], re.I):
            return
        sponsors = self._subject_parties(read, found.start())
        if not sponsors:
            return
        title = self._named_title(read) or " ".join(found["what"].split())
        when = self._when(read)
        self._introduce(
            title,
            sponsors,
            when,
            read.sentence.start,
            read.sentence.end,
            read.sentence.block,
            found[0],
        )

    def _amended(self, read: ReadSentence) -> None:
        found = _AMENDMENTS.search(read.sentence.masked)
        plan = self._last or self._only_registered()
        if found is None or plan is None:
            return
        parties = self._subject_parties(read, found.start())
        if not parties:
            return
        issues = self.story.issues.find(read.sentence.text) or ["text"]
        titles = {issue.slug: issue.title for issue in self.story.registry.issues}
        operations: list[Json] = [
            {
                "op": "substitution",
                "point": slug,
                "heading": titles.get(slug, slug),
                "text_status": "unseen",
            }
            for slug in issues[:4]
        ]
        fields: Json = {
            "plan": plan,
            "amendment": make_slug(" ".join([*parties[:2], "amendments"])),
            "operations": operations,
            "proposed_by": parties,
        }
        self.story.propose(
            DraftProposal(
                "amendment-proposed",
                fields,
                read.sentence.start,
                read.sentence.end,
                f"“{' '.join(found[0].split())}” tells of changes that are proposed.",
                0.6,
                self._when(read),
                read.sentence.block,
            )
        )

    def _received(self, read: ReadSentence) -> None:
        """Propose the paper that was asked about before, received on a day."""
        found = _RECEIVED_IT.search(read.sentence.masked)
        if found is None or self._paper is None:
            return
        title, party, block = self._paper
        if read.sentence.block - block > 1:
            return
        times = find_times(read.sentence, self.story.calendar, "past")
        when = When.from_phrase(times[0]) if times else UNKNOWN_TIME
        self._introduce(
            title,
            [party],
            when,
            read.sentence.start,
            read.sentence.end,
            read.sentence.block,
            found[0],
            status="non-paper",
        )

    def _remember_paper(self, read: ReadSentence, block: int) -> None:
        """Keep a paper of a party that a sentence speaks of: the British paper on shares."""
        for found in _PAPER_OF.finditer(read.sentence.masked):
            at = read.sentence.start + found.start()
            owners = [
                each
                for each in read.mentions
                if each.kind == "party" and each.actor and 0 <= at - each.end <= 14
            ]
            if owners and owners[-1].actor:
                on = f" on {found['on'].strip()}" if found["on"] else ""
                title = f"{owners[-1].text} {found['noun']}{on}"
                party = owners[-1].actor.partition(":")[2]
                self._paper = (title, party, block)

    def _introduce(
        self,
        title: str,
        sponsors: list[str],
        when: When,
        start: int,
        end: int,
        block: int,
        cue: str,
        *,
        count: int | None = None,
        status: str = "draft",
    ) -> str:
        key = count if count is not None else title.casefold()
        if key in self._told:
            return self._told[key]
        taken = {plan.slug for plan in self.story.registry.plans} | set(self._told.values())
        words = [*sponsors[:1], title] if sponsors else [title]
        slug = make_slug(" ".join(words), taken) or "plan"
        fields: Json = {"plan": slug, "title": title[:1].upper() + title[1:], "status": status}
        if sponsors:
            fields["sponsors"] = sponsors
        if count is not None:
            fields["claimed_points"] = count
        if self._last and self._last in self._told.values():
            fields["derived_from"] = [self._last]
        self._told[key] = slug
        self._last = slug
        why = f"“{' '.join(cue.split())}” names a text that is not registered."
        self.story.propose(
            DraftProposal("plan-introduced", fields, start, end, why, 0.65, when, block)
        )
        return slug

    def _is_registered(self, count: int, noun: str) -> bool:
        for plan in self.story.registry.plans:
            if plan.claimed_points == count or re.search(
                rf"\b{count}\b", f"{plan.title} {plan.slug}"
            ):
                self._last = plan.slug
                return True
        return False

    def _only_registered(self) -> str | None:
        plans = self.story.registry.plans
        return plans[-1].slug if len(plans) == 1 else None

    def _named_title(self, read: ReadSentence) -> str | None:
        """Return a name in marks, such as “Our Terms”, that no plan bears yet."""
        for quotation in read.sentence.quotations:
            words = self.story.text[quotation.words_start : quotation.words_end].strip(" ,.")
            if 0 < len(words.split()) <= 6 and words[:1].isupper():
                known = {stem_word(fold_word(plan.title)) for plan in self.story.registry.plans}
                return words if stem_word(fold_word(words)) not in known else None
        return None

    def _subject_parties(self, read: ReadSentence, before: int) -> list[str]:
        """Return the parties named in front of a verb, nearest to the beginning of the clause."""
        cast = self.story.cast
        at = read.sentence.start + before
        found = []
        for mention in read.mentions:
            if mention.end > at or mention.is_owner:
                continue
            party = cast.party_of(cast.resolve(mention)) or mention.party
            if party and party not in found:
                found.append(party)
        return found[:4]

    def _when(self, read: ReadSentence) -> When:
        times = find_times(read.sentence, self.story.calendar, "past")
        if not times:
            return UNKNOWN_TIME
        self.story.last_time = When.from_phrase(times[0])
        return self.story.last_time
