# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Titles and offices: which words name one, and whom of the registry a title means."""

from __future__ import annotations

from collections.abc import Sequence

from intake.registry import Registry
from intake.rules.words import fold_word, stem_word, word_set

_OFFICES = (
    "president presidents minister ministers secretary chancellor premier envoy envoys ambassador "
    "chief chair chairman chairwoman chairperson director commissioner governor mayor negotiator "
    "negotiators spokesman spokeswoman spokesperson spokespeople spokesmen representative "
    "representatives delegate delegates delegation leader leaders head aide aides adviser advisers "
    "advisor advisors official officials mediator facilitator judge arbitrator vice-president "
    "vice-chair deputy secretary-general general-secretary executive ceo undersecretary diplomat "
    "diplomats emissary commander general admiral king queen prince emir sheikh pope bishop "
    "convener steward treasurer president-elect team side counterpart counterparts office attorney "
    "lawyer lawyers counsel council negotiators' staffer ministry ministries embassy government "
    "administration presidency military "
    "authorities cabinet parliament leadership forces army navy police "
    "президент* міністр* міністерк* секретар* прем'єр* канцлер* посол посла послом голов* глав* "
    "керівник* директор* речни* представни* спецпредставни* посланни* спецпосланни* перемовни* "
    "радник* радниц* делегат* делегаці* лідер* посадов* чиновник* медіатор* посередни* губернатор* "
    "мер мера дипломат* заступни* комісар* очільни* командувач* уповноважен* уряд* міністерств* "
    "армі* військов* поліці* генштаб* "
    "пресслужб* прессекретар* держсекретар* парламент* канцеляр* "
    "адміністраці* керівниц*"
)
_SPEAKS_FOR_PARTY = (
    "spokesman spokeswoman spokesperson spokespeople spokesmen representative representatives "
    "official officials negotiator negotiators delegate delegates delegation diplomat diplomats "
    "team side envoy envoys minister ministers aide aides adviser advisers leaders office lawyer "
    "lawyers counsel ministry embassy government administration presidency military authorities "
    "cabinet leadership forces parliament army navy police executive "
    "речни* представни* спецпредставни* делегаці* чиновник* посадов* перемовни* дипломат* радник* "
    "уряд* міністерств* пресслужб* прессекретар* канцеляр* міністр* "
    "посол посла послом заступни* адміністраці*"
)
_SAME_OFFICE = (
    ("envoy", "representative", "emissary", "спецпредставн", "представн", "посланн"),
    ("spokesperson", "spokesman", "spokeswoman", "речник", "речниц"),
    ("adviser", "advisor", "aide", "радник", "радниц"),
    ("chair", "chairman", "chairwoman", "chairperson"),
    ("premier", "prime", "прем'єр"),
    ("labour", "labor"),
    ("defence", "defense"),
    ("negotiator", "перемовник"),
    ("president", "президент"),
    ("minister", "міністр"),
    ("secretary", "секретар"),
    ("foreign", "закордонних", "external"),
    ("chief", "lead", "head", "голов", "глав"),
)
_WEIGHTLESS = word_set(
    "of the for and to a an in on former acting special us deputy senior top у в з із та і"
)


class _WordList:
    """Words, some of them by how they begin."""

    def __init__(self, words: str) -> None:
        every = words.split()
        self.exact = frozenset(fold_word(word) for word in every if not word.endswith("*"))
        self.prefixes = tuple(fold_word(word[:-1]) for word in every if word.endswith("*"))

    def __contains__(self, plain: str) -> bool:
        return plain in self.exact or plain.startswith(self.prefixes)


OFFICES = _WordList(_OFFICES)
"""Words that name an office or a body that acts for a party."""
SPEAKS_FOR_PARTY = _WordList(_SPEAKS_FOR_PARTY)
"""Offices whose holder speaks for the party even without a name."""
BYSTANDERS = _WordList(
    "analyst analysts expert experts professor lecturer passenger passengers critic critics "
    "observer observers resident residents commentator commentators economist economists historian "
    "campaigner campaigners activist activists commuter commuters shopper tourist witness "
    "witnesses scholar scholars researcher researchers pollster blogger columnist neighbour "
    "customer customers investor investors trader traders student students teacher driver farmer "
    "people person sources source man woman "
    "аналітик* експерт* політолог* мешкан* свідк* професор* економіст* пасажир* критик* джерел* "
    "співрозмовни* оглядач*"
)
"""Those who speak in articles and take no part."""


def title_words(title: str) -> frozenset[str]:
    """Return the words of a title by which it is compared, one for each office of one meaning."""
    return frozenset(
        _canonical(fold_word(word))
        for word in title.replace("-", " ").replace("/", " ").split()
        if fold_word(word) not in _WEIGHTLESS
    )


def _canonical(plain: str) -> str:
    for same in _SAME_OFFICE:
        if any(plain == each or (len(each) > 5 and plain.startswith(each)) for each in same):
            return same[0]
    return stem_word(plain)


def head_office(title: str) -> str | None:
    """Return the word of a title that names the office: special representative of the president
    is a representative."""
    return next(
        (
            _canonical(fold_word(word))
            for word in title.replace("-", " ").split()
            if fold_word(word) in OFFICES
            and fold_word(word) not in _WEIGHTLESS | {"chief", "deputy"}
        ),
        next(
            (_canonical(fold_word(word)) for word in title.split() if fold_word(word) in OFFICES),
            None,
        ),
    )


class Offices:
    """Whom a title means, by the roles that the registry gives."""

    def __init__(self, registry: Registry) -> None:
        self._persons = registry.persons
        self._held: list[tuple[str, str | None, str | None, frozenset[str]]] = [
            (
                person.slug,
                role.party or person.party,
                head_office(role.title),
                title_words(role.title),
            )
            for person in registry.persons
            for role in person.roles
        ]

    def find_head(self, authority: str, recent: Sequence[str] = ()) -> str | None:
        """Return the slug of the one person with an authority; of several who was named last."""
        fitting = [
            person.slug
            for person in self._persons
            if any(role.authority == authority for role in person.roles)
        ]
        named = next((slug for slug in recent if slug in fitting), None)
        return fitting[0] if len(fitting) == 1 else named

    def find_holder(self, title: str, party: str | None, recent: Sequence[str] = ()) -> str | None:
        """Return the slug of the one person whose title has the words of a title, of a party where
        that is known; of several the one mentioned last, or none."""
        wanted, head = title_words(title), head_office(title)
        fitting = [
            slug
            for slug, of_party, of_head, words in self._held
            if head is not None
            and head == of_head
            and wanted <= words
            and (party is None or of_party == party)
        ]
        fitting = list(dict.fromkeys(fitting))
        if len(fitting) == 1:
            return fitting[0]
        return next((slug for slug in recent if slug in fitting), None)
