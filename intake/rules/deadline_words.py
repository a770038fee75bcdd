# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which deadlines are told, in English and Ukrainian."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOUN = (
    r"(?:deadlines?|ultimatums?|time[- ]limits?|cut-?off(?: dates?)?|target dates?|дедлайн\w*|"
    r"ультиматум\w*|(?:кінцев\w+|гранич\w+|крайн\w+) (?:термін\w*|строк\w*)|"
    r"(?:термін\w*|строк\w*)(?= (?:подання|подачі|відповіді|для|до|на|виконання)))"
)
_BY = (
    r"\b(?:by|before|no later than|not later than|within|ahead of|не пізніше|до|протягом|упродовж|"
    r"за|перед)\s"
)
_UNTIL = r"\b(?:until|till|by|before|within|no later than|not later than|до|не пізніше|протягом)\s"
_ANY = r""


UNTIL = re.compile(r"\b(?:to|until|till|до|на)\s", re.IGNORECASE)
NEAR = 60
"""How many characters may lie between a noun and its time."""
SINCE = re.compile(r"\b(?:since|from|after|after the|з|від|після)\s+(?:\w+ )?$", re.IGNORECASE)
PASSIVE = re.compile(r"\b(?:been|was|were|is|are|be)\s(?:\w+\s)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """A class of words that tell a deadline, and the words that must lead its day."""

    name: str
    pattern: re.Pattern[str]
    lead: re.Pattern[str]
    allows_before: bool = False
    allows_duration: bool = False
    allows_bare_duration: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the time may stand anywhere behind in the clause."""
        return self.name not in ("deadline", "offer")


def _frame(
    name: str,
    pattern: str,
    lead: str,
    *,
    allows_before: bool = False,
    allows_duration: bool = False,
    allows_bare_duration: bool = False,
) -> Frame:
    return Frame(
        name,
        re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE),
        re.compile(lead, re.IGNORECASE),
        allows_before,
        allows_duration,
        allows_bare_duration,
    )


FRAMES = [
    _frame(
        "gives",
        r"g[ai]ve[sn]?|giving|grant(?:s|ed|ing)|allow(?:s|ed|ing)|set(?:s|ting)?|"
        r"дав|дала|дали|надав|надала|надали|відвів|відвела|відвели|встанови\w+",
        _UNTIL,
        allows_duration=True,
        allows_bare_duration=True,
    ),
    _frame(
        "has",
        r"(?:has|have|had)(?: now| only| just| still)?(?= (?:until|till|to the end|(?:[\w-]+ "
        r"){1,3}?"
        r"(?:hours?|days?|weeks?|months?)(?: left)? (?:in which |left )?to)|(?= (?:[\w-]+ "
        r"){1,3}?(?:more|further) "
        r"(?:hours?|days?|weeks?|months?)\b))|"
        r"(?:має|мають|мали|мав|мала)(?: час)?(?= (?:до|ще|[\w'’]+ (?:год|дн|тиж)))",
        _UNTIL,
        allows_duration=True,
        allows_bare_duration=True,
    ),
    _frame(
        "undertook",
        r"undert(?:ook|akes?|aken)|(?:pledg|promis|vow|guarantee|commit)(?:s|es|ed|d|ted)?"
        r"(?: itself| themselves| himself| herself)?|bound (?:itself|themselves)|agreed to(?! "
        r"(?:meet|"
        r"reconvene|resume|hold|talk|return))|(?:has|have) (?:\w+ )?promised|зобов['’ʼ]яза\w+|"
        r"пообіця\w+|обіця\w+|взя\w+ на себе зобов['’ʼ]язання",
        _BY,
        allows_before=True,
        allows_duration=True,
    ),
    _frame(
        "instructed",
        r"(?:instruct|order|direct|ask|requir|request|task|oblig|summon|invit|urg|call)(?:s|es|ed|"
        r"d)?"
        r"(?: on| upon)?(?=(?: [^.;]{1,80}?)? (?:to|for) )|(?:must|has to|have to|had to|is to|"
        r"are to|"
        r"is required to|are required to|is obliged to|are obliged to|is due to|are due to|"
        r"needs? to)(?! (?:meet|reconvene|resume|begin|start|take place|run|last|be held|"
        r"continue|convene|gather)\b)|доручи\w+|зобов['’ʼ]язу\w+|повин\w+|мус[ия]\w+|"
        r"ма(?:є|ють)(?= \w+ти\b)(?! (?:відбу|зустріт|розпоча|бути))",
        _BY,
        allows_before=True,
        allows_duration=True,
    ),
    _frame(
        "undertook",
        r"(?:will|shall|would|дасть|дадуть|надасть|нададуть) (?:\w+ ){0,2}?(?:reply|respond|answer|"
        r"report|decide|"
        r"deliver|submit|present|name|hand|відповідь|звіт|список)",
        _BY,
        allows_before=True,
        allows_duration=True,
    ),
    _frame(
        "demanded",
        r"(?:demand|want|insist|expect)(?:s|ed)?|вимага\w+",
        r"\b(?:by|before|no later than|within|не пізніше|до|протягом)\s",
        allows_duration=True,
    ),
    _frame("deadline", _NOUN, _ANY, allows_before=True),
    _frame(
        "offer",
        r"(?:offer|proposal|terms|invitation|ultimatum|bid|clock|window|grace period|standstill|"
        r"пропозиці\w+|ультиматум\w*)(?: "
        r"[\w'’-]+){0,5}? (?:expires?|"
        r"lapses?|runs? out|(?:is|remains?|stays?|stands?) (?:open|valid|on the table)|чинн\w+|"
        r"діє|діятиме|спливає)",
        r"",
        allows_duration=True,
    ),
    _frame("deadline", r"no later than|not later than|не пізніше", r"later than|пізніше"),
]
_TERM = (
    rf"(?:{_NOUN}|(?:offer|acceptance|consultation|comment|notice|bidding|grace|transition) "
    rf"period|offer|"
    r"window|standstill|moratorium)"
)
_EXTENDING = (
    r"(?:extend\w*|push(?:es|ed|ing)? (?:back|out)|prolong\w*|postpon\w*|put(?:s|ting)? (?:off|"
    r"back)|"
    r"mov(?:es|ed|ing)|delay\w*|shift\w*|lengthen\w*|defer\w*|продовжи\w*|подовжи\w*|перенес\w*|"
    r"відкла\w*|відстрочи\w*)"
)
_LENGTHENING = r"(?:extend(?:s|ed|ing)?|prolong(?:s|ed|ing)?|продовжи\w*|подовжи\w*)"
_DROPPING = (
    r"(?:withdr[ae]w\w*|dropp\w*|drops|lift(?:s|ed|ing)|scrap\w*|abandon\w*|cancel\w*|rescind\w*|"
    r"revok\w*|waiv\w*|tak(?:es|en)? back|took back|скасу\w*|відклика\w*|зня\w*)"
)
_KEEPING = (
    r"(?:met|meets|meeting|kept to|kept|beat|beats|observed|complied with|дотрима\w*|вклал\w* в)"
)
_PASSIVE = r"(?:is|are|was|were|has been|have been|had been|been|being|було|буде)?"


