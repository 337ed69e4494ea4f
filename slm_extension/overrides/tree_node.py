"""Customer Group and Territory, of ERPNext, and our services: trees that agreements are chosen by."""

from __future__ import annotations

from typing import Any

from slm_extension.adapters import site_time, trees
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.services.rechecks import recheck_around


def on_update(document: Any, _method: str | None = None) -> None:
	"""One that is new, lies beneath another or rests on others than before, may come under other agreements."""
	if trees.has_changed(document, site_time.now()):
		_forget(document)
	elif document.get_doc_before_save() is None:
		forget_agreements()


def on_trash(document: Any, _method: str | None = None) -> None:
	trees.has_gone(document, site_time.now())
	_forget(document)


def _forget(document: Any) -> None:
	forget_agreements()
	if document.doctype == trees.SERVICE:
		recheck_around(document.name)


def after_rename(document: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Names are not facts: what is remembered follows. What was merged into another has no past of its own."""
	trees.renamed(document.doctype, old, new, merge)
	forget_agreements()
	if merge and document.doctype == trees.SERVICE:
		recheck_around(new)
