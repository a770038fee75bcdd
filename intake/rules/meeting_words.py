# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which meetings are told, in English and Ukrainian."""

from __future__ import annotations

import re
from functools import lru_cache

from intake.rules.numbers_told import NUMBER, ORDINAL_STEMS_UK, ORDINALS

NOUN_PATTERN = (
    r"(?:phone|telephone|video|conference) (?:calls?|conversations?)|workshops?|seminars?|"
    r"retreats?|"
    r"forums?|talks|meetings?|sessions?|rounds?|summits?|negotiations|consultations|"
    r"(?<!press )(?<!news )conferences?|"
    r"discussions|working groups?|working part(?:y|ies)|hearings?|plenar(?:y|ies)|"
    r"переговор\w*|зустріч\w*|зустріт?\w*|засіданн\w*|раунд\w*|саміт\w*|консультаці\w*|"
    r"телефонн\w+ розмов\w+|семінар\w*|нарад\w*|форум\w*|сесі\w+|(?<!прес)(?<!прес-)конференці\w*|"
    r"робоч\w+ груп\w+"
)
_ORDINAL_END_UK = r"ь?(?:ий|ій|ого|ому|им|ім|а|я|у|ю|ої|ою|е|є|і|их|ими)"
_ORDINALS_UK = "|".join(stem.replace("'", "['’ʼ]") for stem in ORDINAL_STEMS_UK)
ORDINAL_PATTERN = (
    rf"{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)|(?:{_ORDINALS_UK}){_ORDINAL_END_UK}"
)
_WERE = (
    r"(?:has been|have been|had been|was|were|is|are|been|being)(?: \w+ly| now| once more| again)?"
)
_ENDED = (
    r"ended|closed|broke up|wrapped up|wound up|wound down|came to a close|concluded|finished|"
    r"came to an end|broke off|drew to a close|"
    r"завершил\w+|завершивс\w+|закінчил\w+|закінчивс\w+"
)
_TOOK_PLACE = (
    r"(?:has|have|had) (?:now |just |already )?(?:begun|started|opened|resumed|got under way|"
    r"kicked "
    r"off)|(?:is|are) (?:now )?under ?way|kicked off|"
    rf"held|took place|(?:were|was) held|resumed|opened|began|started|{_ENDED}|lasted|continued|"
    r"focused on|went on|got under way|went ahead|відбул\w+|відбувс\w+|пройш\w+|пройшов|тривал\w+|"
    r"тривав|розпочал\w+|розпочавс\w+|почал\w+|почавс\w+"
)
_TOOK_PLACE_FIRST = (
    r"відбул\w+|відбувс\w+|пройшл\w+|пройшов|тривал\w+|тривав|розпочал\w+|почал\w+|завершил\w+|"
    r"закінчил\w+"
)
"""Verbs that stand before their subject: У Женеві відбулися переговори."""
_HOSTED = (
    r"held|hosted|chaired|attended|ended|concluded|finished|completed|wrapped up|opened|began|"
    r"resumed|провели|провів|провела|завершили|розпочали"
)
_MET = (
    r"met\b(?! (?:reporters|journalists|the press|supporters|voters|fans|resistance|opposition))"
    r"(?! (?:the|its|their|all|those) (?:deadline|demand|condition|target|requirement|"
    r"criteri))|sat down\b(?! on (?!\w+day))|bargained (?:for|until|through|on|with|late|all)|"
    r"negotiated (?:for|until|through|late|all)|gathered (?:in|at|for)|convened|conferred|"
    r"(?:held|had) (?:an? )?(?:\w+ )?(?:(?:tele)?phone |video )?(?:call|conversation)|"
    r"spoke (?:by|on|over) (?:the )?(?:tele|video )?phone|"
    r"spoke (?:(?:again|today|yesterday|earlier|separately|this \w+|on \w+day) ){0,2}with"
    r"(?! (?:reporters|journalists|the press|the media|supporters|voters))"
    r"(?= [^.;]{0,60}?(?:president|minister|secretary|chancellor|counterpart|leader|envoy)\b)|"
    r"(?:hosted|received|convened|brought together) (?:both|the two|all) (?:\w+ )?(?:delegations|"
    r"sides|parties|teams|camps)|"
    r"held (?:\w+ )?talks|зустріл\w+|зустрівся|пров\w+ (?:телефонну )?розмову|поговорив телефоном"
)
_PUT_OFF = (
    r"postponed|put off|moved|pushed back|put back|delayed|rescheduled|brought forward|shifted|"
    r"deferred|adjourned to"
)
_PUT_OFF_UK = r"перенес\w+|переніс|відклад\w+|відкла\w+"
_CALLED_OFF = (
    r"called off|cancell?ed|scrapped|abandoned|shelved|axed|ditched|dropped|vacated|скасован\w+|"
    r"скасувал\w+|скасував"
)
_TIME = r"(?:on |in |for |at |until )?(?:the )?(?:today|tomorrow|tonight|this|next|\w+day\b|\d)"
_FUTURE = (
    r"will|(?:we|they|he|she|i)['’]ll|would|shall|is to|are to|is due to|are due to|plans? to|"
    r"intends? to|agreed to|set to|"
    r"expected to|scheduled to|about to|must|has to|have to|due to"
)
_TO_MEET = (
    r"meet|reconvene|resume|come back|be back|hold|receive|host|visit|travel|fly|sit down|"
    r"gather|convene|return|"
    r"speak (?:again )?by (?:tele)?(?:phone|video)|report to|brief|start|begin|open|take place|be "
    r"(?:held|convened|reconvened|resumed|opened|organi[sz]ed)|see|attend|go ahead|sit"
)
_MEETS = (
    r"meets?|reconvenes?|resumes?|convenes?|gathers?|sits? down|returns?|opens?|begins?|starts?"
)
_DECIDED = (
    r"decided|agreed|resolved|undertook|arranged|intends?|plans?|погодили\w+|домовил\w+|вирішил\w+"
)


