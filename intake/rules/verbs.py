# Cyrillic letters are meant
"""The verbs by which articles tell that somebody said something, in English and Ukrainian."""

from __future__ import annotations

from intake.rules.words import word_set

SAYING = word_set(
    "said says say told tells wrote writes added adds noted notes clarified "
    "clarifies stressed stresses insisted insists warned warns argued argues claimed claims "
    "announced announces declared declares stated states confirmed confirms denied denies "
    "acknowledged acknowledges admitted admits replied replies responded responds explained "
    "explains tweeted posted posts remarked remarks commented comments promised promises pledged "
    "pledges vowed vows urged urges suggested suggests indicated indicates reiterated reiterates "
    "поінформував поінформувала поінформували інформував інформувала "
    "underlined underlines underscored emphasised emphasized emphasises emphasizes maintained "
    "maintains conceded concedes predicted observed recalled repeated repeats complained cautioned "
    "asserted affirmed reaffirmed hinted signalled signaled informed asked countered accused "
    "concluded continued believes believed thinks reckons reckoned hopes hoped fears feared "
    "quipped joked retorted protested echoed boasted lamented estimated assured testified mused "
    "opined disclosed asserts reaffirms assures alleged alleges contended contends reads "
    "сказав сказала сказали сказало каже кажуть заявив заявила заявили заявило "
    "заявляє заявляють повідомив повідомила повідомили повідомило повідомляє наголосив наголосила "
    "наголосили наголошує зазначив зазначила зазначили зазначає додав додала додали додає написав "
    "написала написали пише підкреслив підкреслила підкреслили підкреслює розповів розповіла "
    "розповіли відповів відповіла відповіли відповідає пояснив пояснила пояснили пояснює запевнив "
    "запевнила запевнили стверджує стверджують стверджував стверджувала попередив попередила "
    "попередили попереджає закликав закликала закликали закликає уточнив уточнила уточнили "
    "констатував констатувала відзначив відзначила відзначили прокоментував прокоментувала "
    "коментує оголосив оголосила оголосили визнав визнала визнали підтвердив підтвердила "
    "підтвердили підтверджує спростував спростувала спростували пообіцяв пообіцяла пообіцяли "
    "обіцяє вважає вважають переконаний переконана нагадав нагадала поскаржився говорить говорив "
    "говорила наполягав наполягала наполягали наполягає наполягають"
)
"""Verbs that attribute what stands beside them."""
REPORTING = word_set(
    "said says say saying told tells wrote writes added adds adding noted notes stated states "
    "explained explains announced announces confirmed confirms stressed stresses insisted insists "
    "argued argues claimed claims declared declares indicated indicates reiterated reiterates "
    "underlined underlines emphasised emphasized maintained maintains conceded concedes observed "
    "recalled remarked remarks commented replied replies responded asserted affirmed reaffirmed "
    "acknowledged acknowledges admitted admits contended contends thinks believes warned warns "
    "сказав сказала сказали сказало каже кажуть заявив заявила заявили заявило заявляє повідомив "
    "повідомила повідомили повідомило повідомляє наголосив наголосила наголосили наголошує "
    "зазначив зазначила зазначили зазначає додав додала додали додає написав написала написали "
    "пише підкреслив підкреслила підкреслили підкреслює розповів розповіла розповіли пояснив "
    "пояснила пояснили пояснює запевнив запевнила стверджує стверджують уточнив уточнила "
    "констатував відзначив відзначила оголосив оголосила підтвердив підтвердила підтвердили "
    "вважає вважають нагадав нагадала"
)
"""Those of them without which a sentence tells what was said."""
CALLING = word_set(
    "called calls described describes dismissed dismisses hailed hails branded brands termed "
    "labelled labeled characterised characterized welcomed welcomes rejected rejects criticised "
    "criticized condemned praised denounced ridiculed slammed blasted thanked likened назвав "
    "назвала назвали називає охарактеризував розкритикував розкритикувала привітав відкинув "
    "відкинула відкинули засудив засудила"
)
"""Verbs of judging: they attribute a quotation within their sentence, or what they welcome."""
JUDGING = word_set(
    "welcomed welcomes rejected rejects dismissed dismisses criticised criticized condemned "
    "praised denounced hailed hails thanked відкинув відкинула відкинули розкритикував "
    "розкритикувала привітав засудив засудила"
)
"""Those of them that tell a judgement without a quotation, too."""
PARTICIPLES = word_set(
    "calling describing branding dubbing accusing labelling labeling likening saying telling "
    "writing "
    "adding warning insisting arguing claiming noting stressing"
)
"""Verbs that go on from a main verb, with its subject: he left, saying that."""
DOCUMENTS = word_set(
    "statement letter message memo note email post readout report document tweet video paper "
    "communique transcript"
)
"""What somebody says in writing: a statement from the union said."""
WANTING = word_set(
    "asked asks urged urges insisted insists suggested suggests закликав закликала закликали "
    "закликає"
)
"""Verbs of saying that tell a stance themselves: the union asked for more pay."""
WANTING_PHRASES = frozenset(("ruled out", "called for", "called on", "calls for", "calls on"))
INSISTING = word_set(
    "reiterated reiterates maintained maintains insisted insists reaffirmed reaffirms "
    "наполягав наполягала наполягали наполягає наполягають"
)
"""Verbs of saying by which somebody holds to what stands behind them."""
DISPUTING = word_set(
    "disputed disputes denied denies rejected dismissed contradicted refuted rebutted спростував "
    "спростувала спростували заперечив заперечила заперечили"
)
DISPUTED_THINGS = (
    "that account|that claim|the claim|the claims|those claims|this|that|untrue|it untrue|false|"
    "the accusation|the allegation|the report|the reports|any such|the charge|це|ці звинувачення|"
    "цю інформацію"
)
DECLARING = word_set("gave issued filed served sent lodged submitted delivered подав подала подали")
DECLARATIONS = (
    "notice|warning|ultimatum|statement|complaint|letter|objection|protest|appeal|"
    "попередження|заяву|ультиматум|ноту|протест"
)
SAID_OF_OTHERS = ("quoted", "cited", "процитувало", "цитує", "цитують")
"""Verbs whose object is the one who speaks: media quoted him as saying."""
ACCORDING = (
    "according to|in the words of|in the view of|за словами|на думку|як повідомив|як повідомила|"
    "як заявив|як заявила|як сказав|як сказала|зі слів|за інформацією|за даними"
)
ADVERBS = word_set(
    "also has have had later then further repeatedly previously already once again earlier "
    "meanwhile however first simply merely publicly privately reportedly today yesterday recently "
    "only never since now just did does do not still even was is were також раніше згодом потім "
    "пізніше неодноразово вже ще вчора сьогодні окремо зі своєю водночас тоді знову"
)
"""Words between a subject and its verb."""
