# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which people date things, in English and Ukrainian, and the tokens that they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

PartOfDate = tuple[int | None, int | None, int | None]
"""Year, month and day, each where it is given."""


class Token(NamedTuple):
    """A piece of a date: a letter for its kind, and a number or what was read from digits.

    ``n`` a number, ``N`` an ordinal, ``y`` a year, ``m`` a month, ``d`` a date in digits with all
    its meanings, ``c`` a decade, ``w`` a weekday from 0 for Monday, ``p`` early, middle or late,
    ``H`` a half, ``Q`` a quarter, ``s`` a season, ``r`` last, this or next, ``u`` a unit of days,
    ``k`` a day counted from today, ``a`` ago, ``f`` hence, ``e`` and ``l`` earlier and later in
    it, ``x`` and ``X`` the days just past and to come, ``t`` a time of day with its offset, ``b``
    before, ``A`` after, ``B`` by, ``U`` until, ``V`` by or until, ``S`` since, ``L`` at the latest
    since, ``G`` at the earliest, ``W`` between, ``F`` from, ``T`` to, ``-`` a dash, ``O`` or, ``&``
    and, ``,`` a comma, ``~`` about, ``?`` perhaps, ``1`` one of them, ``*`` throughout, ``D``
    during.
    """

    kind: str
    value: int = 0
    dates: tuple[PartOfDate, ...] = ()
    text: str = ""


WEEK, MONTH, YEAR, WEEKEND, DAY = 7, 30, 365, 2, 1
"""The units, as about how many days they have."""

_ENGLISH = {
    "m": "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|"
    "september sep sept|october oct|november nov|december dec",
    "w": "monday mon mondays|tuesday tue tues|wednesday wed|thursday thu thur thurs|friday fri|"
    "saturday sat|sunday sun",
    "p": "early beginning start|mid middle|late end",
    "s": "|spring|summer|autumn fall|winter",
    "N": "|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth",
    "n": "|one a an|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
}
_UKRAINIAN = {
    "m": "січень січня січні січ|лютий лютого лютому лют|березень березня березні бер|"
    "квітень квітня квітні квіт кві|травень травня травні трав|червень червня червні черв чер|"
    "липень липня липні лип|серпень серпня серпні серп|вересень вересня вересні вер|"
    "жовтень жовтня жовтні жовт жов|листопад листопада листопаді лист лис|"
    "грудень грудня грудні груд гру",
    "w": "понеділок понеділка понеділку пн|вівторок вівторка вівторку вт|середа середи середу ср|"
    "четвер четверга четвергу чт|п'ятниця п'ятниці п'ятницю пт|субота суботи суботу сб|"
    "неділя неділі неділю нд",
    "p": "початок початку|середина середині середини|кінець кінця кінці наприкінці",
    "s": "|весна весни весні весну навесні весною|літо літа літі влітку улітку літом|"
    "осінь осені восени осінню|зима зими зимі зиму взимку узимку зимою",
    "N": "|перший першого першому перша першій першої першу|"
    "другий другого другому друга другій другої другу|"
    "третій третього третьому третя третьої третю|"
    "четвертий четвертого четвертому четверта четвертій четвертої|п'ятий п'ятого|шостий шостого|"
    "сьомий сьомого|восьмий восьмого|дев'ятий дев'ятого|десятий десятого|одинадцятого|дванадцятого|"
    "тринадцятого|чотирнадцятого|п'ятнадцятого|шістнадцятого|сімнадцятого|вісімнадцятого|"
    "дев'ятнадцятого|двадцятого",
    "n": "|один одна одну одне|два дві двох|три трьох|чотири чотирьох|п'ять п'яти|шість шести|"
    "сім семи|вісім восьми|дев'ять дев'яти|десять десяти|одинадцять|дванадцять",
}
"""Words of a kind that is numbered: alternatives part by blanks, numbers by bars, from the first
number of the kind on."""
_FIRST_NUMBER = {"m": 1}
_PHRASES = {
    ("u", WEEK): "week weeks тиждень тижня тижні тижнів тижню",
    ("u", MONTH): "month months місяць місяця місяці місяців",
    ("u", YEAR): "year years рік року роки років році р рр",
    ("u", WEEKEND): "weekend вихідні вихідних вихідними",
    ("u", DAY): "day days день дня дні днів",
    ("H", 0): "half половина половині половини",
    ("Q", 0): "quarter квартал кварталу кварталі",
    ("r", -1): "last previous past минулий минулого минулої минулому минула минулих минулі",
    ("r", 0): "this current цей цього цієї цьому ця цих ці",
    ("r", 1): "next coming наступний наступного наступної наступному наступна наступних наступні",
    ("k", 0): "today tonight сьогодні",
    ("k", -1): "yesterday вчора учора",
    ("k", 1): "tomorrow завтра",
    ("k", -2): "day_before_yesterday позавчора",
    ("k", 2): "day_after_tomorrow післязавтра",
    ("a", 0): "ago тому назад",
    ("f", 0): "in через",
    ("e", 0): "earlier раніше",
    ("l", 0): "later пізніше",
    ("x", -1): "other_day",
    ("x", 0): "днями цими_днями",
    ("x", 1): "coming_days next_few_days найближчими_днями",
    ("x", 2): "last_night минулої_ночі",
    ("b", 0): "before перед",
    ("A", 0): "after після",
    ("B", 0): "by no_later_than not_later_than at_the_latest at_latest не_пізніше не_пізніше_ніж "
    "щонайпізніше",
    ("U", 0): "until till up_to",
    ("V", 0): "до",
    ("S", 0): "since починаючи_з починаючи_від",
    ("L", 0): "at_the_latest_since since_at_the_latest щонайпізніше_з щонайпізніше_від",
    ("G", 0): "not_before no_earlier_than not_earlier_than at_the_earliest at_earliest "
    "не_раніше не_раніше_ніж щонайраніше",
    ("W", 0): "between між",
    ("F", 0): "from з із зі від",
    ("T", 0): "to through по",
    ("O", 0): "or або чи",
    ("&", 0): "and та і й",
    ("~", 0): "about around circa ca approximately roughly близько приблизно орієнтовно десь",
    ("?", 0): "perhaps probably possibly maybe ймовірно імовірно можливо мабуть",
    ("1", 0): "one_of_them one_of_these one_of_these_days either_day some_day sometime "
    "on_one_of один_із_них один_з_них один_із_днів один_з_днів одного_з_днів одного_із_днів "
    "якогось_дня якийсь_день в_один_із_днів в_один_з_днів",
    ("*", 0): "throughout all_through увесь весь всю цілий",
    ("D", 0): "протягом упродовж впродовж",
    (" ", 0): "the of on at date day_of morning afternoon evening night у в на о об числа "
    "вранці вдень ввечері увечері вночі уранці",
}
"""Words and phrases of one meaning; within a phrase blanks are underscores. What is of no weight
has a blank for its kind."""


