"""Customer Group and Territory, of ERPNext, and our services: trees that agreements are chosen by."""

from __future__ import annotations

from typing import Any

from slm_extension.adapters import site_time, trees
from slm_extension.adapters.agreements import forget_agreements


def on_update(document: Any, _method: str | None = None) -> None:
	"""One that is new, or lies beneath another than before, may come under other agreements."""
	if trees.has_moved(document, site_time.now()) or document.get_doc_before_save() is None:
		forget_agreements()


def on_trash(document: Any, _method: str | None = None) -> None:
	trees.has_gone(document, site_time.now())
	forget_agreements()


def after_rename(document: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Names are not facts: what is remembered follows. What was merged into another has no past of its own."""
	trees.rename_moved(document.doctype, old, new, merge)
	forget_agreements()
