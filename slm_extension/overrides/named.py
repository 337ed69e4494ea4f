"""Customer, Issue Priority and Issue Type, of ERPNext, and our services: what tickets name may be renamed."""

from __future__ import annotations

from typing import Any

from slm_extension.domain.timeline import Kind
from slm_extension.services.remeasure import renamed

KINDS = {
	"Customer": Kind.CUSTOMER,
	"Issue Priority": Kind.PRIORITY,
	"Issue Type": Kind.TYPE,
	"SLM Service": Kind.SERVICE,
}


def after_rename(document: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	renamed(KINDS[document.doctype], old, new)
