"""Commands about feeds: which bring articles into the inbox, and when they were looked through."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from api.cli.client import Client
from api.cli.connection import LedgerOptions, open_client
from api.cli.feed_watch import FeedLook, FeedWatch
from api.cli.options import JsonOption, NegotiationArgument, example, negotiation_path, with_options
from api.cli.terminal import print_answer
from api.cli.wording import Wording
from api.models.inbox import FeedItem, FeedList
from domain.errors import NotFoundError
from domain.model import Json
from ledger.database import wall_clock

commands = typer.Typer()
watch_commands = typer.Typer(
    no_args_is_help=True, help="Look through feeds: new articles go into the inbox."
)
commands.add_typer(watch_commands, name="watch")
FeedsArgument = Annotated[list[str], typer.Argument(help="Addresses of feeds, Atom or RSS.")]
PublisherOption = Annotated[
    str | None, typer.Option(help="Who publishes it; default: what the feed calls itself.")
]
FAILED = 1
"""The exit code where a feed, or an article that it names, could not be read."""


@watch_commands.command(
    "add",
    epilog=example(
        "watch add ukraine-peace-talks https://example.org/feed.xml \\\n"
        "    --publisher 'Example News' --db talks.db"
    ),
)
@with_options()
def add_feeds(
    negotiation: NegotiationArgument,
    feeds: FeedsArgument,
    ledger: LedgerOptions,
    publisher: PublisherOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have feeds looked through by `watch run`."""
    with open_client(ledger, records=True) as client:
        for url in feeds:
            given = {"url": url} | ({"publisher": publisher} if publisher else {})
            client.post(negotiation_path(negotiation, "feeds"), orjson.dumps(given))
        _print_feeds(client, negotiation, as_json=as_json)


@watch_commands.command(
    "remove",
    epilog=example("watch remove ukraine-peace-talks https://example.org/feed.xml --db talks.db"),
)
@with_options()
def remove_feeds(
    negotiation: NegotiationArgument,
    feeds: FeedsArgument,
    ledger: LedgerOptions,
    as_json: JsonOption = False,
) -> None:
    """Look through feeds no longer; the articles that they brought stay."""
    with open_client(ledger, records=True) as client:
        for url in feeds:
            client.delete(negotiation_path(negotiation, "feeds"), {"url": url})
        _print_feeds(client, negotiation, as_json=as_json)


@watch_commands.command("list", epilog=example("watch list ukraine-peace-talks --db talks.db"))
@with_options()
def list_feeds(
    negotiation: NegotiationArgument, ledger: LedgerOptions, as_json: JsonOption = False
) -> None:
    """List the feeds, and until when each was looked through."""
    with open_client(ledger) as client:
        _print_feeds(client, negotiation, as_json=as_json)


@watch_commands.command("run", epilog=example("watch run ukraine-peace-talks --db talks.db"))
@with_options()
def run_watch(
    negotiation: NegotiationArgument,
    ledger: LedgerOptions,
    feeds: Annotated[
        list[str] | None, typer.Argument(help="Only these of the feeds; default: all.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look through the feeds once, as a timer does.

    New articles go into the inbox, and a draft says what was looked through, a failure as failed;
    nothing is recorded. Pages and feeds are fetched from here, inside a network only where the
    setting fetch_private allows it. Exits with 1 where something could not be read.
    """
    from intake.fetching import Fetcher

    fetcher = Fetcher(allows_private=ledger.load_settings().fetch_private)
    with open_client(ledger, records=True) as client:
        chosen = _choose(_read_feeds(client, negotiation), feeds)
        looks = FeedWatch(client, fetcher, negotiation, wall_clock()).look_through(chosen)
    answer = {"feeds": list(map(_tell, looks))}
    print_answer(answer, as_json, "\n".join(map(_describe_look, looks)) or "there are no feeds")
    if any(look.failures for look in looks):
        raise typer.Exit(FAILED)


def _choose(known: list[FeedItem], asked: list[str] | None) -> list[FeedItem]:
    if not asked:
        return known
    by_url = {feed.url: feed for feed in known}
    if missing := [url for url in asked if url not in by_url]:
        raise NotFoundError(
            f"there is no feed {missing[0]!r:.300}", hint="minutebook watch add adds it"
        )
    return [by_url[url] for url in dict.fromkeys(asked)]


def _read_feeds(client: Client, negotiation: str) -> list[FeedItem]:
    return list(client.get(negotiation_path(negotiation, "feeds")).read(FeedList).feeds)


def _print_feeds(client: Client, negotiation: str, *, as_json: bool) -> None:
    found = _read_feeds(client, negotiation)
    answer = {"feeds": [each.to_json() for each in found]}
    print_answer(answer, as_json, "\n".join(map(_describe_feed, found)) or "there are no feeds")


def _describe_feed(feed: FeedItem) -> str:
    looked = f"looked through until {_moment(feed.looked_at)}" if feed.looked_at else "never yet"
    named = f" ({feed.publisher})" if feed.publisher else ""
    return f"{feed.url}{named}, {looked}"


def _describe_look(look: FeedLook) -> str:
    count = f"{len(look.new)} new article{'' if len(look.new) == 1 else 's'}"
    lines = [f"{look.feed.url}: {count}, {look.known} known"]
    lines += [f"  {each['title'] or each['url']}" for each in look.new]
    lines += [f"  failed: {failure}" for failure in look.failures]
    return "\n".join(lines)


def _tell(look: FeedLook) -> Json:
    return {
        "url": look.feed.url,
        "result": look.result,
        "articles": [each["article"] for each in look.new],
        "known": look.known,
        "failures": list(look.failures),
    }


def _moment(text: str) -> str:
    return Wording().moment(text)
