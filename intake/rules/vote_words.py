# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which votes are told, in English and Ukrainian."""

from __future__ import annotations

import re

from intake.rules.numbers_told import NUMBER

_WHO = (
    r"(?:of them |of those |of (?:the|its|their) [\w'’-]+(?: [\w'’-]+)? |members |votes? |"
    r"delegates |lawmakers |"
    r"deputies |MPs |senators |workers |shareholders |ministers |states |countries |directors |"
    r"voices |ballots |blank |голос\w* |депутат\w* |член\w* |делегат\w* )?"
)
_HAVING = (
    r"(?:having )?(?:vot(?:ed|ing) |cast )?(?:were |was |are |in |проголосува\w* |голосува\w* )?"
)
_FAVOUR = (
    r"(?:favou?r|for|yes|aye|ayes|support(?:ed)?|backed|approv\w+|[«„“\"]?за[»”\"]?|підтрима\w+)"
)
_AGAINST_WORDS = r"(?:against|opposed|no|nay|nays|noes|oppos\w+|reject\w+|[«„“\"]?проти[»”\"]?)"
_ABSTAIN_WORDS = r"(?:abst\w+|blank|spoilt|утрима\w+|утримал\w+|утрималося)"
PAIR = re.compile(
    rf"(?<![\w–-])(?P<for>{NUMBER})(?: votes?| голос\w*)?(?:\s*(?:[–:-])\s*(?=\d)|\s+(?:to|against|"
    rf"versus|проти)\s+)(?P<against>{NUMBER})(?![\w–%-]| per ?cent| percent|[.,]\d)",
    re.IGNORECASE,
)
"""So many to so many."""
RATIO = re.compile(
    r"(?:margin|ratio|majority|almost|nearly|about|roughly|more than|over)(?: of)?(?: \w+)?\s*$|"
    r"(?:margin|ratio|majority) of (?:\w+ ){0,2}$",
    re.IGNORECASE,
)
"""Words before a pair that is a ratio rather than a count."""
FOR = re.compile(
    rf"(?<!\w)(?P<n>{NUMBER}) {_WHO}{_HAVING}{_FAVOUR}(?!\w)|"
    rf"(?<!\w){_FAVOUR}(?: проголосува\w+| голосува\w+| висловил\w+ся)?\s*(?:[–—:-]\s*)?"
    rf"(?P<m>{NUMBER})(?!\w)",
    re.IGNORECASE,
)
AGAINST = re.compile(
    rf"(?<!\w)(?P<n>{NUMBER}) {_WHO}{_HAVING}{_AGAINST_WORDS}(?!\w)|"
    rf"(?<!\w)(?:noes|nays|against:|[«„“\"]?проти[»”\"]?)(?: проголосува\w+| "
    rf"голосува\w+)?\s*(?:[–—:-]\s*)?"
    rf"(?P<m>{NUMBER})(?!\w)",
    re.IGNORECASE,
)
ABSTAINING = re.compile(
    rf"(?<!\w)(?P<n>{NUMBER})(?:, (?-i:[A-ZÀ-Þ])[\w'’-]+,)? {_WHO}{_HAVING}{_ABSTAIN_WORDS}(?!\w)|"
    rf"(?<!\w){_ABSTAIN_WORDS}(?: від голосування)?\s*(?:[–—:-]\s*)?(?P<m>{NUMBER})(?!\w)",
    re.IGNORECASE,
)
_BODY = (
    r"(?:members|parliament|senate|house|council|assembly|congress|commission|committee|board|"
    r"delegates|lawmakers|legislators|MPs|deputies|senators|union|workers|shareholders|cabinet|"
    r"ministers|chamber|court|diet|knesset|bundestag|duma|convention|conference|caucus|bench|"
    r"electorate|voters|Рада|рада|парламент\w*|депутат\w*|сенат|уряд|комітет|з['’ʼ]їзд|конгрес|"
    r"члени|працівники|акціонери)"
)
BODY = re.compile(
    rf"(?<!\w)(?P<body>(?:(?-i:[A-ZÀ-ÞА-ЯІЇЄҐ])[\w'’-]*\s(?:of (?:the )?)?|upper |lower |"
    rf"supervisory |general |"
    rf"national ){{0,4}}{_BODY}(?: of (?:the )?(?-i:[A-ZÀ-Þ])[\w'’-]+"
    rf"(?: (?-i:[A-ZÀ-Þ])[\w'’-]+){{0,3}})?)(?!\w)",
    re.IGNORECASE,
)
VOTED = re.compile(
    rf"(?<!\w)(?:by {NUMBER} votes? (?:to|against) {NUMBER}|vote of {NUMBER}\b|{NUMBER} vote\b|"
    r"voted|divided:|(?:per ?cent|percent|%) of (?:the |all )?(?:votes?|ballots?)|"
    r"(?:put|went|came|gone) to (?:a |the )?(?:\w+ )?(?:vote|ballot)|"
    r"(?:in|by|after|with) (?:a |an |the )?(?:[\w-]+ ){0,2}?(?:vote|ballot|roll call|referendum|"
    r"show of hands)|vote (?:was|ended|came out|stood at|fell)|"
    r"by (?:an? )?(?:[\w-]+ ){0,2}?(?:majority|margin)|unanimous\w*|cast (?:their |its )?(?:vote|"
    r"ballot)s?|"
    r"abstain(?:ed|ing)|проголосува\w+|голосува\w+|одноголосно|голосами|утримал\w*)(?!\w)",
    re.IGNORECASE,
)
_MOTION = (
    r"(?:motion|resolution|bill|amendment|text|proposal|draft|agreement|deal|offer|contract|treaty|"
    r"schedule|package|plan|protocol|chapter|budget|mandate|convention|accord|pact|terms|рішення|"
    r"законопро[єе]кт|проєкт|резолюці\w+|поправк\w+|угод\w+|пропозиці\w+|договір)"
)
MOTION = re.compile(rf"(?<!\w){_MOTION}(?!\w)", re.IGNORECASE)
_CHAMBER = (
    r"(?:members|parliament|senate|house|assembly|congress|delegates|lawmakers|legislators|MPs|"
    r"deputies|senators|shareholders|chamber|diet|bundestag|duma|convention|electorate|voters|Рада|"
    r"парламент|депутати|сенат|сейм|з['’ʼ]їзд|конгрес|акціонери)"
)
DECIDED = re.compile(
    rf"(?<!\w){_CHAMBER}(?: of (?:the )?\w+(?: \w+)?)?(?: [\w'’-]+){{0,4}}? (?:approved|ratified|"
    rf"adopted|"
    rf"passed|rejected|defeated|accepted|threw out|backed|endorsed|відхили\w*|ухвали\w*|схвали\w*|"
    rf"ратифікува\w*|підтрима\w*) (?:[\w'’-]+ ){{0,6}}?{_MOTION}(?!\w)|"
    rf"(?<!\w)(?:gave|passed|went through) (?:[\w'’-]+ ){{0,6}}?(?:first|second|third|final) "
    rf"reading(?!\w)",
    re.IGNORECASE,
)
"""A body that decides by vote, with what it decided on."""
LOST = re.compile(
    r"(?<!\w)(?:(?:was|were|is|being|been) (?:not|never) (?:adopted|carried|approved|passed|"
    r"accepted|"
    r"ratified)|(?:did|does) not (?:pass|carry)|reject(?:s|ed|ing)?|defeat(?:s|ed)?|vot(?:es?|ed|"
    r"ing)"
    r" (?:\w+ ){0,3}?(?:against|down|not to)|turn(?:s|ed) (?:\w+ ){0,3}?down|threw (?:\w+ "
    r"){0,3}?out|"
    r"thrown out|fail(?:s|ed)|fell(?: short)?|blocked|vetoed|відхили\w*|не (?:підтрима\w*|"
    r"ухвали\w*|"
    r"прийня\w*|набра\w*)|провали\w*)(?!\w)",
    re.IGNORECASE,
)
CARRIED = re.compile(
    r"(?<!\w)(?:approv(?:es?|ed|ing)|ratif(?:y|ies|ied|ying)|adopt(?:s|ed|ing)?|pass(?:es|ed)|"
    r"carried|(?:first|second|third|final) reading|back(?:s|ed)|endors(?:es?|ed|ing)|accept(?:s|"
    r"ed|ing)?|clear(?:s|ed)|agreed to|"
    r"vot(?:es?|ed|ing) (?:\w+ ){0,3}?(?:to|for|in favou?r)|said (?:yes|no)|says (?:yes|no)|"
    r"authori[sz](?:es?|ed)|ухвали\w*|підтрима\w*|схвали\w*|прийня\w*|ратифікува\w*|"
    r"погоди\w*)(?!\w)",
    re.IGNORECASE,
)
TIED = re.compile(r"(?<!\w)(?:tied|tie|deadlocked|split evenly|evenly split)(?!\w)", re.IGNORECASE)
NO_QUORUM = re.compile(
    r"(?<!\w)(?:inquorate|(?:no|without a|lack(?:ed|ing)? a|for want of a|lack of a|short of a) "
    r"quorum|кворум\w* (?:не було|немає|забрак\w+)|без кворуму)(?!\w)",
    re.IGNORECASE,
)
NO_VOTE = re.compile(
    r"(?<!\w)(?:poll(?:s|ed|ster|ing)?|survey\w*|election\w*|match|goals?|scored?|beat|game|"
    r"viewers|readers|seats|опитуван\w+|матч\w*|вибор\w+|рахунок|рахунком|гол\w?)(?!\w)",
    re.IGNORECASE,
)
"""Words of polls, elections and games: their figures are no vote of the negotiation."""
