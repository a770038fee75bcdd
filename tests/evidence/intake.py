"""How well the reader of articles does: ``make evidence-intake``.

``python -m tests.evidence.intake [GOLD.json …]`` scores other articles, each beside its text.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from intake.article import Article
from intake.draft import Reading
from intake.registry import Registry
from intake.rules import read_article
from intake.scoring import add_counts, judge_drafts, rates_of

FOLDERS = [
    Path(__file__).parent.parent / "intake" / name for name in ("articles", "development", "unseen")
]
"""Articles that the rules were written with, those that showed what they lack, and those that
nobody who wrote a rule has read."""
COLUMNS = (
    "article", "required found", "precision", "repeats wrong", "speaker", "stance", "verbatim",
    "occurred overlap", "equal", "traps", "CPU ms per 1,000 words",
)  # fmt: skip
ROUNDS = 5


def main() -> None:
    if named := [Path(each) for each in sys.argv[1:]]:
        print_table(named)
        return
    for folder in FOLDERS:
        print(f"{folder.name}:\n")
        print_table(sorted(folder.glob("*.json")))


def print_table(files: list[Path]) -> None:
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    results = []
    for file in files:
        gold, text = json.loads(file.read_text()), file.with_suffix(".txt").read_text()
        reading, milliseconds = read_timed(gold, text)
        drafts = [{"event": each.event, "span": list(each.span)} for each in reading.drafts]
        results.append(judge_drafts(gold, text, drafts))
        print_row(file.stem, results[-1], len(gold["traps"]), milliseconds)
    traps = sum(len(json.loads(file.read_text())["traps"]) for file in files)
    print_row("all", add_counts(results), traps, None)
    print(f"\nMore memory for the reader and all articles: {added_megabytes(files):.0f} MB\n")


def read_timed(gold: Any, text: str) -> tuple[Reading, float]:
    """Return what is read and how long that takes for 1,000 words, the fastest of a few rounds."""
    article = Article(text=text, published=gold["published"], publisher=gold["publisher"])
    registry = Registry.from_gold(gold["registry"])
    durations = []
    for _ in range(ROUNDS):
        start = time.process_time()
        reading = read_article(article, registry)
        durations.append(time.process_time() - start)
    return reading, min(durations) * 1_000 * 1_000 / len(text.split())


def print_row(name: str, counts: Any, traps: int, milliseconds: float | None) -> None:
    rates, fields = rates_of(counts), counts["fields"]

    def share(field: str) -> str:
        good, of = fields.get(field, (0, 0))
        return f"{good} of {of}"

    cells = [
        name,
        f"{counts['required_found']} of {counts['required']} ({rates['recall']:.2f})",
        f"{rates['precision']:.2f}",
        f"{rates['precision_once']:.2f}",
        share("speaker"),
        share("stance"),
        share("quote verbatim"),
        share("occurred overlap"),
        share("occurred bounds"),
        f"{counts['trap_hits']} of {traps}",
        "" if milliseconds is None else f"{milliseconds:.0f}",
    ]
    print(f"| {' | '.join(cells)} |")


def added_megabytes(files: list[Path]) -> float:
    """Return by how much reading the articles raises the memory of a process that has the domain
    loaded, with the modules of the reader."""
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE_MEMORY, *map(str, files)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(measured.stdout) / 2**10


MEASURE_MEMORY = """
import json, re, sys
from pathlib import Path
import domain.catalogue, domain.plain_dates
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = resident()
from intake.article import Article
from intake.registry import Registry
from intake.rules import read_article
for file in map(Path, sys.argv[1:]):
    gold = json.loads(file.read_text())
    article = Article(text=file.with_suffix(".txt").read_text(), published=gold["published"])
    read_article(article, Registry.from_gold(gold["registry"]))
print(resident() - before)
"""


if __name__ == "__main__":
    main()