def _about(verbs: str, noun: str = _NOUN) -> str:
    """Return a pattern of verbs with a deadline as their object, before or behind them."""
    return (
        rf"{verbs} (?:[\w'’-]+ ){{0,6}}?{noun}|"
        rf"{noun}\b[^.;]{{0,80}}? {_PASSIVE} ?{verbs}"
    )


CHANGES = [
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), type_)
    for pattern, type_ in (
        (
            rf"{_about(_EXTENDING)}|{_about(_LENGTHENING, _TERM)}|(?:extension|postponement|"
            rf"prolongation) (?:of|to) (?:[\w'’-]+ )"
            rf"{{0,4}}?{_NOUN}|(?:продовження|перенесення|відстрочення) (?:[\w'’-]+ "
            rf"){{0,2}}?{_NOUN}",
            "deadline-extended",
        ),
        (_about(_DROPPING), "deadline-withdrawn"),
        (
            rf"{_about(_KEEPING)}|(?:minutes?|hours?|days?|well|just|shortly) (?:before|ahead of|"
            rf"within) (?:the|its|their|that) (?:[\w'’-]+ ){{0,3}}?{_NOUN}",
            "deadline-met",
        ),
    )
]
DELIVERED = re.compile(
    r"(?<!\w)(?:submitted|handed (?:over|in)|delivered|filed|sent|supplied|provided|named|replied|"
    r"answered|responded|published|presented|paid|ratified|confirmed|complied|withdrew|передал\w*|"
    r"передав|подал\w*|подав|надісла\w+|оприлюдни\w+|відпові\w+|назва\w+|сплати\w+)(?!\w)",
    re.IGNORECASE,
)
PURPOSE = re.compile(
    r"\bto (?P<what>(?!the\b|a\b|an\b|its\b|their\b|\d)[a-z][^.;:]{3,120}?)"
    r"(?=\s+(?:by|before|no later|within|until)\b|[.;:]|$)"
)
SETTING = re.compile(
    r"(?<!\w)(?:set|sets|imposed|imposes|issued|issues|fixed|fixes|announced|gave|served|"
    r"встанови\w+|"
    r"оголоси\w+|висуну\w+)(?: [\w'’-]+){0,4} $",
    re.IGNORECASE,
)
"""Words right before the noun that make their subject the one who sets the deadline."""
BOUND = re.compile(
    r"(?:must|has|have|had|is|are|needs?|повин\w+|мус\w+|має|мають)\b", re.IGNORECASE
)
"""Words that bind their subject: what is due is due from it."""
NAMED = re.compile(_TERM, re.IGNORECASE)
MOST_NAMED = 12
"""A sentence that names more deadlines than this is no prose, and is not read for them."""
REGULAR = re.compile(
    r"\b(?:every|each) (?:year|month|week|quarter|\w+day)\b|щороку|щомісяця", re.IGNORECASE
)
