"""Files of events: which line each row starts on, and what is told of rows that cannot be read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from api.cli.event_files import read_rows
from api.cli.event_tables import nest_fields
from api.http.bodies import BODY_LIMIT
from domain.errors import MinutebookError
from tests.command_line import run_command


def read(name: str, body: str | bytes) -> list[tuple[int, Any]]:
    """Return the rows of a file; of a refusal its detail and remedy."""
    raw = body.encode() if isinstance(body, str) else body
    return [
        (line, f"{value.detail}; {value.hint}" if isinstance(value, MinutebookError) else value)
        for line, value in read_rows(Path(name), BytesIO(raw))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[1999..2001]",
        "[2025-12-19..2025-12-21]",
        "[2025-12-23,2025-12-27]",
        "[2024,2025]",
        "[..2025-12]",
        "[2025]",
        "[sic] he said",
        "{x} marks",
        "[",
        "{",
        "{1}",
        "[1]",
    ],
)
def test_a_cell_that_is_no_json_stays_text(text: str) -> None:
    assert nest_fields([("a", text)]) == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"), [('["a"]', ["a"]), ('[{"a": 1}]', [{"a": 1}]), ("[]", []), ("{}", {})]
)
def test_a_cell_may_hold_json(text: str, value: Any) -> None:
    assert nest_fields([("a", text)]) == {"a": value}


@pytest.mark.parametrize(
    ("name", "body", "line", "pointer"),
    [
        ("a.jsonl", '{"a": 1}\n{"a": {"b": 1, "b": 1}}\n', 2, "/a/b"),
        ("a.json", '[{"a": 1}, {"a": 1, "a": 2}]', 1, "/1/a"),
        ("a.csv", 'type,reports\nx,"[{""a"":1,""a"":2}]"\n', 2, "/reports/0/a"),
    ],
)
def test_a_key_given_twice_is_named(name: str, body: str, line: int, pointer: str) -> None:
    place, refused = list(read_rows(Path(name), BytesIO(body.encode())))[-1]

    assert place == line
    assert [each.pointer for each in refused.reasons] == [pointer]


def test_dots_nest_and_numbers_count() -> None:
    pairs = [("a.b", "x"), ("r.1.c", "z"), ("r.0.c", "y"), ("number", "7"), ("a.²", "w")]

    assert nest_fields(pairs) == {
        "a": {"b": "x", "²": "w"},
        "r": [{"c": "y"}, {"c": "z"}],
        "number": 7,
    }


def test_an_empty_cell_is_no_field_but_an_unknown_time() -> None:
    assert nest_fields([("note", ""), ("occurred", "")]) == {"occurred": None}
    assert read("a.csv", "type,note,occurred\nx\n") == [(2, {"type": "x", "occurred": None})]
    assert read("a.csv", "type,note\nx,\n") == [(2, {"type": "x"})]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("reports", "reports.0.published"), "/reports.0.published"),
        (("reports.0.published", "reports"), "/reports.0.published"),
        (("a", "a.b"), "/a.b"),
        (("a.b", "a.b.c.d"), "/a.b.c.d"),
        (("a", "a"), "/a"),
        (("occurred", "occurred"), "/occurred"),
        ((".".join("a" * 5000),), "/" + ".".join("a" * 20) + "."),
    ],
)
def test_names_that_clash_are_named(names: tuple[str, ...], told: str) -> None:
    with pytest.raises(MinutebookError) as caught:
        nest_fields([(name, "x") for name in names])
    (reason,) = caught.value.reasons

    assert reason.pointer == told
    assert reason.hint


def test_a_row_is_told_by_the_line_that_it_starts_on() -> None:
    body = 'type,note\r\n\r\nx,"one\r\ntwo"\r\n,\r\ny,"three\n\nfour"\nz\n'

    assert [(line, row["type"]) for line, row in read("a.csv", body)] == [
        (3, "x"),
        (6, "y"),
        (9, "z"),
    ]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("type\nx\na,b\n", 3, "2 cells, but the first line names 1 columns"),
        ("kind;note\nx;y\n", 1, "there is no column 'type'"),
        ("", 1, "there is no column 'type'"),
        ('type,note\nx,"y\nz\n', 2, "unexpected end of data"),
        ('type,note\nw,v\nx,"y"z\n', 3, "expected after"),
        ("type,note\nx," + "y" * (BODY_LIMIT + 1), 2, "field larger than"),
        ("type,note\nx,caf\u00e9\n".encode("latin-1"), 2, "not UTF-8; save it as UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_with_its_line(
    body: str | bytes, line: int, words: str
) -> None:
    place, told = read("a.csv", body)[-1]

    assert place == line
    assert words in told


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.csv", "type\nx\n"), ("a.jsonl", '{"type": "x"}\n'), ("A.JSON", '[{"type": "x"}]')],
)
def test_a_byte_order_mark_is_understood(name: str, body: str) -> None:
    assert [row for _, row in read(name, "\ufeff" + body)] == [{"type": "x"}]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_json_that_is_no_utf_8_says_so(name: str) -> None:
    assert read(name, b'\n{"type": "\xe9"}') == [
        (2, "the file is not UTF-8; save it as UTF-8 and import it again")
    ]


def test_json_that_is_cut_off_is_told() -> None:
    ((line, told),) = read("a.json", "[")

    assert line == 1
    assert "valid JSON" in told


def test_plain_columns_of_a_table_are_of_the_first_report() -> None:
    header = (
        "type,published,publisher,url,origin,audience,quote_of_report,quote,reports.1.published"
    )
    row = "position-stated,2025-12-21,herald,https://a.b,wire,press,He said,I say,2025-12-22"

    assert read("a.csv", f"{header}\n{row}\nposition-stated,,,\n") == [
        (
            2,
            {
                "type": "position-stated",
                "reports": [
                    {
                        "published": "2025-12-21",
                        "publisher": "herald",
                        "url": "https://a.b",
                        "origin": "wire",
                        "audience": "press",
                        "quote": "He said",
                    },
                    {"published": "2025-12-22"},
                ],
                "quote": "I say",
            },
        ),
        (3, {"type": "position-stated"}),
    ]


def test_a_column_that_the_type_has_itself_is_its_own() -> None:
    body = "type,url,published\ndocument-published,https://a.b,2025-12-21\n"

    assert read("a.csv", body) == [
        (
            2,
            {
                "type": "document-published",
                "url": "https://a.b",
                "reports": [{"published": "2025-12-21"}],
            },
        )
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("type,published,reports.0.published", "x,2025-12-21,2025-12-22"),
        ("type,published,reports", 'x,2025-12-21,"[{}]"'),
    ],
)
def test_a_plain_column_and_the_same_of_the_reports_clash(header: str, row: str) -> None:
    ((_, told),) = read("a.csv", f"{header}\n{row}\n")

    assert "twice" in told or "clashes with 'reports'" in told


ROWS = [
    (2, {"type": "x", "note": "one, two; three"}),
    (3, {"type": "y", "note": "\u0434\u0432\u0430"}),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_table_is_read_as_it_was_saved(name: str, separator: str, encoding: str) -> None:
    body = 'type,note\r\nx,"one, two; three"\r\ny,\u0434\u0432\u0430\r\n'
    head, first, last = (line.replace(",", separator, 1) for line in body.splitlines(True))

    assert read(name, (head + first + last).encode(encoding)) == ROWS


def test_lines_in_utf_16_are_read() -> None:
    assert read("a.jsonl", '{"type": "x"}\n{"type": "y"}\n'.encode("utf-16")) == [
        (1, {"type": "x"}),
        (2, {"type": "y"}),
    ]


def test_a_line_that_names_the_separator_is_none_of_the_table() -> None:
    assert read("a.csv", "sep=;\r\ntype;note\r\nx;y\r\n") == [(3, {"type": "x", "note": "y"})]


def test_a_cell_too_many_is_told_with_the_separator_of_its_table() -> None:
    ((line, told),) = read("a.csv", "type;note\nx;a;b\n")

    assert (line, told.endswith("; quote a cell that contains a semicolon")) == (2, True)


def test_half_a_character_of_utf_16_is_named() -> None:
    ((line, told),) = read(
        "a.csv", b"\xff\xfe" + "type\nx\n".encode("utf-16-le") + b"\x00\xd8\n\x00"
    )

    assert (line, told) == (3, "the file is not UTF-8; save it as UTF-8 and import it again")


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.ods", "save the sheet as CSV"), ("a.ical", "supported suffixes: .jsonl")],
)
def test_a_file_that_is_not_read_is_refused_with_what_to_do(name: str, words: str) -> None:
    with pytest.raises(MinutebookError) as refusal:
        read(name, b"PK")

    assert str(refusal.value.hint).startswith(words)


def test_a_spreadsheet_of_the_continent_is_imported(tmp_path: Path) -> None:
    (file := tmp_path / "talks.csv").write_bytes(
        "type;title;party;name\r\nnegotiation-opened;Gespr\u00e4che;;\r\n"
        "party-registered;;nord;Norden\r\n".encode("utf-16")
    )
    done = run_command("import", file, "--db", tmp_path / "talks.db", "--dry-run")

    assert "2 events, 2 to record, 0 already recorded" in done.stdout


def test_a_value_of_another_kind_is_told_by_its_line(tmp_path: Path) -> None:
    (file := tmp_path / "talks.jsonl").write_text(
        '{"type": "negotiation-opened", "title": "Talks"}\n'
        '{"type": "party-registered", "party": "north", "name": "North"}\n'
        '{"type": "meeting-held", "meeting": "m", "occurred": null,'
        ' "participants": [{"party": "north", "head": "yes"}]}\n'
    )
    refused = run_command("import", file, "--db", tmp_path / "talks.db")

    assert refused.returncode == 2
    assert refused.stderr.startswith(
        f"{file}:3: /participants/0/head: expected a boolean, got a string; use true or false"
    )
