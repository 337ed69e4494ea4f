"""Bytes to rows: whatever is wrong with a line of a log stays with that line."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from pathlib import Path

import pytest

from slm_extension.replay import logfile
from slm_extension.replay.logfile import LONGEST_ROW, Layout, opened
from slm_extension.replay.problems import BrokenRow, Flaw, Problems, StrictStop, shown
from slm_extension.replay.toml_document import InputProblem

Found = tuple[int, Flaw]


def read(data: bytes, layout: Layout | None = None) -> tuple[list[tuple[int, list[str]]], list[Found]]:
	"""The rows, header first, and the flaws with their lines."""
	flaws: list[Found] = []
	rows = list(
		logfile.rows(
			io.BytesIO(data), layout or Layout(), lambda line, flaw, reason, cells: flaws.append((line, flaw))
		)
	)
	return rows, flaws


HEADER = (1, ["a", "b", "c"])


@pytest.mark.parametrize(
	("data", "layout", "rows"),
	[
		pytest.param(b"a,b,c\n1,2,3\n", Layout(), [HEADER, (2, ["1", "2", "3"])], id="comma"),
		pytest.param(b"a;b;c\n1;2,5;3\n", Layout(), [HEADER, (2, ["1", "2,5", "3"])], id="semicolon"),
		pytest.param(
			b"a\tb\tc\n1\t2\t3", Layout(), [HEADER, (2, ["1", "2", "3"])], id="tab, no last newline"
		),
		pytest.param(
			b'"a,x";b;c\n1;2;3', Layout(), [(1, ["a,x", "b", "c"]), (2, ["1", "2", "3"])], id="quoted header"
		),
		pytest.param(b"a~b~c\n1~2~3\n", Layout("~"), [HEADER, (2, ["1", "2", "3"])], id="delimiter given"),
		pytest.param(b"a,b,c\r\n1,2,3\r\n", Layout(), [HEADER, (2, ["1", "2", "3"])], id="CRLF"),
		pytest.param(b"a,b,c\r1,2,3\r", Layout(), [HEADER, (2, ["1", "2", "3"])], id="CR alone"),
		pytest.param(
			b"\n a , b,c\n\n1,2,3\n  \n",
			Layout(),
			[(2, ["a", "b", "c"]), (4, ["1", "2", "3"])],
			id="empty lines",
		),
		pytest.param(
			b'a,b,c\n"1","2 ""x""","3"\n', Layout(), [HEADER, (2, ["1", '2 "x"', "3"])], id="all quoted"
		),
		pytest.param(
			b"a,b,c\n'1,1',2,3\n", Layout(quote="'"), [HEADER, (2, ["1,1", "2", "3"])], id="other quote"
		),
		pytest.param(b'a,b,c\n"1,2",3\n', Layout(quote=""), [HEADER, (2, ['"1', '2"', "3"])], id="no quote"),
		pytest.param(
			b"a,b,c\n1\\,1,2,3\n", Layout(escape="\\"), [HEADER, (2, ["1,1", "2", "3"])], id="escape"
		),
		pytest.param(
			b"report\nof May\na,b,c\n1,2,3\n",
			Layout(skip=2),
			[(3, HEADER[1]), (4, ["1", "2", "3"])],
			id="skip",
		),
		pytest.param(
			b"1,2,3\n4,5,6\n",
			Layout(header=("a", "b", "c")),
			[(0, HEADER[1]), (1, ["1", "2", "3"]), (2, ["4", "5", "6"])],
			id="header given",
		),
		pytest.param(
			"a,b,c\n1,2,é\n".encode("utf-8-sig"),
			Layout(),
			[HEADER, (2, ["1", "2", "é"])],
			id="byte order mark",
		),
		pytest.param(
			"a,b,c\n1,2,é\n".encode("utf-16"),
			Layout(),
			[HEADER, (2, ["1", "2", "é"])],
			id="UTF-16 by its mark",
		),
		pytest.param(
			"a,b,c\n1,2,é\n".encode("cp1252"),
			Layout(encoding="cp1252"),
			[HEADER, (2, ["1", "2", "é"])],
			id="cp1252",
		),
		pytest.param(gzip.compress(b"a,b,c\n1,2,3\n"), Layout(), [HEADER, (2, ["1", "2", "3"])], id="gzip"),
		pytest.param(
			gzip.compress(b"a,b,c\n1,") + gzip.compress(b"2,3\n") + b"\0\0",
			Layout(),
			[HEADER, (2, ["1", "2", "3"])],
			id="gzip of two members, padded",
		),
	],
)
def test_a_csv_of_any_shape_is_read(data: bytes, layout: Layout, rows: list[tuple[int, list[str]]]) -> None:
	assert read(data, layout) == (rows, [])


