"""Tables whose columns have other names than fields, and workbooks: they read as plain tables."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from api.cli import workbooks
from api.cli.column_maps import AS_NAMED, ColumnMap, read_map
from api.cli.event_files import has_types, read_rows
from api.cli.workbooks import cell_text
from domain.errors import InvalidQuestionError, MinutebookError
from tests.command_line import run_command

SAID = {
    "type": "statement-made",
    "statement": "s1",
    "speaker": "party:crew",
    "summary": "Eight per cent.",
    "occurred": "2026-03-02",
    "reports": [{"published": "2026-03-04", "publisher": "Post"}],
}


def read_events(name: str, raw: bytes, column_map: ColumnMap = AS_NAMED) -> list[Any]:
    """Return the rows of a file; of a bad one its line with what is wrong."""
    return [
        (line, value.detail, value.hint) if isinstance(value, MinutebookError) else value
        for line, value in read_rows(Path(name), BytesIO(raw), column_map)
    ]


def workbook(*rows: list[Any], sheets: tuple[str, ...] = ("Sheet",)) -> bytes:
    book = Workbook()
    for name in sheets[:-1]:
        book.create_sheet(name, 0)
    sheet = book.worksheets[-1]
    for row in rows:
        sheet.append(row)
    book.save(saved := BytesIO())
    return saved.getvalue()


HEADER = ["type", "statement", "speaker", "summary", "occurred", "published", "publisher"]
ROW = ["statement-made", "s1", "party:crew", "Eight per cent."]


def test_a_workbook_reads_as_the_table_would() -> None:
    dates = [date(2026, 3, 2), datetime(2026, 3, 4), "Post"]  # noqa: DTZ001  # as spreadsheets have them
    book = workbook(HEADER, [*ROW, *dates], [], [None, None], sheets=("Empty", "Sheet"))

    assert read_events("a.xlsx", book) == [SAID]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3.0, "3"),
        (0.25, "0.25"),
        (28, "28"),
        (" x ", "x"),
        (datetime(2026, 3, 2, 13, 5), "2026-03-02T13:05:00"),  # noqa: DTZ001  # as above
    ],
)
def test_a_cell_is_the_text_that_a_table_would_have(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    with ZipFile(other := BytesIO(), "w") as archive:
        archive.writestr("a.txt", "x")
    for raw in (b"type,title", other.getvalue(), workbook(HEADER)[:500]):
        ((line, detail, hint),) = read_events("a.xlsx", raw)
        assert (line, hint) == (1, "open it in a spreadsheet and save it as .xlsx or .csv")
        assert detail.startswith("the file is not an .xlsx workbook: ")


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = BytesIO(workbook(HEADER, ROW))
    with ZipFile(packed, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(2**20))
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 2**20)
    ((_, detail, hint),) = read_events("a.xlsx", packed.getvalue())

    assert len(packed.getvalue()) < 2**15
    assert (detail, hint) == ("unpacked the workbook has over 1 MiB", "save it as .csv")


def test_a_formula_without_a_value_is_told() -> None:
    ((_, detail, hint),) = read_events("a.xlsx", workbook(HEADER, [*ROW, "=TODAY()"]))

    assert detail == "row 2: the formula =TODAY() has no value in the file"
    assert hint == "open the workbook in a spreadsheet and save it again"


def test_an_act_of_the_recorder_is_found_in_a_workbook() -> None:
    book = BytesIO(workbook(["type", "event"], ["record-voided", "x"]))

    assert has_types(Path("a.xlsx"), book, ("record-voided",))
    assert not has_types(Path("a.xlsx"), book, ("record-corrected",))


MAP = """
[columns]
"Said on" = "occurred"
"Words" = "summary"
"Reported" = "published"
"Paper" = "publisher"
"Checked by" = ""
[constants]
type = "statement-made"
speaker = "party:crew"
"""
TABLE = b"""\
Said on;statement;Words;Reported;Paper;Checked by
2026-03-02;s1;Eight per cent.;2026-03-04;Post;me
"""


def made_map(folder: Path, text: str = MAP) -> ColumnMap:
    (file := folder / "map.toml").write_text(text)
    return read_map(str(file))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx"])
def test_a_map_says_which_field_a_column_is(tmp_path: Path, suffix: str) -> None:
    raw = TABLE
    if suffix == ".xlsx":
        raw = workbook(*(line.split(";") for line in TABLE.decode().splitlines()))

    assert read_events(f"a{suffix}", raw, made_map(tmp_path)) == [SAID]


def test_names_are_guessed_and_shown(tmp_path: Path) -> None:
    (file := tmp_path / "talks.csv").write_text(
        "Event Type,Title,Date,Published on,Source\n"
        "negotiation-opened,Port talks,,2026-03-04,Post\n"
    )
    done = run_command("import", file, "--map", "auto", "--dry-run", "--db", tmp_path / "no.db")

    assert done.returncode == 0, done.stderr
    assert "1 events, 1 to record" in done.stdout
    for pair in (
        '"Event Type" = "type"',
        '"Title" = "title"',
        '"Date" = "occurred"',
        '"Published on" = "published"',
        '"Source" = "publisher"',
    ):
        assert pair in done.stderr


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Said on,Words,Reported,Paper", "there is no column 'Checked by', which the map names"),
        ("Said on,Words,Reported,Paper,Checked by,type", "'type' has two columns or constants"),
    ],
)
def test_a_map_that_does_not_fit_the_table_is_told(tmp_path: Path, header: str, told: str) -> None:
    ((line, detail, _),) = read_events("a.csv", f"{header}\n1,2\n".encode(), made_map(tmp_path))

    assert (line, detail) == (1, told)


def test_a_column_of_no_field_is_refused_as_ever(tmp_path: Path) -> None:
    (file := tmp_path / "talks.csv").write_text("type,title,Mood\nnegotiation-opened,Talks,bad\n")
    done = run_command("import", file, "--map", "auto", "--db", tmp_path / "no.db")

    assert done.returncode == 2
    assert "/Mood" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[columns", "is not TOML"),
        ("", "maps nothing"),
        ("[column]\nA = 'type'", "has 'column'"),
        ("[columns]\nA = 1", "A is not a text"),
        ("[columns]\nA = 'sumary'", "no event has a field 'sumary'"),
        ("columns = 1", "maps nothing"),
    ],
)
def test_a_bad_map_is_refused_with_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidQuestionError) as refused:
        made_map(tmp_path, text)

    assert told in refused.value.detail
    assert refused.value.hint


def test_a_map_that_is_not_there_and_a_file_without_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidQuestionError, match="No such file"):
        read_map(str(tmp_path / "no.toml"))
    with pytest.raises(InvalidQuestionError, match="has no columns to map"):
        read_events("a.jsonl", b"{}", made_map(tmp_path))
