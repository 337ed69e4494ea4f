"""TOML with line numbers: a problem is said with the line it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from slm_extension.replay.toml_document import Document, InputProblem

TEXT = """\
name = "x"
list = [
	"[not a table]",
	"quote \\" and [ bracket",  # ] comment
]
long = \"\"\"
[neither]
\\\"\"\" still
fake = 1\"\"\"
raw = '''
[nor this]'''
[one]
a.b = 1
"q [x]" = 2
["odd ] name"]
key = 3
[[many]]
id = 1
[[many]]
id = 2
[many.inner]
deep = true
[[many.more]]
x = 1
"""


@pytest.mark.parametrize(
	("path", "line"),
	[
		(("name",), 1),
		(("list",), 2),
		(("long",), 6),
		(("raw",), 10),
		(("one",), 12),
		(("one", "a", "b"), 13),
		(("one", "q [x]"), 14),
		(("odd ] name", "key"), 16),
		(("many",), 17),
		(("many", 0, "id"), 18),
		(("many", 1, "id"), 20),
		(("many", 1, "inner", "deep"), 22),
		(("many", 1, "more", 0, "x"), 24),
		(("one", "absent"), 12),
		(("fake",), None),
		(("absent",), None),
	],
	ids=str,
)
def test_a_key_knows_its_line(path: tuple[str | int, ...], line: int | None) -> None:
	"""An absent key stands where the table around it does."""
	assert Document("f.toml", TEXT).line(path) == line


def test_a_line_separator_inside_a_string_is_no_new_line() -> None:
	assert Document("f.toml", 'a = "x\u2028y"\nb = 1\n').line(("b",)) == 2


@pytest.mark.parametrize(
	("text", "message"),
	[
		pytest.param("a = 1\nb = \n", "f.toml, line 2: This is not TOML", id="no value"),
		pytest.param("a = 1\nb = [\n\n", "f.toml, line 2: This is not TOML", id="ends too soon"),
		pytest.param("a = " + "[" * 20_000, "not TOML|nested too deeply", id="nested for ever"),
	],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, message: str) -> None:
	with pytest.raises(InputProblem, match=message):
		Document("f.toml", text)


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() -> None:
	document = Document("f.toml", "name = 1\nprioritty = 2\n")
	with pytest.raises(InputProblem) as found:
		document.root.allow(("name", "priority"))
	assert str(found.value) == 'f.toml, line 2: Unknown key "prioritty". Did you mean "priority"?'


@pytest.mark.parametrize(
	("read", "message"),
	[
		pytest.param(lambda root: root.get("n", str), 'line 1: "n" must be a string', id="no string"),
		pytest.param(
			lambda root: root.get("b", int), 'line 2: "b" must be a whole number', id="true is no number"
		),
		pytest.param(lambda root: root.get("x", int), '"x" is missing', id="missing"),
		pytest.param(lambda root: root.texts("l"), 'line 3: "l" must be a string or a list', id="no strings"),
		pytest.param(lambda root: root.table("n"), 'line 1: "n" must be a table', id="no table"),
		pytest.param(
			lambda root: list(root.tables("l")), 'line 3: "l" must be a list of tables', id="no tables"
		),
	],
)
def test_a_value_of_another_type_is_refused_with_its_line(read: object, message: str) -> None:
	root = Document("f.toml", "n = 1\nb = true\nl = [1]\n").root
	with pytest.raises(InputProblem, match=message):
		read(root)  # type: ignore[operator]


@pytest.mark.parametrize(
	("name", "data", "problem"),
	[
		("none.toml", None, "Cannot be read"),
		(".", None, "Cannot be read"),
		("x.toml", b"\xff", "Is not UTF-8"),
	],
)
def test_a_file_that_cannot_be_read_is_refused(
	tmp_path: Path, name: str, data: bytes | None, problem: str
) -> None:
	path = tmp_path / name
	if data is not None:
		path.write_bytes(data)
	with pytest.raises(InputProblem, match=problem):
		Document.read(path)
