"""What the domain objects to, as a message of the host: the same sentence, translated, with a title."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _

from slm_extension.domain.errors import DomainError


def filled_in(document: Any) -> None:
	"""Refuse a document with required fields left empty, or with something else than its lists offer.

	The host checks this too, but only after `validate`, where the document's own values are needed.
	"""
	document._validate_mandatory()
	for one in (document, *document.get_all_children()):
		one._validate_selects()


@contextmanager
def refusing(document: Any) -> Iterator[None]:
	"""Turn a DomainError into frappe.throw, titled with the kind of document and what to do."""
	try:
		yield
	except DomainError as error:
		frappe.throw(sentence(error), title=_("{0} Cannot Be Used").format(_(document.doctype)))


def sentence(error: DomainError) -> str:
	"""Problem and remedy in the user's language."""
	values = {name: frappe.utils.escape_html(str(value)) for name, value in error.values.items()}
	return " ".join(_(part).format(**values) for part in (error.problem, error.remedy) if part)