def whole(pattern: str) -> re.Pattern[str]:
    """Return a pattern of whole words, in whatever case."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


class MeetingWords:
    """Patterns of meetings, for the usual nouns and those that a negotiation gives its own.

    Where a pattern has a group ``verb``, that is what happens; whether it did is told before it.
    """

    def __init__(self, own_nouns: tuple[str, ...]) -> None:
        own = "".join(rf"|{re.escape(each)}s?" for each in own_nouns)
        noun = rf"(?:{NOUN_PATTERN}{own})"
        self.noun = whole(noun)
        self.ordinal = whole(rf"(?P<word>{ORDINAL_PATTERN})\s+(?:\w+[\s-]){{0,3}}?(?P<noun>{noun})")
        self.days_of = whole(
            rf"(?P<count>{NUMBER}) (?:days|дні|днів) (?:of )?(?!(?:after|before|since|до|після)\b)"
            rf"(?:\w+ ){{0,2}}?{noun}|"
            rf"(?:lasted|тривал\w+) (?P<lasted>{NUMBER}) (?:days|дні|днів)"
        )
        self.held = whole(
            rf"{noun}\b[^;]{{0,140}}?\b(?P<verb>{_TOOK_PLACE})|"
            rf"(?:{_HOSTED})\b[^;]{{0,80}}?\b{noun}|"
            rf"(?P<verb2>{_TOOK_PLACE_FIRST})\s+(?:[\w'’-]+\s+){{0,4}}?{noun}|"
            r"(?:voted|agreed|decided|approved|adopted|backed|endorsed|rejected|elected|signed)\b"
            rf"[^;]{{0,80}}?\bat (?:an? |the |their |its )(?:[\w-]+ ){{0,3}}?{noun} (?:in|on)\b|"
            rf"{_MET}|(?:after|following) (?:(?:{NUMBER}|an?|several|more than \w+) )?"
            rf"(?:days?|hours?|weeks?|rounds?) of (?:\w+ ){{0,2}}?{noun}"
        )
        self.announced = whole(
            rf"(?:{_FUTURE})\s+(?:\w+\s){{0,3}}?(?:{_TO_MEET})\b|"
            r"(?:has|have)?\s*(?:called|summoned|invited|recalled)\b[^;]{0,60}?\b(?:back|sides|"
            r"parties|"
            r"delegations|talks|meeting|both)\b|"
            r"(?:been |be )?(?:asked|called|invited|summoned|ordered) back\b(?= (?:for|on|to|in|"
            r"at)\b)|"
            rf"{noun}\b[^;]{{0,80}}?\b(?:opens?|begins?|starts?|resumes?|is|are|has been|have been|"
            r"was|were) (?:on|now )?(?:scheduled|planned|set|due|expected|slated|fixed|called|"
            r"pencill?ed in|"
            r"booked|on)\b|"
            rf"(?:next|another|further|new|third|second|fourth|fifth|"
            rf"final)\s+(?:\w+\s){{0,3}}?{noun}\b"
            r"[^;]{0,50}?\b(?:will|is|are|opens?|begins?|starts?|scheduled|planned|set)\b|"
            rf"next (?:\w+\s){{0,2}}?{noun}:? (?:is )?(?:on|in)\b|there will be "
            rf"(?:\w+\s){{1,4}}?{noun}|"
            r"looks? forward to (?:welcoming|meeting|hosting|receiving)|"
            r"accept(?:s|ed) (?:an?|the|his|her|its|their) (?:\w+ )?invitation to (?:visit|travel|"
            r"meet|attend|come)|agreed to (?:speak|talk) again|"
            r"(?:will be|are|is|return|go) (?:back )?(?:at|to) the (?:negotiating )?table|"
            rf"{noun} (?:\w+ )?(?:is|are) down for|"
            rf"(?:set|fixed|scheduled|called|arranged|convened) (?:an? |the |another |their |its )"
            rf"(?:\w+ ){{0,4}}?{noun}[^;]{{0,40}}? (?:for|on|in) |"
            rf"(?:{_DECIDED}) (?:to (?:meet|convene|hold|reconvene|resume|sit)|on (?:an?|another|"
            rf"the "
            rf"next) (?:\w+ ){{0,3}}?{noun})\b|"
            rf"(?:{_MEETS})(?: again| next| there| once more| here| online| virtually)?(?= "
            rf"(?:again|in|on|at|next|"
            rf"tomorrow|"
            r"for|from|this|the)\b)|date (?:is )?to be (?:agreed|set|fixed|announced)|"
            r"відбуд\w+|(?:має|мають|повин\w+|може|планує\w*) (?:відбутися|зустрітися|розпочатися|"
            r"пройти)|зустрінуться|зустрінеться|зберуться|збереться|проведуть|проведе|заплановано|"
            r"запланован\w+|призначен\w+|відновляться|домовилися зустрітися|прийме|прибуде|"
            r"відвідає|"
            r"розпочн\w+|(?:домовил\w+|погодил\w+|вирішил\w+) (?:продовжити|провести|зустріт\w+|"
            r"відновити|зібрат\w+)"
        )
        self.cancelled = whole(
            rf"{noun}\b[^;]{{0,160}}?\b(?P<verb>will not (?:now )?(?:take place|go ahead|happen|be "
            rf"held|do so|meet|convene)|won['’]t (?:take place|go ahead|happen|be held|meet)|"
            rf"{_WERE} (?:{_CALLED_OFF})|"
            r"(?:is|are) off\b(?! to| the)|fell through|скасован\w+|скасувал\w+|не відбуд\w+)|"
            rf"(?:called off|cancell?ed|scrapped|axed|pulled out of|withdrew from|скасував|"
            rf"скасувала|"
            rf"скасували)\b[^;]{{0,80}}?\b{noun}|(?:cancellation|calling off|скасування) (?:of )?"
            rf"(?:[\w'’-]+ ){{0,5}}?{noun}"
        )
        self.moved = whole(
            rf"{noun}\b[^;]{{0,120}}?\b(?P<verb>{_WERE} (?:{_PUT_OFF})|{_PUT_OFF_UK}|slip(?:s|ped)|"
            rf"(?:won['’]t|will not|is not|isn['’]t|are not) (?:now )?(?:be |take place |meet |"
            rf"happen )?"
            rf"{_TIME})|(?P<verb2>{_PUT_OFF}|перенесли|відклали|переніс) (?:the |its |their |an? |"
            rf"this |"
            rf"next |[\w'’-]+['’]s )?(?:[\w'’-]+ ){{0,4}}?{noun}|(?:postponement|rescheduling|"
            rf"deferral|"
            rf"перенесення|відкладення) (?:of )?(?:[\w'’-]+ ){{0,5}}?{noun}"
        )
        self.left = whole(
            rf"(?:walked out(?: of)?|left|stormed out(?: of)?|quit|покинул\w+|вийшл\w+ "
            rf"з)\b[^;]{{0,60}}?"
            rf"\b(?:{noun}|room|table|зал\w+|стіл)|walked out"
        )

    @classmethod
    def for_titles(cls, titles: tuple[str, ...]) -> MeetingWords:
        """Return the patterns of a negotiation whose meetings bear these titles."""
        own = {noun for title in titles if (noun := _head_of(title))}
        known = whole(rf"(?:{NOUN_PATTERN})")
        return _words_for(tuple(sorted(each for each in own if not known.fullmatch(each))))

    def noun_of(self, title: str) -> str | None:
        """Return the noun by which a title calls its meeting."""
        return _head_of(title)


@lru_cache(maxsize=64)
def _words_for(own_nouns: tuple[str, ...]) -> MeetingWords:
    return MeetingWords(own_nouns)


_HEAD_END = re.compile(r"\s(?:of|at|in|on|between|with|for|to|by|about)\s|[,:(–—]")


def _head_of(title: str) -> str | None:
    """Return the noun that a title turns on: the exchange of “Fourth exchange at the bridge”."""
    words = _HEAD_END.split(title)[0].split()
    head = words[-1].casefold() if words else ""
    return head if len(head) >= 4 and head.isalpha() else None


RECEIVED = re.compile(
    r"(?<!\w)(?:saw|received|hosted|visited|welcomed(?=[^.;,]{3,90}? (?:to|at|in) (?:the )?"
    r"(?-i:[A-Z]))|прийняв|прийняла|відвіда\w+)(?!\w)",
    re.IGNORECASE,
)
NOW_ON = whole(
    r"(?:is|are|it['’]s|has been|have been) now (?:planned|scheduled|set|due|expected|fixed|on|"
    r"for|the)|"
    r"(?:will|is to|are to) (?:now )?(?:be held|meet|sit|open|start|begin|resume|take place|"
    r"convene|"
    r"gather|reconvene)\b[^.;,]{0,60}?\binstead\b(?! of)|"
    r"now (?:it is|it['’]s|planned|scheduled|set|due|expected|on)|new date|instead of(?= \w+day| "
    r"\d|"
    r" the)|"
    r"rather than(?: on)?(?= \w+day| \d)|not (?:on |in |until )?(?:\w+day|tomorrow|today|the "
    r"\d+\w*|\d+ "
    r"\w+),? (?:but|on|until|in)\b|а не"
)
"""Words that set a new time against an old one."""
WAS_TO_BE = whole(
    r"(?:was|were) (?:originally |first |initially |once )?(?:to be|to have been|to meet|due|"
    r"scheduled|"
    r"planned|meant|supposed|set|to (?:sit|open|start|begin|resume|take place|convene|gather|"
    r"reconvene|happen|go ahead|hold))|мал[аио]? відбутися|мав відбутися|планувал\w+"
)
OLD_TIME = re.compile(
    r"(?:\bfrom|\bnot|\binstead of|\brather than|\bwas to \w+|\bwere to \w+|originally|initially|"
    r"\bplanned|scheduled|\bdue|\bmeant|\bsupposed|\bwon['’]t be|\bwill not be|\bа не|\bзамість|"
    r"\bз|"
    r"\bіз|\bне)(?: for| on| in| to be| until| to have been| to meet| у| в| на)?(?: the| а)?\s*$",
    re.IGNORECASE,
)
TO_TIME = re.compile(
    r"\b(?:to|until|till|for|на|до)\s(?:the\s)?(?:\w+\s)?$|(?:to|until|till|for|на|до)\s$", re.I
)
IS_NOW = re.compile(r"\bnow\b|\bтепер\b", re.IGNORECASE)
WALKED_OUT = re.compile(r"(?<!\w)(?:walked|stormed) out(?!\w)", re.IGNORECASE)
NO_RESULT = whole(
    r"without (?:an? )?(?:agreement|deal|result|breakthrough|outcome|progress|accord|contract|"
    r"settlement)|with no (?:\w+ )?(?:agreement|deal|breakthrough|result|progress|accord|truce|"
    r"ceasefire|contract|settlement|outcome)|with nothing (?:signed|agreed|settled)|no closer to|"
    r"without (?:agreeing|reaching|signing|settling|bridging)|deadlocked|empty-handed|no "
    r"(?:agreement|deal|breakthrough) (?:was|has been|had been)|"
    r"collapsed|"
    r"broke down|(?:failed to|did not|unable to) (?:reach|agree|produce|strike|bridge)|nobody "
    r"signed|"
    r"nothing was signed|inconclusive\w*|"
    rf"(?:{_ENDED})\b[^.;]{{0,160}}?\bwithout (?:an? |any )?(?!incident|delay|interruption|"
    rf"notice)\w+|"
    rf"(?:{_ENDED}|{'end'}) in (?:failure|deadlock|stalemate|acrimony|disarray|impasse)|"
    r"(?<!не )зірва(?:лися|лась|лася|вся|лось|лося)|провалил\w+|провалився|"
    r"безрезультатно|без результат\w+|без домовленост\w+|не вдалося (?:домовитися|досягти)|"
    r"так і не \w+|не (?:узгодивши|домовившись|досягнувши|дійшовши|підписавши|дійшли згоди)|"
    r"у глух\w+ кут\w*|"
    rf"(?:завершил\w+|завершивс\w+|закінчил\w+|закінчивс\w+)\b[^.;]{{0,160}}?\bбез \w+"
)
AGREEMENT = whole(
    r"(?:reached|struck|sealed|clinched|ended (?:with|in)|produced|concluded with|signed) (?:an? |"
    r"the )?"
    r"(?:\w+ ){0,3}?(?:agreement|deal|accord|settlement|pact|truce|ceasefire|communiqu[ée]|"
    r"declaration)|"
    r"(?:agreement|deal|accord|settlement|pact|truce|ceasefire|compromise) (?:was|has been|had "
    r"been) (?:reached|struck|sealed|clinched|signed|initialled|concluded|agreed|done)|"
    r"(?:угоди|домовленост\w+|згоди) (?:було )?досягнуто|угоду (?:було )?(?:підписано|укладено)|"
    r"дійшли згоди|підписанням (?:угоди|протоколу|меморандуму|договору|декларації)|"
    r"agreed (?:on )?(?:a |the )?(?:text|deal|settlement)|досягли (?:згоди|домовленост\w+|угоди)|"
    r"підписали угоду|завершил\w+ (?:\w+ ){0,3}?(?:угодою|домовленіст\w+)"
)
SETTLED = whole(
    r"(?:they|the (?:two )?(?:sides|parties)|both sides|delegations|сторони|вони)\s+(?:have |had )?"
    r"(?P<verb>settled|agreed|resolved|домовилися|погодили)"
)
UNSETTLED = whole(
    r"(?:(?:did|have|had|could)(?: not|n['’]t)|failed to)\s+(?:settle|agree|resolve|settled|agreed|"
    r"resolved)|не (?:домовилися|погодили)"
)
ADJOURNED = whole(r"adjourned|suspended|перерв\w+ до")
NO_MEETING = whole(
    r"(?:unlikely|hop(?:e|es|ed) to|no (?:announcement|plans?|date|talks|meeting)|"
    r"not (?:yet )?(?:met|meet|been held)|можливо|жодн\w+)"
)
PLACE = re.compile(
    r"(?<!\w)(?:in|at|to|у|в|"
    r"до)\s+(?P<place>(?:St\.\s)?[A-ZА-ЯІЇЄҐÀ-Þ][\w.'’-]+(?:\s[A-ZА-ЯІЇЄҐÀ-Þ][\w'’-]+){0,2})"
)
FORMATS = [
    (
        whole(r"by (?:tele)?phone|(?:tele)?phone (?:call|conversation)|call between|телефон\w+"),
        "phone",
    ),
    (whole(r"by video|video(?:conference| call)|online|відеозв\w+|онлайн"), "video"),
    (whole(r"separately|shuttle|окремо"), "shuttle"),
    (whole(r"(?:proximity|indirect) talks"), "proximity"),
]
