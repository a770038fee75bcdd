"""The command that drafts events from an article, or holds a reader's drafts against gold."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import orjson
import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.options import DbOption, JsonOption, example, negotiation_path
from api.cli.terminal import print_json, print_text
from domain.asked_dates import check_zone
from domain.edtf import parse_span
from domain.errors import InvalidQuestionError, UnknownNegotiationError
from domain.instants import EARLIEST, local_day
from ledger.database import wall_clock

if TYPE_CHECKING:
    from api.article_readers import ArticleReader
    from domain.model import Json
    from intake.article import Article
    from intake.registry import Registry

commands = typer.Typer()
STANDARD_INPUT = "-"
LOOKS_BACK = timedelta(days=31)
"""How far before an article what is recorded is looked for that it may tell again."""


@commands.command(
    "draft",
    epilog=example(
        "draft ukraine-peace-talks article.txt --db talks.db \\\n"
        "    --publisher 'Harbour Post' --published 2026-03-15"
    ),
)
def draft_events(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NEGOTIATION [FILE]",
            help="Slug of the negotiation, and a file with the text; default: standard input.",
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address of the article.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    published: Annotated[
        str | None,
        typer.Option(help="When it was published (EDTF); default: the date in its head."),
    ] = None,
    anchor: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The day from which its dates are counted; default: that of its publication.",
        ),
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="IANA time zone of its dates; default: the negotiation's.")
    ] = None,
    reader: Annotated[
        Literal["rules", "model"],
        typer.Option(
            help="Who reads: our rules, or the model that the setting model_reader names."
        ),
    ] = "rules",
    score: Annotated[
        bool,
        typer.Option(
            "--score",
            help="Take files with gold instead, each beside its text, and score what is drafted.",
        ),
    ] = False,
    db: DbOption = None,
    server: Annotated[
        str | None, typer.Option(help="Address of a running server to go through.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The key by which the server, or the ledger, knows you.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draft events from an article; nothing is recorded.

    Each draft has the passage that it rests on, why it was read so, how sure that is, and what else
    it may mean. What no rule is sure of is held back, with the reason.
    """
    given, options = arguments or [], LedgerOptions(db, server, key)
    zone = check_zone(tz) if tz else None
    if score:
        files = [Path(each) for each in given]
        _score_files(files, _find_reader(reader, options), as_json=as_json)
        return
    if not 1 <= len(given) <= 2:
        raise typer.BadParameter("name a negotiation, and one file at most", param_hint="arguments")
    negotiation, file = given[0], given[1] if len(given) > 1 else STANDARD_INPUT
    day = _read_day(anchor) if anchor else None
    article = _read_article(_read_text(file), url, publisher, published)
    found = _find_reader(reader, options)
    registry = _ask_registry(negotiation, options, found, day or _first_day(article))
    if not article.published:
        found_day = str(_find_day(article.text, day))
        article = article.model_copy(update={"published": found_day})
    from api.cli.draft_text import reading_text

    reading = found.read(article, registry, anchor=day, zone=zone)
    if as_json:
        print_json([draft.model_dump(mode="json") for draft in reading.drafts])
    else:
        print_text(reading_text(reading, registry, article.text))


def _read_text(file: str) -> str:
    from intake.html import refuse_other_formats

    try:
        body = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        text = body.decode()
    except UnicodeDecodeError as error:
        detail = f"{file} is not text in UTF-8: byte {error.start} cannot be read"
        raise InvalidQuestionError(detail, hint="save the article as plain text in UTF-8") from None
    if not text.strip():
        where = "standard input" if file == STANDARD_INPUT else file
        raise InvalidQuestionError(f"{where} is empty", hint="give the text of an article")
    refuse_other_formats(text, "file")
    return text


def _read_article(
    text: str, url: str | None, publisher: str | None, published: str | None
) -> Article:
    """Return the article of a file, of a page of HTML with what that says of itself."""
    from intake.html import extract_page, is_page

    if not is_page(text):
        return _build_article(text, url, publisher, published)
    page = extract_page(text, url)
    return _build_article(page.text, url, publisher or page.publisher, published or page.published)


