"""Documents that are written by the page, as the host's own saving would leave them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from slm_extension.adapters import written
from slm_extension.adapters.store import FAILED


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