def test_a_quoted_cell_may_go_over_several_lines_and_the_count_of_lines_goes_on() -> None:
	rows, flaws = read(b'a,b,c\n1,"x\n\ny",3\n4,5,6\n')
	assert rows == [HEADER, (2, ["1", "x\n\ny", "3"]), (5, ["4", "5", "6"])]
	assert flaws == []


@pytest.mark.parametrize(
	("bad", "flaw"),
	[
		pytest.param(b"7,8", Flaw.COLUMNS, id="too few columns"),
		pytest.param(b"7,8,9,10", Flaw.COLUMNS, id="too many columns"),
		pytest.param(b'7,"8",9,10', Flaw.COLUMNS, id="too many columns, quoted"),
		pytest.param(b"7,\xff\xfe,9", Flaw.ENCODING, id="undecodable bytes"),
		pytest.param(b'7,"\xe9",9', Flaw.ENCODING, id="undecodable bytes, quoted"),
		pytest.param(b"7,\0,9", Flaw.NUL, id="NUL"),
		pytest.param(b'7,"8,9', Flaw.QUOTES, id="unclosed quote"),
		pytest.param(b'7,"8"x,9', Flaw.QUOTES, id="text after a closing quote"),
		pytest.param(b"7," + b"x" * 10_000_000 + b",9", Flaw.TOO_LONG, id="ten megabytes"),
		pytest.param(b'7,"' + b"x" * 10_000_000 + b'",9', Flaw.TOO_LONG, id="ten megabytes, quoted"),
		pytest.param(b"7," + b"x" * LONGEST_ROW + b",9", Flaw.TOO_LONG, id="a little too long"),
	],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_broken_line_is_reported_and_its_neighbours_are_read(
	bad: bytes, flaw: Flaw, pack: type[bytes]
) -> None:
	rows, flaws = read(pack(b"a,b,c\n1,2,3\n" + bad + b"\n4,5,6\n"))
	assert rows == [HEADER, (2, ["1", "2", "3"]), (4, ["4", "5", "6"])]
	assert flaws == [(3, flaw)]


def test_an_unclosed_quote_swallows_nothing_even_when_a_later_quote_seems_to_close_it() -> None:
	rows, flaws = read(b'a,b,c\n1,2,"x\n4,5,6\n7,8",9\n"10",11,12\n')
	assert rows == [HEADER, (3, ["4", "5", "6"]), (4, ["7", '8"', "9"]), (5, ["10", "11", "12"])]
	assert flaws == [(2, Flaw.QUOTES)]


def test_many_unclosed_quotes_are_each_reported_once() -> None:
	good = [b"%d,x,y" % number for number in range(500)]
	lines = [line for one in good for line in (b'bad,"never closed', one)]
	rows, flaws = read(b"a,b,c\n" + b"\n".join(lines))
	assert [cells for _, cells in rows[1:]] == [line.decode().split(",") for line in good]
	assert flaws == [(line, Flaw.QUOTES) for line in range(2, 1002, 2)]


def test_a_quote_that_is_not_closed_within_the_longest_row_gives_up_its_first_line_only() -> None:
	count = LONGEST_ROW // 6 + 10
	rows, flaws = read(b'a,b,c\n1,2,"x\n' + b"4,5,6\n" * count)
	assert len(rows) == 1 + count
	assert rows[-1] == (count + 2, ["4", "5", "6"])
	assert flaws == [(2, Flaw.TOO_LONG)]


def test_a_broken_record_of_several_lines_is_dropped_as_a_whole() -> None:
	rows, flaws = read(b'a,b,c\n1,"x\n\0\ny",3\n4,5,6\n')
	assert rows == [HEADER, (5, ["4", "5", "6"])]
	assert flaws == [(2, Flaw.NUL)]


LINES = [b"%06d,some text %06d,x" % (number, number * 7919 % 1_000_003) for number in range(20_000)]
PACKED = gzip.compress(b"a,b,c\n" + b"\n".join(LINES) + b"\n", mtime=0)


def test_of_a_truncated_gzip_what_can_be_read_is_used_and_its_end_reported() -> None:
	rows, flaws = read(PACKED[: len(PACKED) // 2])
	expected = [(number + 2, line.decode().split(",")) for number, line in enumerate(LINES[: len(rows) - 1])]
	assert len(rows) > 5_000
	assert rows[1:] == expected
	assert flaws == [(len(rows) + 1, Flaw.DAMAGED)]


def test_of_a_gzip_with_a_wrong_checksum_all_rows_are_used_and_it_is_reported() -> None:
	damaged = PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]
	rows, flaws = read(damaged)
	assert len(rows) == 1 + len(LINES)
	assert flaws == [(len(LINES) + 2, Flaw.DAMAGED)]


def test_of_a_corrupt_gzip_the_rows_before_the_damage_are_used_and_it_is_reported() -> None:
	"""Inflating may go on for a while and give nonsense before it fails: that is for whoever reads cells."""
	middle = len(PACKED) // 2
	rows, flaws = read(PACKED[:middle] + b"\xff" * 200 + PACKED[middle + 200 :])
	assert rows[1:5_000] == [(n + 2, line.decode().split(",")) for n, line in enumerate(LINES[:4_999])]
	assert flaws[-1][1] is Flaw.DAMAGED


@pytest.mark.parametrize(
	("data", "problem"),
	[
		pytest.param(b"", "Is empty", id="empty"),
		pytest.param(b"\n\n", "Is empty", id="empty lines only"),
		pytest.param(b"\xef\xbb\xbf", "Is empty", id="byte order mark only"),
		pytest.param(PACKED[:12], "breaks off here, before the first row", id="gzip cut off at once"),
		pytest.param(b"\x1f\x8b nonsense", "is damaged here, before the first row", id="no gzip after all"),
		pytest.param(b'a,"b,c\n1,2,3\n', "The header cannot be read", id="unclosed quote in the header"),
		pytest.param(b"PK\x03\x04...", "workbook or ZIP", id="workbook"),
	],
)
def test_a_log_without_a_header_is_refused(data: bytes, problem: str) -> None:
	with pytest.raises(InputProblem, match=problem):
		read(data)


def test_progress_is_told_in_bytes_of_the_file() -> None:
	told: list[int] = []
	list(logfile.rows(io.BytesIO(PACKED), Layout(), lambda *_: None, progress=told.append))
	assert told[-1] == len(PACKED)


@pytest.mark.parametrize(
	("name", "problem"),
	[
		pytest.param(".", "Is a directory", id="directory"),
		pytest.param("none.csv", "no such file", id="missing"),
	],
)
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, problem: str) -> None:
	with pytest.raises(InputProblem, match=problem), opened(tmp_path / name):
		pass


def test_a_pipe_can_be_read_twice(tmp_path: Path) -> None:
	pipe = tmp_path / "pipe"
	os.mkfifo(pipe)
	writer = threading.Thread(target=pipe.write_bytes, args=(b"a,b\n",))
	writer.start()
	with opened(pipe) as source:
		first = source.read()
		source.seek(0)
		assert (first, source.read()) == (b"a,b\n", b"a,b\n")
	writer.join()


def test_standard_input_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n")))
	with opened(None) as source:
		first = source.read()
		source.seek(0)
		assert (first, source.read()) == (b"a,b\n", b"a,b\n")


def test_problems_count_all_and_keep_the_first_by_line() -> None:
	problems = Problems(keep=2)
	for line in (5, 3, 1, 2, 4):
		problems.add(BrokenRow(line, "T", "no"), Flaw.TIME)
	problems.add(BrokenRow(9, "T", "no"), Flaw.STATUS)
	assert [row.line for row in problems.rows] == [1, 2]
	assert problems.counts == ((Flaw.TIME, 5), (Flaw.STATUS, 1))
	assert problems.total == 6


def test_strict_problems_stop_at_the_first() -> None:
	with pytest.raises(StrictStop, match="line 7: no time") as stop:
		Problems(strict=True).add(BrokenRow(7, "T", "no time"), Flaw.TIME)
	assert stop.value.row.line == 7


def test_text_of_the_log_is_shown_short_and_without_control_characters() -> None:
	assert shown("a\x1b[31m\nb") == '"a [31m b"'
	assert shown("x" * 100) == '"' + "x" * 60 + '…"'
