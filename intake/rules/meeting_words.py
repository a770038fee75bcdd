# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which meetings are told, in English and Ukrainian."""

from __future__ import annotations

import re

_NOUN = (
    r"(?:talks|meetings?|sessions?|rounds?|summits?|negotiations|consultations|conferences?|"
    r"discussions|переговор\w*|зустріч\w*|зустріт?\w*|засіданн\w*|раунд\w*|саміт\w*|консультаці\w*)"
)
NOUN = re.compile(rf"(?<!\w){_NOUN}(?!\w)", re.IGNORECASE)
ORDINAL = re.compile(
    r"(?<!\w)(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|"
    r"twelfth|thirteenth|fourteenth|fifteenth|\d{1,2}(?:st|nd|rd|th)|перш\w+|друг\w+|трет\w+|"
    r"четверт\w+|п['’]ят\w+)"
    rf"\s+(?:\w+[\s-]){{0,3}}?(?P<noun>{_NOUN})(?!\w)",
    re.IGNORECASE,
)
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
        ],
        1,
    )
}
_UKRAINIAN_ORDINALS = {"перш": 1, "друг": 2, "трет": 3, "четверт": 4, "п'ят": 5, "п’ят": 5}

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "два": 2, "дві": 2,
           "три": 3, "чотири": 4, "п'ять": 5}  # fmt: skip
