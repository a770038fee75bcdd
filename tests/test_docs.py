"""The documentation: its examples run, its links lead somewhere, its generated page is current."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import orjson
import pytest

from benchmarks import publish
from docs import make_events
from tests.documented import read_commands
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "demo" / "README.md"])
README = (ROOT / "README.md").read_text()
ADDRESS = "127.0.0.1:8000"


@dataclass(frozen=True)
class Example:
    """A block of README for a shell or Python that is marked as executed, and its output.

    Console sessions are run by ``tests.documented``.
    """

    language: str
    source: str
    shown: str


def examples() -> list[Example]:
    block = r"```(\w+)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?"
    found = re.findall(rf"<!-- executed -->\n{block}", README, re.DOTALL)
    return [Example(*each) for each in found if each[0] != "console"]


STORY = examples()


def agrees_with(shown: str, told: str) -> bool:
    """Compare as doctest does: three dots stand for anything, also for several lines."""
    return doctest.OutputChecker().check_output(shown, told, doctest.ELLIPSIS)


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINUTEBOOK")}
    kept.pop("XDG_DATA_HOME", None)
    return kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}


def run(example: Example, folder: Path, port: int = 8000) -> str:
    shell = [sys.executable, "-c"] if example.language == "python" else ["sh", "-ec"]
    ran = subprocess.run(
        [*shell, example.source.replace(ADDRESS, f"127.0.0.1:{port}")],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_readme_asks_as_of_four_dates() -> None:
    asked = re.findall(r"2025-\d\d-\d\d", " ".join(read_commands(README)))

    assert list(dict.fromkeys(asked)) == ["2025-12-22", "2025-11-01", "2025-11-24", "2025-12-25"]


def test_readme_story_goes_as_shown(tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not there")
    port, served = free_port(), None
    told = []
    try:
        for example in STORY:
            if example.source.startswith("minutebook serve"):
                command = example.source.rstrip("& \n").split()
                served = serve(command, tmp_path, port)
            else:
                told.append((example.shown, split_lines(run(example, tmp_path, port))))
    finally:
        if served:
            served.terminate()
            served.wait(timeout=20)

    assert len(told) == len(STORY) - 1 > 0
    assert [pair for pair in told if not agrees_with(*pair)] == []


def split_lines(told: str) -> str:
    """End each JSON answer with a line break, as curl does not."""
    return told.replace("}{", "}\n{").rstrip("\n") + "\n"


def serve(command: list[str], folder: Path, port: int) -> subprocess.Popen[bytes]:
    started = subprocess.Popen(
        [BIN / command[0], *command[1:], "--port", str(port)],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return started
        except URLError:
            time.sleep(0.1)
    started.kill()
    raise AssertionError("the server did not answer within 20 seconds")


def test_every_command_that_the_documentation_names_exists() -> None:
    listed = subprocess.run(
        [BIN / "minutebook", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"^  ([a-z-]+) ", listed.partition("Commands:")[2], re.MULTILINE))
    texts = [page.read_text() for page in PAGES]
    named = {name for text in texts for name in re.findall(r"`?minutebook ([a-z][a-z-]*)", text)}

    assert {"as-of", "diff", "import", "serve"} <= named
    assert named - commands == set()


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if "://" not in target:
                yield page, target


def test_every_relative_link_leads_somewhere() -> None:
    found = list(links())
    broken = []
    for page, target in found:
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append((page.name, target))

    assert len(found) > 10
    assert broken == []


def test_events_page_is_current() -> None:
    assert make_events.PAGE.read_text() == make_events.page(), "run: python -m docs.make_events"


def test_events_page_has_every_type_and_field() -> None:
    page = make_events.page()
    for name, cls in make_events.catalogue.CLASS_BY_TYPE.items():
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        own = {f.alias or n for n, f in cls.model_fields.items()}
        common = set(make_events.events.Event.model_fields) | {"type"}

        assert make_events.catalogue.topic_of(name) in section
        assert own - common == set(re.findall(r"^\| \**`(\w+)`", section, re.MULTILINE))


FOLDERS = "api|benchmarks|demo|deploy|docs|domain|ledger|projections|requirements|tests"


def test_documentation_names_no_file_module_or_target_that_is_missing() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    missing = list[tuple[str, str]]()
    for page in PAGES:
        text = "" if page.name == "CHANGELOG.md" else page.read_text()
        files = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text)
        modules = re.findall(r"python -m ((?:docs|tests|benchmarks)[\w.]*)", text)
        files += [f"{each.replace('.', '/')}.py" for each in modules]
        missing += [(page.name, each) for each in files if not (ROOT / each).exists()]
        made = re.findall(r"`make ([a-z-]+)", text)
        missing += [(page.name, each) for each in made if each not in targets]

    assert missing == []


def test_the_tables_of_performance_are_those_of_its_data() -> None:
    page, runs = publish.PAGE.read_text(), orjson.loads(publish.DATA.read_bytes())
    drawn = publish.draw_plots(publish.read_results(runs))

    assert publish.fill_tables(page, runs) == page
    assert {name: (publish.DOCS / name).read_text() for name in drawn} == drawn
    assert page.count("<!-- end of ") == len(publish.TABLES)


def test_every_test_that_stands_for_security_exists() -> None:
    sources = [file.read_text() for file in (ROOT / "tests").rglob("test_*.py")]
    defined = {name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.M)}
    for page in ("security.md", "asvs.md"):
        named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / page).read_text()))
        assert len(named) > 30
        assert named - defined == set(), page


REASONS = ("written", "by design", "does not apply", "left to whoever runs it", "not met")


def test_each_requirement_of_asvs_has_a_test_or_a_reason() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text()
    rows = re.findall(r"^\| (\d[\d.]*)(?: to (\d[\d.]*))? \| [^|]+ \| ([^|]+) \|$", text, re.M)
    numbers, kinds = list[str](), Counter[str]()
    for first, last, shown in rows:
        section, _, start = first.rpartition(".")
        end = (last or first).removeprefix(f"{section}.")
        covered = [f"{section}.{each}" for each in range(int(start), int(end) + 1)]
        numbers += covered
        kind, _, why = shown.partition(": ")
        is_test = shown.startswith("`test_")
        assert is_test or (kind in REASONS and len(why) > 10), first
        kinds["shown by tests" if is_test else kind] += len(covered)
    counted = re.search(r"^Of (\d+) requirements (.*)$", text, re.M)

    wanted = (ROOT / "tests" / "data" / "asvs-5.0-level-2.txt").read_text().split()
    assert numbers == wanted
    assert len(set(wanted)) == 253
    assert counted
    told = [counted[1], *re.findall(r"\d+", counted[2])]
    order = ("shown by tests", *REASONS)
    assert [int(each) for each in told] == [len(wanted), *(kinds[kind] for kind in order)]


def test_documentation_names_no_path_of_a_machine() -> None:
    places = r"(?<![\w.])/(?:home|root|work|tmp|Users)/|C:\\\\"

    assert [page.name for page in PAGES if re.search(places, page.read_text())] == []


def test_readme_is_under_200_lines() -> None:
    assert len(README.splitlines()) < 200
