# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The words by which incidents are told, in English and Ukrainian."""

from __future__ import annotations

import re

from intake.rules.numbers_told import NUMBER

_TARGET = (
    r"(?:villag\w+|towns?|cit(?:y|ies)|convoys?|bases?|posts?|outposts?|checkpoints?|hospitals?|"
    r"schools?|plants?|bridges?|ports?|harbou?rs?|ships?|tankers?|vessels?|boats?|trawlers?|"
    r"depots?|"
    r"substations?|buildings?|embass(?:y|ies)|consulates?|patrols?|positions|trucks?|lorr(?:y|ies)|"
    r"pipelines?|airfields?|airports?|airbases?|refiner(?:y|ies)|warehouses?|homes|houses|markets?|"
    r"camps?|stations?|grids?|dams?|crossings?|barracks|headquarters|kindergartens?|apartment\w*|"
    r"people|civilians|soldiers|troops|guards|peacekeepers|villagers|workers|fishermen|protesters|"
    r"aid workers|crews?|drivers?)"
)
_CAPTIVES = (
    r"(?:hostages?|prisoners?|captives?|detainees?|sailors?|crew\w*|journalists?|bod(?:y|ies)|"
    r"soldiers?|fishermen|activists?|workers?|engineers?|children|civilians?|servicemen|pilots?|"
    r"delegates?|miners?|guards?|keepers?|[\w-]+-keepers|drivers?|monks?|nuns?|students?|people|"
    r"men|"
    r"women|citizens?|nationals?|observers?|inspectors?|officers?|trawlers?|ships?|tankers?|"
    r"vessels?|"
    r"boats?|cargo\w*|shipments?|assets|bank|village|town|bridge|building|station|plant|"
    r"crossing|post|checkpoint)"
)
_WERE = r"(?:were|was|are|is|has been|have been|had been|been|being)"
_PASSIVE = rf"{_WERE}(?: \w+ly| also| later| all| both)?"
_STRIKE = r"(?:strike|walkout|stoppage|work stoppage|industrial action|lockout)"
_CURB = (
    r"(?:sanctions?|tariffs?|embargo\w*|export bans?|import bans?|duties|boycott|blockade|bans?)"
)
KINDS = [
    (kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for kind, pattern in (
        (
            "violation",
            r"(?:violat(?:ed|ing)|breach(?:ed|ing)|broke|broken) (?:the |its |their |a "
            r")?(?:[\w-]+ ){0,2}?"
            r"(?:ceasefire|truce|armistice|cessation)|(?:violations?|breach\w*) of (?:the "
            r")?(?:[\w-]+ )"
            r"{0,2}?(?:ceasefire|truce|armistice)|(?:ceasefire|truce) "
            rf"{_PASSIVE} (?:broken|violated|breached)|(?:incursion|airspace violation)|"
            rf"(?:entered|crossed into) (?:[\w-]+ ){{0,3}}?(?:airspace|territorial waters)|"
            r"поруши\w* (?:\w+ )?(?:перемир\w+|режим\w* (?:тиші|припинення вогню))",
        ),
        (
            "release",
            rf"(?:released|freed|handed over|swapped|exchanged|let go|returned|repatriated) "
            rf"(?:[\w'’-]+ ){{0,5}}?{_CAPTIVES}|{_CAPTIVES} (?:[\w'’-]+ ){{0,3}}?{_PASSIVE} "
            rf"(?:released|"
            rf"freed|swapped|exchanged|let go|handed over|returned)|(?:they|he|she|it|all) "
            rf"{_PASSIVE} "
            r"(?:released|freed|let go|swapped)|(?:release|freeing) of (?:[\w'’-]+ ){0,4}?"
            rf"{_CAPTIVES}|came home|обміня\w+|звільни\w+ (?:\w+ ){{0,3}}?(?:полонен\w+|"
            rf"заручник\w+|"
            r"моряк\w+|військов\w+)|(?:полонен\w+|заручник\w+|моряк\w+) (?:\w+ )?(?:звільнен\w+|"
            r"повернул\w+|відпустили)|відпустили (?:\w+ ){0,3}?(?:полонен\w+|заручник\w+|моряк\w+)",
        ),
        (
            "seizure",
            rf"(?:seized|captured|impounded|hijacked|abducted|kidnapped|boarded|confiscated|"
            rf"occupied|"
            rf"stormed|detained|arrested|"
            rf"took(?! (?:part|place|note|the floor))|interned) "
            rf"(?:[\w'’-]+ ){{0,5}}?{_CAPTIVES}(?: "
            rf"hostage)?|"
            rf"{_PASSIVE} (?:seized|captured|impounded|hijacked|abducted|kidnapped|boarded|"
            rf"confiscated|"
            rf"taken hostage|detained|arrested|interned|taken prisoner)|(?:kidnapping|abduction|"
            rf"seizure|"
            rf"hijacking|capture|storming|detention|arrest) of (?:[\w'’-]+ ){{0,4}}?{_CAPTIVES}|"
            r"захопи\w+|викра(?:ли|дено|в|ла)|затрима(?:ли|но|в|ла) (?:\w+ ){0,4}?(?:суд\w+|"
            r"моряк\w+|"
            r"журналіст\w+|громадян\w+|рибал\w+|працівник\w+|активіст\w+|вантаж\w*)",
        ),
        (
            "attack",
            rf"(?:air|drone|missile|rocket|artillery|mortar|sniper|bomb|grenade|arson|cyber|"
            rf"suicide|"
            rf"knife|gun|mass|overnight) ?-?(?:strikes?|attacks?|barrages?|fire|raids?|assaults?)"
            rf"(?= (?:\w+ ){{0,6}}?(?:on|at|near|in|hit|killed|struck|against|damaged|destroyed|"
            rf"left|of))|"
            rf"(?:struck|attacked|hit|bombed|bombarded|shelled|raided|torched|targeted|stormed|"
            rf"damaged|"
            rf"destroyed|set fire to|fired (?:on|at|into)|opened fire on|blew up|sank|rammed|"
            rf"ambushed|"
            rf"mined) (?:[\w'’-]+ ){{0,5}}?{_TARGET}|"
            rf"{_PASSIVE} (?:attacked|shelled|bombed|ambushed|hurt|shot(?: dead| down| at)?|"
            rf"torched|"
            rf"set (?:on fire|alight|ablaze)|blown up|stabbed|killed|wounded|injured|rammed|"
            rf"sunk|(?:hit|struck|damaged|destroyed) by (?:an? |the )?(?:[\w-]+ )?(?:drones?|"
            rf"missiles?|"
            rf"shells?|rockets?|bombs?|fire|explosions?|gunfire))|"
            r"(?:the|an?|this|that|yesterday's|deadly|latest) (?:[\w-]+ ){0,2}?(?:shooting|killing|"
            r"bombing|shelling|ambush|explosion|blast|raid|clash|skirmish|firefight|gun battle|"
            r"stabbing|"
            r"arson|attack|assault|incident|massacre|murder|assassination)(?= (?:of|on|at|near|in|"
            r"outside|"
            r"that|which|by|along|between|against|killed|left|wounded|injured|damaged|hit|rocked))|"
            rf"(?:killed|wounded|injured) (?:an? |{NUMBER} )(?!deal|bill|plan|proposal|motion|"
            rf"idea|hope|chance|"
            r"amendment|project|offer)\w+|(?:shot down|downed) (?:[\w-]+ ){0,4}?(?:drones?|"
            r"aircraft|planes?|"
            r"jets?|helicopters?|missiles?)|(?:gun)?fire was exchanged|shots (?:were|was) fired|"
            r"(?:opened|exchanged|traded) fire|(?:a|an) (?:\w+ )?(?:bomb|mine|shell|drone|missile|"
            r"device)s? "
            r"(?:exploded|detonated|went off|hit|struck|fell|landed)|clashe?s? (?:broke out|"
            r"erupted|"
            r"between)|clashed|(?:lost (?:his|her|their) (?:life|lives))|обстріля\w+|атакува\w+|"
            r"сутичк\w+|зіткненн\w+|підпал(?:или|ено|ив|ила)|підірва\w+|вдари\w+ по|удар\w* по|"
            r"загину\w+|поранен\w+|"
            r"поранили|"
            r"вбит\w+|вбили|обстріл\w*(?= \w)",
        ),
        (
            "strike",
            rf"(?:went|gone|go|goes|going|are|were|came out) on (?:[\w-]+ )?strike|walked off "
            rf"(?:the|"
            rf"their) jobs?|downed tools|(?:began|begun|started|launched|staged|called|held) "
            rf"(?:an? |the |"
            rf"their |its )?(?:[\w-]+ ){{0,3}}?{_STRIKE}|{_STRIKE} (?:\w+ ){{0,3}}?(?:began|"
            rf"started|got under "
            rf"way|entered)|{_STRIKE}\b[^.;,]{{0,40}}? (?:brought|halted|hit|disrupted|closed|shut|"
            rf"paraly[sz]ed|stopped|crippled|idled|grounded)|страйк\w*\b[^.;,]{{0,40}}? "
            rf"(?:зупинив|паралізував|розпочався|тривав)|locked out|(?:gave|given|served|issued|"
            rf"filed) (?:[\w'’]+ "
            rf"){{0,3}}?notice "
            rf"(?:[\w ]{{0,30}} )?of (?:an? )?(?:[\w-]+ ){{0,2}}?{_STRIKE}|(?:announced|called) "
            rf"(?:an? |"
            rf"the )?(?:[\w-]+ ){{0,3}}?{_STRIKE} (?:on|for|from)|застрайкува\w+|(?:розпоча\w+|"
            rf"оголоси\w+) "
            r"(?:\w+ )?страйк\w*",
        ),
        (
            "sanction",
            rf"(?:impos|announc|slapp|adopt|approv|lift|reimpos|introduc|extend|suspend|tighten|"
            rf"eas|"
            rf"enact)(?:es|e|s|ed)? (?:[\w'’-]+ ){{0,5}}?{_CURB} (?:on|against|of|for)|{_CURB} "
            rf"{_PASSIVE} "
            r"(?:imposed|lifted|suspended|extended)|blacklisted|(?:was|were) sanctioned|"
            r"запровади\w* (?:\w+ ){0,3}?(?:санкці\w+|мит[оа]|ембарго)|зня\w* санкції",
        ),
        (
            "other",
            r"(?:burned|burnt|burned to the ground|went up in flames|caught fire|collapsed|sank|"
            r"ran aground|crashed|collided|derailed|was derailed)(?: down| out)?|"
            r"(?:a|the) (?:\w+ )?(?:fire|blaze|explosion|blast|riot|sinking|crash|collision|"
            r"derailment|"
            r"spill|blackout|power cut|collapse) (?:broke out|destroyed|damaged|at|in|on|near|of|"
            r"hit|cut|"
            r"swept)|(?:blocked|blockaded|barricaded|occupied) (?:[\w'’-]+ ){0,3}?(?:roads?|"
            r"bridges?|ports?|"
            r"borders?|crossings?|gates?|railways?|tracks?|entrances?|plants?)|"
            r"expelled (?:[\w-]+ ){0,4}?(?:diplomats?|ambassadors?|envoys?|attach[ée]s?|staff)|"
            r"recalled its "
            r"(?:ambassador|envoy)|(?:closed|reopened|shut|opened) (?:the |its )?(?:[\w-]+ "
            r"){0,2}?(?:borders?|"
            r"crossings?|airspace|ports?|frontiers?)|(?:borders?|crossings?|frontiers?) "
            r"(?:[\w'’-]+ ){0,3}?"
            r"(?:reopened|closed|was closed|was shut)|вислал\w+ (?:\w+ ){0,3}?дипломат\w*|"
            r"згорі\w+|загоріл\w+|вибухну\w+|заблокува\w+ (?:\w+ ){0,3}?(?:доро\w+|кордон\w*|"
            r"порт\w*|"
            r"пункт\w*|рух)|затону\w+",
        ),
    )
]
FIGURATIVE = re.compile(
    r"(?<!\w)(?:talks|negotiations|deal|agreement|bid|merger|government|coalition|share price|"
    r"shares|"
    r"market|round|peso|currency|plans?|proposals?|bills?|moods?|motion|summit) (?:had |has |have "
    r")?"
    r"(?:collapsed|crashed|sank|burned|exploded)|(?<!\w)(?:shoot(?:ing)?|fire) (?:of the film|"
    r"extinguish\w+)|(?<!\w)attack on (?:the |his |her |their )?(?:plan|proposal|record|budget|"
    r"text|"
    r"idea|policy|motives|critics)|(?<!\w)struck (?:by|a (?:deal|balance|tone|chord|note))|"
    r"(?<!\w)(?:(?:car|road|traffic) accident|attacked in the (?:press|media|debate)|under fire "
    r"from)|"
    r"(?<!\w)(?:film|novel|play|actor|match|goal\w*|striker|penalty|half-time|врятува\w+ матч)",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(r"\bnotice\b|\b(?:announced|called)\b|оголоси", re.IGNORECASE)
BY_POLICE = re.compile(
    r"(?<!\w)(?:suspects?|suspected|підозрюван\w+|drunk|burglar\w*)(?!\w)", re.IGNORECASE
)
_COUNT = (
    rf"(?:at least |more than |about |around |some |up to |nearly |over |щонайменше |понад |"
    rf"близько )?"
    rf"(?:{NUMBER}|a dozen|dozens|scores|hundreds)"
)
_DIED = (
    r"(?:killed|dead|died|shot dead|slain|murdered|lost (?:his|her|their) (?:life|lives)|perished)"
)
_HURT = r"(?:injured|wounded|hurt)"
_OF_WHOM = r"(?:[\w'’-]+ ){0,6}?"
_HAD = rf"(?:{_WERE} |who )?"
KILLED = re.compile(
    rf"(?<!\w)(?P<n>{_COUNT}) {_OF_WHOM}{_HAD}{_DIED}(?!\w)|(?<!\w)(?:kill(?:ed|ing|s)|killing of|"
    rf"claim(?:ed|ing)(?: the lives of)?|left) (?P<m>{_COUNT})(?! (?:[\w'’-]+ "
    rf"){{0,3}}?{_HURT})(?!\w)|"
    rf"(?P<u>{_COUNT}) (?:\w+ ){{0,3}}?загину\w+|загину\w+ (?P<v>{_COUNT})",
    re.IGNORECASE,
)
ONE_KILLED = re.compile(
    r"(?<!\w)(?:an?|the|his|her) [\w-]+(?: [\w-]+){0,3}?(?:, [^,]{2,60},)? (?:lost (?:his|"
    r"her) life|"
    r"was (?:killed|shot dead)|died)(?!\w)|(?<!\w)killed an? \w+",
    re.IGNORECASE,
)
INJURED = re.compile(
    rf"(?<!\w)(?P<n>{_COUNT}) {_OF_WHOM}{_HAD}{_HURT}(?!\w)|(?<!\w)(?:injur|wound)(?:ed|ing|s) "
    rf"(?P<m>{_COUNT})(?!\w)|(?<!\w)(?P<u>{_COUNT}) (?:\w+ ){{0,2}}?поранен\w+|поранен\w+ "
    rf"(?P<v>{_COUNT})|"
    rf"(?:поранення (?:отримали|дістали)|постражда\w+) (?P<w>{_COUNT})",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"(?<!\w)(?:in|at|near|outside|off|over|у|в|біля|під|поблизу|на)\s+(?:the )?"
    r"(?P<place>[A-ZА-ЯІЇЄҐÀ-Þ][\w.'’-]+(?:\s[A-ZА-ЯІЇЄҐÀ-Þ][\w'’-]+){0,2})"
)
NOT_YET = re.compile(
    r"\b(?:delayed|postponed|put off|called off|cancell?ed|planned|scheduled|set for|due on|"
    r"suspended)\b",
    re.IGNORECASE,
)
"""Words by which what a noun names has not taken place."""
