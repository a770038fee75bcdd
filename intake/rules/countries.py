# ruff: noqa: RUF001  # Cyrillic letters are meant
"""How news calls states: adjectives, peoples, capitals and seats of government.

Names of states in Ukrainian are Babel's; what stands here is what cannot be derived from a name.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

_CALLED = """
US: american americans washington white-house us usa state-department | сша америк* вашингтон* штат*
RU: russian russians moscow kremlin | росі* москв* кремл*
UA: ukrainian ukrainians kyiv kiev bankova | україн* києв* київ*
GB: british britons britain london uk u.k. downing-street whitehall | британ* лондон* великобритан*
FR: french paris elysee | франц* париж*
DE: german germans berlin | німе* берлін*
IT: italian italians rome | італ* рим
ES: spanish madrid | іспан* мадрид*
PT: portuguese lisbon | португ* лісабон*
PL: polish poles warsaw | поль* варшав*
NL: dutch hague | нідерланд* гааг*
BE: belgian belgians | бельг*
CH: swiss bern | швейцар*
AT: austrian austrians vienna | австр* віден*
SE: swedish swedes stockholm | швед* швец* стокгольм*
NO: norwegian norwegians oslo | норве* осло
DK: danish danes copenhagen | дан* копенгаген*
FI: finnish finns helsinki | фін* гельсінк*
IS: icelandic icelanders reykjavik | ісланд* рейк'явік*
FO: faroese torshavn faroes | фарер*
GL: greenlandic nuuk | гренланд*
IE: irish dublin | ірланд* дублін*
GR: greek greeks athens | грец* афін*
TR: turkish turks ankara | турец* туреч* анкар*
CY: cypriot cypriots nicosia | кіпр*
HU: hungarian hungarians budapest | угор* будапешт*
RO: romanian romanians bucharest | румун* бухарест*
BG: bulgarian bulgarians sofia | болгар* софі*
RS: serbian serbs serb belgrade | серб* белград*
XK: kosovar kosovars kosovan pristina | косов* пріштин*
HR: croatian croats zagreb | хорват* загреб*
BA: bosnian bosnians sarajevo | босн* сараєв*
MD: moldovan moldovans chisinau | молдов* кишин*
BY: belarusian belarusians minsk | білорус* мінськ*
LT: lithuanian lithuanians vilnius | литов* вільнюс*
LV: latvian latvians riga | латві* латис* риг*
EE: estonian estonians tallinn | естон* таллінн*
CZ: czech czechs prague | чес* праг*
SK: slovak slovaks bratislava | словач* словак* братислав*
GE: georgian georgians tbilisi | грузи* тбіліс*
AM: armenian armenians yerevan | вірмен* єреван*
AZ: azerbaijani azerbaijanis baku | азербайдж* баку
KZ: kazakh kazakhs astana | казах* астан*
UZ: uzbek uzbeks tashkent | узбе* ташкент*
KG: kyrgyz bishkek | киргиз* бішкек*
TJ: tajik tajiks dushanbe | таджи* душанбе
CN: chinese beijing | китай* пекін*
JP: japanese tokyo | япон* токіо
KR: south-korean south-koreans seoul | південнокорей* сеул*
KP: north-korean north-koreans pyongyang | північнокорей* пхеньян*
IN: indian indians delhi new-delhi | інді* делі
PK: pakistani pakistanis islamabad | пакист* ісламабад*
AF: afghan afghans kabul taliban | афган* кабул*
IR: iranian iranians tehran | іран* тегеран*
IQ: iraqi iraqis baghdad | ірак* багдад*
IL: israeli israelis jerusalem | ізраїл* єрусалим*
PS: palestinian palestinians ramallah | палестин* рамалл*
LB: lebanese beirut | ліван* ливан* бейрут*
SY: syrian syrians damascus | сирі* дамаск*
JO: jordanian jordanians amman | йордан* амман*
EG: egyptian egyptians cairo | єгип* каїр*
SA: saudi saudis riyadh | сауд* ер-ріяд*
AE: emirati emiratis abu-dhabi emirates uae | емірат* оае
QA: qatari qataris doha | катар* дох*
YE: yemeni yemenis sanaa houthi houthis | ємен*
ET: ethiopian ethiopians addis-ababa | ефіоп*
ER: eritrean eritreans asmara | еритре*
SD: sudanese khartoum | судан* хартум*
SS: south-sudanese juba | південносудан*
CD: congolese kinshasa | конгол* кіншас*
RW: rwandan rwandans kigali | руанд*
KE: kenyan kenyans nairobi | кені* найробі
NG: nigerian nigerians abuja | нігері*
ZA: south-african south-africans pretoria | південноафрик*
MA: moroccan moroccans rabat | марокк*
DZ: algerian algerians algiers | алжир*
LY: libyan libyans tripoli | лівій* лівії
CA: canadian canadians ottawa | канад* оттав*
MX: mexican mexicans | мексик*
BR: brazilian brazilians brasilia | бразил*
AR: argentine argentinian argentines buenos-aires | аргентин*
CL: chilean chileans santiago | чил*
CO: colombian colombians bogota | колумб*
VE: venezuelan venezuelans caracas | венесуел* каракас*
PE: peruvian peruvians lima | перу*
CU: cuban cubans havana | куб* гаван*
AU: australian australians canberra | австрал* канберр*
NZ: new-zealander new-zealanders wellington | новозеланд*
PH: filipino filipinos philippine manila | філіппін*
VN: vietnamese hanoi | в'єтнам* ханой*
TH: thai thais bangkok | таїланд* бангкок*
KH: cambodian cambodians phnom-penh | камбодж*
MM: burmese naypyidaw | м'янм*
ID: indonesian indonesians jakarta | індонез* джакарт*
MY: malaysian malaysians kuala-lumpur | малайз*
TW: taiwanese taipei | тайван*
"""


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("uk", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2:
                found[name.casefold()] = code
    return found | {
        "usa": "US",
        "united states of america": "US",
        "uk": "GB",
        "great britain": "GB",
        "russian federation": "RU",
        "czech republic": "CZ",
        "palestine": "PS",
        "türkiye": "TR",
        "turkey": "TR",
    }


@lru_cache(maxsize=1)
def _called_by_code() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in filter(None, _CALLED.splitlines()):
        code, _, called = line.partition(": ")
        words = called.replace("|", " ").split()
        found[code] = tuple(word.replace("-", " ") for word in words)
    return found


def names_of_state(name: str) -> tuple[str, ...]:
    """Return what else a state is called, in small letters; a star stands for any ending.

    Empty where the name is not that of a state.
    """
    code = _codes_by_name().get(name.casefold().removeprefix("the "))
    return _called_by_code().get(code or "", ())
