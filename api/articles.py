"""The article that English has before some names within a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WITH_ARTICLE = re.compile(
    r"(?i:agency|alliance|army|assembly|association|authority|bank|board|coalition|commission"
    r"|committee|company|confederation|congress|consortium|council|court|crew|delegation|emirates"
    r"|federation|forces|front|government|group|islands|kingdom|league|ministry|mission|movement"
    r"|nations|netherlands|office|organi[sz]ation|parliament|party|philippines|presidency|republic"
    r"|secretariat|senate|states|team|tribunal|union|workers)"
    r"|AU|EU|IAEA|ICRC|ILO|IMF|OSCE|UAE|UK|UN|US|USA|USSR|WTO"
)
"""The last words of names that have one, as the European Union and the Republic of Moldova, and
names that are read letter by letter, as the EU; NATO is read as a word."""


def english_name(name: str, names: Mapping[str, str] | None) -> str | None:
    """Return how a registration says that a name stands within an English sentence, if it does:
    its ``names.en`` begins with an article, or is the name itself and so has none."""
    given = (names or {}).get("en", "")
    if given.startswith(("the ", "The ")):
        return f"the {given[4:]}"
    return given if given == name else None


def with_article(name: str, language: str, given: str | None = None) -> str:
    """Return a name as it stands within a sentence of a language: in English as a registration
    gives it, else by its last word."""
    if language != "en":
        return name
    if given:
        return given
    if name.startswith("The "):
        return f"the {name[4:]}"
    head = re.split(r" \(| of ", name, maxsplit=1)[0].rpartition(" ")[2]
    return f"the {name}" if _WITH_ARTICLE.fullmatch(head) else name
