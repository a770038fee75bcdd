"""The command that drafts events from an article: from files and pipes, and with bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intake.draft import DraftEvent
from tests.command_line import run_command

ARTICLES = Path(__file__).parent / "intake" / "articles"
TALKS = "ukraine-peace-talks"
TEXT = 'The Kremlin said on Monday: "We will never give up the land."'


@pytest.fixture
def article(tmp_path: Path) -> Path:
    file = tmp_path / "article.txt"
    file.write_text(TEXT)
    return file


def test_an_article_is_drafted_in_words(article: Path) -> None:
    done = run_command("draft", TALKS, article, "--published", "2026-03-12")

    assert done.returncode == 0
    assert done.stdout.startswith("a report, dates counted from 2026-03-12 (UTC)\n\n1. ")
    assert "Russia: We will never give up the land. (2026-03-09)" in done.stdout


def test_an_article_is_drafted_as_json_from_a_pipe() -> None:
    done = run_command("draft", TALKS, "-", "--published", "2026-03-12", "--json", stdin=TEXT)

    drafts = [DraftEvent.model_validate(each) for each in json.loads(done.stdout)]
    assert [draft.type for draft in drafts][:1] == ["statement-made"]
    assert TEXT[slice(*drafts[0].span)] == TEXT


def test_a_page_of_html_is_read_with_what_it_says_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<!DOCTYPE html><html><head><meta property='og:site_name' content='Harbour Post'>"
        "<meta property='article:published_time' content='2026-03-12'></head>"
        f"<body><article><p>{TEXT}</p></article></body></html>"
    )
    done = run_command("draft", TALKS, file, "--json")

    [event, *_] = [each["event"] for each in json.loads(done.stdout)]
    assert event["occurred"] == "2026-03-09"
    assert event["reports"][0]["publisher"] == "Harbour Post"
    assert event["reports"][0]["published"] == "2026-03-12"


def test_the_anchor_and_the_zone_are_those_given(article: Path) -> None:
    given = ("--anchor", "2026-04-02", "--tz", "America/New_York")
    done = run_command("draft", TALKS, article, *given, "--json")

    [event, *_] = [each["event"] for each in json.loads(done.stdout)]
    assert (event["occurred"], event["tz"]) == ("2026-03-30", "America/New_York")


BAD_INPUT = [
    ((TALKS, "ARTICLE", "--published", "soon"), "published: "),
    ((TALKS, "ARTICLE", "--url", "post.example"), "url: "),
    ((TALKS, "ARTICLE", "--anchor", "soon"), "'soon' is not a day"),
    ((TALKS, "ARTICLE", "--tz", "Mars"), "Mars"),
    (("nowhere", "ARTICLE"), "nowhere"),
    ((TALKS, "missing.txt"), "cannot use missing.txt"),
    ((TALKS, "-"), "standard input is empty"),
    ((), "name a negotiation"),
    ((TALKS, "a", "b"), "name a negotiation"),
    (("--score",), "name at least one file"),
    (("--score", "ARTICLE"), "holds no gold"),
]


@pytest.mark.parametrize(("arguments", "told"), BAD_INPUT)
def test_bad_input_is_named_with_its_remedy(
    article: Path, arguments: tuple[str, ...], told: str
) -> None:
    given = [str(article) if each == "ARTICLE" else each for each in arguments]
    done = run_command("draft", *given)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "article.pdf"
    file.write_bytes(b"%PDF\xff\xfe")

    assert "not text in UTF-8" in run_command("draft", TALKS, file).stderr


def test_gold_is_scored_one_by_one_and_together() -> None:
    files = sorted(ARTICLES.glob("*.json"))
    counts = json.loads(run_command("draft", "--score", *files, "--json").stdout)

    assert list(counts) == [*map(str, files), "all"]
    assert counts["all"]["drafts"] == sum(counts[str(file)]["drafts"] for file in files)
    assert "recall" in run_command("draft", "--score", files[0]).stdout
