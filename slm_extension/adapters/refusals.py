"""What the domain objects to, as a message of the host: the same sentence, translated, with a title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _

from slm_extension.domain.errors import DomainError

LONGEST_TEXTS = {"Small Text": 65_535, "Text": 65_535, "Text Editor": 1_000_000, "Long Text": 1_000_000}
"""Bytes a text may have: what the column holds, or what a person can read."""


LONGEST_ANSWER = 10_000
"""Letters of what somebody says to somebody else; what is longer is a file."""


def said(text: object, label: str) -> str:
	"""What somebody has to say to the other side. Raises frappe.ValidationError for nothing, and for too much."""
	found = said_at_most(text, label)
	if not found:
		frappe.throw(
			_("{0} is empty. Write what the other side should read.").format(frappe.bold(label)),
			title=_("Nothing Said"),
		)
	return found


def said_at_most(text: object, label: str) -> str:
	"""What somebody may say, or not. Raises frappe.ValidationError for too much."""
	found = str(text or "").strip()
	if len(found) > LONGEST_ANSWER:
		frappe.throw(
			_("{0} has {1} letters, {2} are possible. Attach the rest as a file.").format(
				frappe.bold(label), len(found), LONGEST_ANSWER
			),
			title=_("Text Too Long"),
		)
	return found


def filled_in(document: Any) -> None:
	"""Refuse a document with required fields left empty, or with something else than its lists offer.

	The host checks this too, but only after `validate`, where the document's own values are needed.
	"""
	document._validate_mandatory()
	for one in (document, *document.get_all_children()):
		one._validate_selects()


def fits_in(document: Any) -> None:
	"""Refuse a text that its column cannot hold, in a sentence; the database would stop the request instead."""
	for one in (document, *document.get_all_children()):
		for field in one.meta.get("fields", {"fieldtype": ["in", list(LONGEST_TEXTS)]}):
			longest = LONGEST_TEXTS[field.fieldtype]
			size = len(str(one.get(field.fieldname) or "").encode())
			if size > longest:
				row = _("Row {0}: ").format(one.idx) if one is not document else ""
				frappe.throw(
					_("{0}{1} is too long: {2} bytes of text, {3} are possible. Attach it as a file.").format(
						row, frappe.bold(_(field.label)), f"{size:,}", f"{longest:,}"
					),
					title=_("Text Too Long"),
				)


@contextmanager
def refusing(document: Any, called: Mapping[str, str] | None = None) -> Iterator[None]:
	"""Turn a DomainError into frappe.throw, titled with the kind of document and what to do.

	`called` says what to call what has a name that people do not know.
	"""
	try:
		yield
	except DomainError as error:
		frappe.throw(sentence(error, called), title=_("{0} Cannot Be Used").format(_(document.doctype)))


def sentence(error: DomainError, called: Mapping[str, str] | None = None) -> str:
	"""Problem and remedy in the user's language."""
	said = {name: (called or {}).get(str(value), str(value)) for name, value in error.values.items()}
	values = {name: frappe.utils.escape_html(value) for name, value in said.items()}
	return " ".join(_(part).format(**values) for part in (error.problem, error.remedy) if part)
