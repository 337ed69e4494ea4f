"""Draft services from records that are there already: assets and items (R030)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters import site_time
from slm_extension.adapters.catalogue import SERVICE

MOST = 500
LONGEST = 140


@dataclass(frozen=True, slots=True)
class Source:
	"""A DocType of the host that services can be made of."""

	doctype: str
	title: str
	link: str
	type: str
	kind: str


SOURCES = {
	"Asset": Source("Asset", "asset_name", "asset", "Infrastructure Service", "Asset Register"),
	"Item": Source("Item", "item_name", "item", "Business Service", "Purchasing Records"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
	"""What was made, and of what nothing was made, with why."""

	created: tuple[str, ...]
	skipped: tuple[tuple[str, str], ...]


def services_from(source: str, names: Iterable[str], parent: str | None) -> Outcome:
	"""A draft for each record that has no service yet. The user's own permissions count, for both."""
	if source not in SOURCES:
		frappe.throw(
			_("Services can be made of {0} only.").format(_(", ".join(SOURCES))), title=_("Get Services")
		)
	chosen = list(dict.fromkeys(names))
	if not chosen or len(chosen) > MOST:
		frappe.throw(_("Choose at least one record, and at most {0}.").format(MOST), title=_("Get Services"))
	made = SOURCES[source]
	created: list[str] = []
	skipped: list[tuple[str, str]] = []
	for name in chosen:
		record = frappe.get_doc(made.doctype, name)
		record.check_permission("read")
		title = " ".join((record.get(made.title) or name).split())
		why = _why_not(made, name, title)
		if why:
			skipped.append((title, why))
		else:
			created.append(_make(made, record, title, parent))
	return Outcome(tuple(created), tuple(skipped))


def _why_not(made: Source, name: str, title: str) -> str:
	linked = frappe.db.get_value(SERVICE, {made.link: name}, "name")
	if linked:
		return _("Belongs to {0} already").format(linked)
	if frappe.db.exists(SERVICE, title):
		return _("A service has this name already")
	if len(title) > LONGEST or any(letter in title for letter in "<>"):
		return _("Cannot be a name: shorten it, and leave out < and >")
	return ""


def _make(made: Source, record: Any, title: str, parent: str | None) -> str:
	document = frappe.get_doc(
		{
			"doctype": SERVICE,
			"service_name": title,
			"service_type": made.type,
			"parent_slm_service": parent or None,
			made.link: record.name,
			"ci_code": record.name if made.link == "asset" else None,
			"item": record.get("item_code") if made.link == "asset" else record.name,
			"internal_description": f"<p>{escape_html(record.get('description') or '')}</p>"
			if made.link == "asset"
			else record.get("description"),
			"information_sources": [
				{
					"kind": made.kind,
					"source": f"{made.doctype} {record.name}"[:LONGEST],
					"recorded_on": site_time.today(),
				}
			],
		}
	)
	return str(document.insert().name)