_COUNT = "|".join(NUMBERS)
DAYS_OF = re.compile(
    rf"(?<!\w)(?P<count>{_COUNT}) (?:days|дні|днів) (?:of )?(?:\w+ ){{0,2}}?{_NOUN}|"
    rf"(?<!\w)(?:lasted|тривал\w+) (?P<lasted>{_COUNT}) (?:days|дні|днів)(?!\w)",
    re.IGNORECASE,
)
HELD = re.compile(
    rf"(?<!\w)(?:{_NOUN}\b[^;]{{0,140}}?\b(?:held|took place|(?:were|was) held|resumed|opened|"
    rf"began|started|ended|"
    r"closed|lasted|broke up|wrapped up|concluded|finished|continued|focused on|went on|"
    r"відбул\w+|пройш\w+|завершил\w+|тривал\w+|розпочал\w+|закінчил\w+)|"
    rf"(?:held|hosted|chaired|attended|ended|concluded|finished|completed|wrapped up|opened|began|"
    rf"resumed|"
    rf"провели|провів|провела|завершили|розпочали)\b[^;]{{0,80}}?\b{_NOUN}|"
    r"met\b(?! (?:the|its|their|all|those) (?:deadline|demand|condition|target|requirement|"
    r"criteri))|"
    r"sat down\b(?! on)|bargained (?:for|until|through|on|with|late|all)|"
    r"negotiated (?:for|until|"
    r"through|late|all)|gathered (?:in|at|for)|convened|conferred|(?:held|had) (?:a )?(?:phone "
    r")?call|spoke by (?:tele)?phone|"
    r"зустріл\w+|зустрівся|провів розмову|поговорив телефоном)(?!\w)",
    re.IGNORECASE,
)
RECEIVED = re.compile(
    r"(?<!\w)(?:saw|received|hosted|visited|прийняв|прийняла|відвіда\w+)(?!\w)", re.IGNORECASE
)
ANNOUNCED = re.compile(
    r"(?<!\w)(?:(?:will|would|is to|are to|is due to|are due to|plans? to|intends? to|agreed to|"
    r"set to|expected to|"
    r"scheduled to|about to|shall)\s+(?:\w+\s){0,3}?"
    r"(?:meet|reconvene|resume|hold|receive|host|visit|travel|fly|sit down|gather|convene|return|"
    r"report to|brief|"
    r"start|begin|open|take place|be held|see|attend)\b|"
    r"(?:has|have)?\s*(?:called|summoned|invited|recalled)\b[^;]{0,60}?\b(?:back|sides|parties|"
    r"delegations|talks|meeting|both)\b|"
    rf"{_NOUN}\b[^;]{{0,60}}?\b(?:opens?|begins?|starts?|resumes?|is|are) (?:on|scheduled|planned|"
    rf"set|due|expected|slated)\b|"
    rf"(?:next|another|further|new|third|second|fourth|fifth|"
    rf"final)\s+(?:\w+\s){{0,3}}?{_NOUN}\b[^;]{{0,50}}?\b(?:will|is|are|opens?|begins?|starts?|"
    rf"scheduled|planned|set)\b|"
    rf"next (?:\w+\s){{0,2}}?{_NOUN}:? (?:is )?(?:on|in)\b|"
    rf"there will be (?:\w+\s){{1,4}}?{_NOUN}|(?<=they )meet(?: again)?|(?<=sides )meet(?: again)?|"
    r"(?:відбуд\w+|зустрінуться|зустрінеться|проведуть|проведе|заплановано|запланован\w+|"
    r"відновляться|"
    r"домовилися зустрітися|прийме|прибуде|відвідає|розпочн\w+))(?!\w)",
    re.IGNORECASE,
)
CANCELLED = re.compile(
    rf"(?<!\w){_NOUN}\b[^;]{{0,160}}?\b(?:will not (?:now )?(?:take place|go ahead|happen)|"
    rf"won['’]t (?:take place|go ahead)|"
    r"(?:has been|have been|was|were|is|are|been) (?:called off|cancell?ed|scrapped|abandoned)|is "
    r"off\b|"
    r"скасован\w+|скасувал\w+|не відбуд\w+)|"
    rf"(?<!\w)(?:called off|cancell?ed|scrapped|pulled out of|скасував|скасувала|"
    rf"скасували)\b[^;]{{0,80}}?\b{_NOUN}",
    re.IGNORECASE,
)
MOVED = re.compile(
    rf"(?<!\w){_NOUN}\b[^;]{{0,120}}?\b(?:(?:has been|have been|was|were|been|is|are) "
    rf"(?:postponed|put off|moved|pushed back|"
    r"delayed|rescheduled|brought forward|shifted)|перенес\w+|відклад\w+|відкла\w+)|"
    rf"(?<!\w)(?:postponed|put off|moved|pushed back|rescheduled|brought forward|перенесли|"
    rf"відклали|переніс)\b[^;]{{0,80}}?\b{_NOUN}",
    re.IGNORECASE,
)
LEFT = re.compile(
    rf"(?<!\w)(?:walked out(?: of)?|left|stormed out(?: of)?|quit|покинул\w+|вийшл\w+ "
    rf"з)\b[^;]{{0,60}}?\b(?:{_NOUN}|room|table)|(?<!\w)walked out(?!\w)",
    re.IGNORECASE,
)
WALKED_OUT = re.compile(r"(?<!\w)(?:walked|stormed) out(?!\w)", re.IGNORECASE)
NO_RESULT = re.compile(
    r"(?<!\w)(?:without (?:an? )?(?:agreement|deal|result|breakthrough|outcome|progress|accord|"
    r"contract|settlement)|"
    r"empty-handed|"
    r"no (?:agreement|deal|breakthrough) (?:was|has been|had been)|collapsed|broke down|"
    r"(?:failed to|did not|unable to) (?:reach|agree|produce|strike)|nobody signed|nothing was "
    r"signed|inconclusive\w*|"
    r"безрезультатно|без результат\w+|без домовленост\w+|не вдалося (?:домовитися|досягти))(?!\w)",
    re.IGNORECASE,
)
AGREEMENT = re.compile(
    r"(?<!\w)(?:(?:reached|struck|sealed|clinched|ended (?:with|in)|produced|concluded with|"
    r"signed) (?:an? |the )?(?:\w+ ){0,3}?(?:agreement|deal|accord|settlement|pact|truce|"
    r"ceasefire)|"
    r"agreed (?:on )?(?:a |the )?(?:text|deal|settlement)|досягли (?:згоди|домовленост\w+|угоди)|"
    r"підписали угоду)(?!\w)",
    re.IGNORECASE,
)
SETTLED = re.compile(
    r"(?<!\w)(?:they|the (?:two )?(?:sides|parties)|both sides|delegations|сторони|"
    r"вони)\s+(?:have |had )?(?P<verb>settled|agreed|resolved|домовилися|погодили)(?!\w)",
    re.IGNORECASE,
)
UNSETTLED = re.compile(
    r"(?<!\w)(?:(?:did|have|had|could)(?: not|n['’]t)|failed to)\s+(?:settle|agree|resolve|"
    r"settled|agreed|resolved)|не (?:домовилися|погодили)(?!\w)",
    re.IGNORECASE,
)
ADJOURNED = re.compile(r"(?<!\w)(?:adjourned|suspended|перерв\w+ до)(?!\w)", re.IGNORECASE)
UNREAL = re.compile(
    r"^\W*(?:if|unless|had|were|should|suppose|without|якби|якщо)\b|"
    r"\b(?:might|would have|could have|(?-i:may)|unlikely|hop(?:e|es|ed) to|refus\w+ to|declin\w+ "
    r"to|no (?:announcement|plans?|date|talks|meeting)|"
    r"never|not (?:yet )?(?:met|meet|been held)|rul\w+ out|якби|можливо|жодн\w+)\b|\?\W*$",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"(?<!\w)(?:in|at|to|у|в|"
    r"до)\s+(?P<place>(?:St\.\s)?[A-ZА-ЯІЇЄҐÀ-Þ][\w.'’-]+(?:\s[A-ZА-ЯІЇЄҐÀ-Þ][\w'’-]+){0,2})"
)
FORMATS = [
    (
        re.compile(r"\b(?:by (?:tele)?phone|phone call|call between|телефон\w+)\b", re.IGNORECASE),
        "phone",
    ),
    (
        re.compile(
            r"\b(?:by video|video(?:conference| call)|online|відеозв\w+|онлайн)\b", re.IGNORECASE
        ),
        "video",
    ),
    (re.compile(r"\b(?:separately|shuttle|окремо)\b", re.IGNORECASE), "shuttle"),
    (re.compile(r"\b(?:proximity|indirect) talks\b", re.IGNORECASE), "proximity"),
]


def ordinal_of(text: str) -> int | None:
    """Return the number of a round or session that a text tells; None where it tells none."""
    found = ORDINAL.search(text)
    if found is None:
        return None
    word = found["word"].casefold()
    if word[0].isdigit():
        return int(re.match(r"\d+", word)[0])  # type: ignore[index]
    return ORDINALS.get(word) or next(
        (number for stem, number in _UKRAINIAN_ORDINALS.items() if word.startswith(stem)), None
    )