def _collect_words() -> dict[tuple[str, ...], Token]:
    found: dict[tuple[str, ...], Token] = {}
    for table in (_ENGLISH, _UKRAINIAN):
        for kind, numbered in table.items():
            for number, spellings in enumerate(numbered.split("|"), _FIRST_NUMBER.get(kind, 0)):
                found |= {(word,): Token(kind, number) for word in spellings.split()}
    for (kind, value), phrases in _PHRASES.items():
        found |= {tuple(each.split("_")): Token(kind, value) for each in phrases.split()}
    return found


_TOKENS = _collect_words()
_LONGEST = max(map(len, _TOKENS))
_LEXEME = re.compile(
    r"(?P<yearfirst>\d{4}([-./])\d\d?\2\d\d?(?!\d)|\d{8}(?!\d))"
    r"|(?P<dayfirst>\d\d?([./-])\d\d?\4(?:\d{4}|\d\d)(?!\d))"
    r"|(?P<time>t?(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d(?:\.\d{1,6})?)? ?"
    r"(?P<zone>z\b|utc|gmt|\+\d\d:?(?:\d\d)?|(?<=t\d\d:\d\d)-\d\d:?(?:\d\d)?|"
    r"(?<=t\d\d:\d\d:\d\d)-\d\d:?(?:\d\d)?)?(?P<noon> ?[ap]\.?m\b\.?)?"
    r"|(?P<whole>\d\d?) ?(?P<half>[ap]\.?m\b\.?))"
    r"|(?P<month>\d{4}-\d\d(?!\d))"
    r"|(?P<numbers>\d\d?([./])(?:\d{4}|\d\d?)(?!\d))"
    r"|(?P<decade>\d{3}0(?:'?s\b|-?(?:ті|их|х|тих)\b))"
    r"|(?P<ordinal>\d\d?(?:st|nd|rd|th|-?(?:го|те|ше|ге|тє|є|е|му))\b)"
    r"|(?P<quarter>q[1-4])"
    r"|(?P<year>\d{4})(?!\d)"
    r"|(?P<number>\d\d?)(?!\d)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<mark>[-,~?.()]| )"
)


