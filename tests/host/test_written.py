"""Documents that are written by the page, as the host's own saving would leave them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from slm_extension.adapters import issues, written
from slm_extension.adapters.store import FAILED
from slm_extension.testing import make_issue


@pytest.fixture
def page(agreement) -> list[Any]:
	"""Two documents, locked, with something new to say."""
	names = []
	for number in range(2):
		values = {"doctype": FAILED, "ticket_type": "Issue", "ticket": f"T-{number}", "problem": "Before"}
		document = frappe.get_doc(values)
		document.flags.ignore_links = True
		names.append(document.insert().name)
	documents = list(written.locked(FAILED, names).values())
	for document in documents:
		document.problem = "After"
	return documents


@pytest.fixture
def virtual() -> Iterator[str]:
	"""A field of the DocType that has no column, as a Custom Field can be."""
	meta = frappe.get_meta(FAILED)
	meta.get_valid_columns()
	field = frappe.get_doc(
		{"doctype": "DocField", "fieldname": "ghost", "fieldtype": "Data", "is_virtual": 1, "options": "1"}
	)
	meta.fields.append(field)
	meta._fields["ghost"] = field
	meta._valid_columns.append("ghost")
	yield "ghost"
	frappe.clear_cache(doctype=FAILED)


def stored(page: list[Any]) -> list[str]:
	names = [one.name for one in page]
	found: list[str] = frappe.get_all(FAILED, {"name": ["in", names]}, pluck="problem", order_by="name asc")
	return found


def test_a_field_without_a_column_is_not_written(page: list[Any], virtual: str) -> None:
	written.write(page)

	assert stored(page) == ["After", "After"]


def test_the_host_does_not_take_them_for_being_saved_any_more(page: list[Any]) -> None:
	"""What is set on one of them later in the same job gets its time stamp."""
	before = list(frappe.flags.currently_saving)

	written.write(page)

	assert frappe.flags.currently_saving == before


def test_what_runs_before_a_validation_runs(page: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
	"""As server scripts and hooks on Before Validate do."""
	ran: list[str] = []
	for document in page:
		monkeypatch.setattr(document, "before_validate", lambda: ran.append("ran"), raising=False)

	written.write(page)

	assert ran == ["ran", "ran"]


@pytest.mark.parametrize(
	"lock", [issues.lock, issues.lock_free, lambda names: written.locked("Issue", names)]
)
def test_a_page_of_tickets_is_locked_and_no_other(lock: Any, agreement, monkeypatch) -> None:
	"""MariaDB locks whatever it looks at; of a large page it would rather look at all entries of a small index."""
	names = [make_issue().name for _number in range(60)]
	statements: list[tuple[str, Any]] = []
	run = frappe.db.sql

	def told(statement: Any, *values: Any, **more: Any) -> Any:
		if "FOR UPDATE" in str(statement):
			statements.append((str(statement), values[0] if values else {}))
		return run(statement, *values, **more)

	monkeypatch.setattr(frappe.db, "sql", told)
	lock(names)

	(asked,) = statements
	(plan,) = run(f"EXPLAIN {asked[0]}", asked[1], as_dict=True)
	assert plan.key == "PRIMARY"
