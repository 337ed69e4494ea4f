"""The house's arrows: the domain knows the standard library only, and neither it nor replay knows the host."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import slm_extension

ROOT = Path(slm_extension.__file__).parent
DOMAIN, REPLAY = (sorted((ROOT / room).rglob("*.py")) for room in ("domain", "replay"))

IMPORT_ALL = """
import importlib, pkgutil, sys

class NoHost:
	def find_spec(self, name, path=None, target=None):
		if name.partition(".")[0] in {"frappe", "erpnext", "helpdesk"}:
			raise ImportError(f"{name} is the host's")

sys.meta_path.insert(0, NoHost())
package = importlib.import_module(sys.argv[1])
names = [found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
	if not name.endswith("__main__"):
		importlib.import_module(name)
print(len(names))
"""


def imported(path: Path) -> set[str]:
	"""The modules a file imports, wherever in the file it does."""
	package = ".".join(("slm_extension", *path.relative_to(ROOT).parts[:-1]))
	found: set[str] = set()
	for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
		if isinstance(node, ast.Import):
			found.update(alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
			base = ".".join([*above, *([node.module] if node.module else [])])
			found.add(base)
			found.update(f"{base}.{alias.name}" for alias in node.names if base == "slm_extension")
	return found


def top(module: str) -> str:
	return module.partition(".")[0]


def name_of(path: Path) -> str:
	return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_the_domain_imports_the_standard_library_and_itself(path: Path) -> None:
	strangers = {
		module
		for module in imported(path)
		if top(module) not in sys.stdlib_module_names and not module.startswith("slm_extension.domain")
	}

	assert strangers == set()


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_the_domain_reads_no_clock_file_or_network(path: Path) -> None:
	outside = {
		"os",
		"io",
		"pathlib",
		"socket",
		"time",
		"random",
		"subprocess",
		"urllib",
		"sqlite3",
		"logging",
	}
	tree = ast.parse(path.read_text(encoding="utf-8"))
	names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
	called = {
		node.func.id
		for node in ast.walk(tree)
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
	}

	assert {top(module) for module in imported(path)} & outside == set()
	assert names & {"now", "utcnow", "today"} == set()
	assert called & {"open", "print", "input"} == set()


@pytest.mark.parametrize("path", REPLAY, ids=name_of)
def test_replay_imports_neither_the_host_nor_the_rooms_above_it(path: Path) -> None:
	above = {
		module
		for module in imported(path)
		if top(module) in {"frappe", "erpnext", "helpdesk"}
		or (
			top(module) == "slm_extension"
			and module != "slm_extension"
			and not module.startswith(("slm_extension.domain", "slm_extension.replay"))
			and module != "slm_extension.__version__"
		)
	}

	assert above == set()


def test_how_stored_clocks_say_phase_and_outcome_is_spelled_in_one_place() -> None:
	word = "Not Started|Running|Held|Stopped|Cancelled|Pending|Met|Missed"
	words = re.compile(rf"\b(?:phase|outcome)\b\"?\s*(?:==|!=|in|not in|:)\s*[(\[]?\"(?:{word})\"")
	derived = re.compile(r"\b(?:[Pp]hase|[Oo]utcome)(?:\.[A-Z_]+)?\.value\.title\(\)")
	spelled = {
		name_of(path)
		for path in ROOT.rglob("*.py")
		if (text := path.read_text(encoding="utf-8")) and (words.search(text) or derived.search(text))
	}

	assert spelled == set()


@pytest.mark.parametrize(
	("room", "files"), [("domain", DOMAIN), ("replay", REPLAY)], ids=["domain", "replay"]
)
def test_a_room_can_be_imported_where_there_is_no_host(room: str, files: list[Path]) -> None:
	done = subprocess.run(
		[sys.executable, "-c", IMPORT_ALL, f"slm_extension.{room}"],
		capture_output=True,
		text=True,
		check=False,
	)

	assert done.returncode == 0, done.stderr
	modules = [path for path in files if path != ROOT / room / "__init__.py"]
	assert int(done.stdout.split()[-1]) == len(modules)
