"""The text of a web page without what stands around it, and what it says of itself."""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

from domain.errors import InvalidQuestionError
from intake.article import ArticleLanguage

LANGUAGES: tuple[ArticleLanguage, ...] = get_args(ArticleLanguage)
MAX_HTML_CHARS = 2 * 2**20
"""The longest page, in code points."""
MAX_TAGS = 30_000
"""The most tags of a page: reading one takes longer the more it has, not the longer it is."""


class ExtractedPage(NamedTuple):
    """What a page holds; ``published`` is a day, ``publisher`` the name of its site."""

    text: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: ArticleLanguage | None = None


def refuse_other_formats(text: str, field: str) -> None:
    """Raise InvalidQuestionError where a text is a feed, which names articles and is none, or the
    inside of a file that is no text."""
    if _FEED.match(text):
        raise InvalidQuestionError.for_field(
            field,
            "this is a feed, which names articles, and no article",
            "have it looked through: minutebook watch add NEGOTIATION ADDRESS",
        )
    if found := _OTHER_FORMAT.match(text):
        name = "a PDF" if found[1] == "%PDF-" else "a file of a word processor (RTF)"
        raise InvalidQuestionError.for_field(
            field, f"this is the inside of {name}", "open it, and copy its text"
        )


def is_page(text: str) -> bool:
    """Return whether a text is a page of HTML rather than what it says."""
    return _PAGE.match(text) is not None


_OTHER_FORMAT = re.compile(r"\W{0,3}?(%PDF-|\{\\rtf)")
_PAGE = re.compile(
    r"\W{0,3}?(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*){0,3}<(?:!doctype html|html|head|"
    r"body|article|div|meta|p)\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
"""How a page begins, or a part of one."""
_FEED = re.compile(
    r"\W{0,3}(?:<\?xml[^>]{0,200}\?>\s*|<\?xml-stylesheet[^>]{0,500}\?>\s*|<!--.{0,2000}?-->\s*|"
    r"<!DOCTYPE rss[^>]{0,200}>\s*){0,9}<(?:rss|rdf:RDF|(?:\w{1,9}:)?feed)[\s>]|"
    r"\s*\{\s*\"version\"\s*:\s*\"https://jsonfeed\.org/",
    re.IGNORECASE | re.DOTALL,
)
"""How RSS of any version, Atom and JSON Feed begin."""


def extract_page(html: str, url: str | None = None) -> ExtractedPage:
    """Return the article of a page of at most ``MAX_HTML_CHARS``.

    Raises InvalidQuestionError where it has no text that could be one.
    """
    refuse_other_formats(html, "url" if url else "html")
    if html.count("<") > MAX_TAGS:
        detail = f"the page has more than {MAX_TAGS:,} tags"
        raise InvalidQuestionError.for_field("html", detail, "paste its text")
    import trafilatura  # half a second, which only who brings in a page waits for
    from htmldate import find_date

    extracted = trafilatura.bare_extraction(
        html[:MAX_HTML_CHARS], url=url, with_metadata=True, include_comments=False
    )
    found = extracted.as_dict() if extracted and not isinstance(extracted, dict) else {}
    text = str(found.get("text") or "").strip()
    text = "\n\n".join([text, *_further_articles(html[:MAX_HTML_CHARS], text)]) if text else text
    if not text:
        detail = "the page has no text that looks like an article"
        raise InvalidQuestionError.for_field("html", detail, "paste its text")
    language = next((each for each in LANGUAGES if each == found.get("language")), None)
    day = find_date(html[:MAX_HTML_CHARS], url=url, original_date=True)
    return ExtractedPage(text, found.get("title"), found.get("sitename"), day, language)


_ARTICLE = re.compile(r"<article\b", re.IGNORECASE)
_LEAST_CHARS = 200
"""A shorter article beside another is the teaser of one."""
_KNOWN_CHARS = 60


def _further_articles(html: str, text: str) -> list[str]:
    """Return the texts of articles of a page that its text lacks: those with a headline of their
    own, which comments have not."""
    if len(_ARTICLE.findall(html)) < 2:
        return []
    from trafilatura import load_html

    known = " ".join(text.split())
    found: list[str] = []
    tree = load_html(html)
    for article in () if tree is None else tree.xpath("//article[not(ancestor::article)]"):
        parts = article.xpath(".//h1 | .//h2 | .//h3 | .//p | .//li | .//blockquote")
        lines = [" ".join(part.text_content().split()) for part in parts]
        said = [part for part, line in zip(parts, lines, strict=True) if part.tag == "p" and line]
        own = "\n".join(filter(None, lines))
        first = " ".join(said[0].text_content().split())[:_KNOWN_CHARS] if said else ""
        has_headline = any(part.tag in ("h1", "h2") for part in parts)
        if has_headline and len(own) >= _LEAST_CHARS and first and first not in known:
            found.append(own)
    return found
