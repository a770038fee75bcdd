"""The article that English has before some names within a sentence."""

from __future__ import annotations

import re

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


def with_article(name: str, language: str) -> str:
    """Return a name as it stands within a sentence of a language."""
    if language != "en":
        return name
    if name.startswith("The "):
        return f"the {name[4:]}"
    head = re.split(r" \(| of ", name, maxsplit=1)[0].rpartition(" ")[2]
    return f"the {name}" if _WITH_ARTICLE.fullmatch(head) else name