def _find_day(text: str, anchor: date | None) -> date:
    """Return the day of an article that no option names. Raises InvalidQuestionError."""
    from intake.rules.anchor import find_dateline

    if day := find_dateline(text, local_day(wall_clock(), "UTC")) or anchor:
        return day
    raise InvalidQuestionError.for_field(
        "published",
        "the article bears no date of the last 50 years",
        "say when it was published: --published 2026-03-16",
    )


def _read_day(anchor: str) -> date:
    try:
        return date.fromisoformat(anchor)
    except ValueError:
        raise InvalidQuestionError.for_field(
            "anchor", f"{anchor!r} is not a day", "write a day such as 2025-12-24"
        ) from None


def _build_article(
    text: str, url: str | None, publisher: str | None, published: str | None
) -> Article:
    """Return the article. Raises InvalidQuestionError that names the option at fault."""
    from pydantic import ValidationError

    from intake.article import Article

    try:
        return Article(text=text, url=url, publisher=publisher, published=published)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        detail = first["msg"].removeprefix("Value error, ")
        hints = {
            "url": "use a URL that starts with http:// or https://",
            "published": "write a day such as 2025-12-24, or another expression of EDTF",
            "text": "give a shorter text",
        }
        raise InvalidQuestionError.for_field(
            name, detail, hints.get(name, "see minutebook draft --help")
        ) from None


def _find_reader(name: Literal["rules", "model"], options: LedgerOptions) -> ArticleReader:
    from api.article_readers import find_reader

    model = options.load_settings().configured_model if name == "model" else None
    return find_reader(name, model)


def _first_day(article: Article) -> date:
    """Return the first day on which an article may have been published; today without any."""
    from intake.rules.anchor import find_dateline

    today = local_day(wall_clock(), "UTC")
    first = parse_span(article.published).lo
    if first > EARLIEST:
        return local_day(first, "UTC")
    return find_dateline(article.text, today) or today


def _ask_registry(
    negotiation: str, options: LedgerOptions, reader: ArticleReader, day: date
) -> Registry:
    """Return what a negotiation holds, as far as a reader may be told, with what was said in the
    weeks before a day."""
    from intake.registry import Registry

    with open_client(options) as client:
        params = {"audience": reader.audience}
        try:
            state = client.get(negotiation_path(negotiation, "state"), params).to_json()["data"]
        except UnknownNegotiationError:
            if reader.audience == "staff":
                raise
            raise reader.refuse(negotiation) from None
        people = client.get_list(negotiation_path(negotiation, "people"), params).to_json()["data"]
        positions, statements = (
            client.get_list(
                negotiation_path(negotiation, "events"),
                {**params, "type": kind, "limit": 1000, "happened_from": str(day - LOOKS_BACK)},
            ).to_json()["data"]
            for kind in ("position-stated", "statement-made")
        )
    return Registry.from_answers(state, people, positions, statements)


def _score_files(files: list[Path], reader: ArticleReader, *, as_json: bool) -> None:
    from intake.scoring import add_counts, rates_of, score_lines

    if not files:
        raise typer.BadParameter("name at least one file with gold", param_hint="--score")
    results = {str(file): _score_file(file, reader) for file in files}
    if len(results) > 1:
        results["all"] = add_counts(results.values())
    if as_json:
        print_json({name: {**rates_of(counts), **counts} for name, counts in results.items()})
        return
    print_text("\n".join(line for name in results for line in score_lines(name, results[name])))


def _score_file(file: Path, reader: ArticleReader) -> Json:
    from intake.registry import Registry
    from intake.scoring import judge_drafts

    try:
        gold = orjson.loads(file.read_bytes())
        text = file.with_suffix(".txt").read_text()
        registry = Registry.from_gold(gold["registry"])
        events = [*gold["gold"], *gold["traps"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        detail = f"{file} holds no gold: {type(error).__name__} at {error}"
        hint = "give a JSON file with registry, gold and traps, and its text beside it as .txt"
        raise InvalidQuestionError(detail, hint=hint) from None
    if any("span" not in event for event in events):
        hint = "give each the passage it rests on, as two places in code points"
        raise InvalidQuestionError(f"{file} has events without a span", hint=hint)
    article = _build_article(text, gold.get("url"), gold.get("publisher"), gold.get("published"))
    reading = reader.read(article, registry, anchor=None, zone=None)
    drafts = [{"event": each.event, "span": list(each.span)} for each in reading.drafts]
    counts: Json = judge_drafts(gold, text, drafts)
    return counts