def read_tokens(text: str) -> list[Token] | None:
    """Return the tokens of a text, or None where some of it is no part of a date."""
    cleaned = unicodedata.normalize("NFKC", text).lower()
    cleaned = re.sub("[\u2010-\u2015\u2212]", "-", re.sub("[\u2018\u2019\u02bc`]", "'", cleaned))
    cleaned = " ".join(cleaned.split())
    found, words, char_index = list[Token](), list[str](), 0
    while char_index < len(cleaned):
        match = _LEXEME.match(cleaned, char_index)
        if match is None:
            return None
        char_index = match.end()
        if match["word"]:
            words.append(match["word"])
        elif match["mark"] not in (" ", "."):
            if not _take_words(words, found):
                return None
            token = _read_digits(match) if match["mark"] is None else Token(match["mark"])
            if token is None:
                return None
            found.append(token)
    return _drop_weightless(found) if _take_words(words, found) else None


def _take_words(words: list[str], found: list[Token]) -> bool:
    """Move words to the tokens that they are, the longest phrase first; tell if all are known."""
    while words:
        for count in range(min(_LONGEST, len(words)), 0, -1):
            if token := _TOKENS.get(tuple(words[:count])):
                found.append(token)
                del words[:count]
                break
        else:
            return False
    return True


def _drop_weightless(tokens: list[Token]) -> list[Token]:
    """Leave out what says nothing more: "of", "року" after a year, the dash of mid-March."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1].kind if kept else ""
        is_said = (
            token.kind in " ()"
            or (token.kind == "u" and token.value == YEAR and before in ("y", "d", "c"))
            or (token.kind == "-" and before == "p")
        )
        if not is_said:
            kept.append(token)
    pairs = zip(kept, [*kept[1:], Token("")], strict=False)
    return [
        token
        for token, following in pairs
        if not (token.kind == "f" and following.kind not in "nu")
        and not (token.kind == "u" and token.value == YEAR and following.kind == "y")
    ]


def _read_digits(match: re.Match[str]) -> Token | None:
    """Return the token of a lexeme with digits."""
    kind, text = match.lastgroup, match[0]
    digits = [int(each) for each in re.findall(r"\d+", text)]
    if match["yearfirst"]:
        year, month, day = digits if len(digits) == 3 else _compact_day(text)
        return Token("d", dates=((year, month, day),))
    if match["dayfirst"]:
        return _day_first(text, digits)
    if match["time"]:
        return _read_time(match)
    if match["month"]:
        return Token("d", dates=((digits[0], digits[1], None),))
    if match["numbers"]:
        return _two_numbers(text, digits)
    if match["decade"]:
        return Token("c", digits[0])
    if match["quarter"]:
        return Token("Q", digits[0])
    letters = {"ordinal": "N", "year": "y", "number": "n"}
    return Token(letters[kind or ""], digits[0])


def _compact_day(text: str) -> tuple[int, int, int]:
    return int(text[:4]), int(text[4:6]), int(text[6:])


def _day_first(text: str, digits: list[int]) -> Token:
    """Read day and month in both orders where nobody can tell which is meant."""
    first, second, year = digits
    year += 0 if text[-4:].isdigit() else 2000
    dates = [(year, second, first)]
    if "." not in text and first != second:
        dates.append((year, first, second))
    return Token("d", dates=tuple(dates))


def _two_numbers(text: str, digits: list[int]) -> Token:
    first, second = digits
    if second > 99:
        return Token("d", dates=((second, first, None),))
    dates = [(None, second, first)]
    if "." not in text and first != second:
        dates.append((None, first, second))
    return Token("d", dates=tuple(dates))


def _read_time(match: re.Match[str]) -> Token | None:
    """Return a time of day in seconds, its text and its offset, ``""`` where none is given."""
    hour, minute = int(match["hour"] or match["whole"]), int(match["minute"] or 0)
    if noon := (match["noon"] or match["half"] or "").strip():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if noon[0] == "p" else 0)
    second = match["second"] or ""
    if hour > 23 or minute > 59 or int(second[1:3] or 0) > 59:
        return None
    return Token("t", hour * 60 + minute, text=f"{hour:02}:{minute:02}{second}|{_offset(match)}")


def _offset(match: re.Match[str]) -> str:
    zone = match["zone"] or ""
    if not zone or zone[0] not in "+-":
        return "Z" if zone else ""
    digits = zone[1:].replace(":", "")
    return f"{zone[0]}{digits[:2]}:{digits[2:] or '00'}"


def kinds_of(tokens: list[Token]) -> str:
    """Return the letters of tokens, by which a grammar tells phrases apart."""
    return "".join(token.kind for token in tokens)


def split_tokens(tokens: list[Token], kinds: str) -> Iterator[list[Token]]:
    """Yield the tokens between those of some kinds."""
    part: list[Token] = []
    for token in tokens:
        if token.kind in kinds:
            yield part
            part = []
        else:
            part.append(token)
    yield part
