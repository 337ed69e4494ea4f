"""Documents that an import names: found as the host compares names, or created. Nothing is changed that is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _

LONGEST = 140
"""The host's longest name."""

UNUSABLE = ("<", ">")
"""What the host refuses in a name."""

_TITLES = {
	"Customer": "customer_name",
	"Customer Group": "customer_group_name",
	"SLM Service": "service_name",
	"Supplier": "supplier_name",
	"Territory": "territory_name",
}
"""Where the host may call a document otherwise than its title says."""


@dataclass(slots=True)
class MasterData:
	"""Looks names up and creates what is missing; with `create` off it refuses instead, naming what is missing.

	`created` counts what was created, by DocType.
	"""

	create: bool = True
	created: dict[str, int] = field(default_factory=dict)

	def customers(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Customer", names)

	def customer_groups(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Customer Group", names)

	def territories(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Territory", names)

	def suppliers(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Supplier", names)

	def services(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("SLM Service", names, status="Live")

	def priorities(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Issue Priority", names)

	def types(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("Issue Type", names)

	def teams(self, names: Iterable[str]) -> dict[str, str]:
		return self._resolved("User Group", names)

	def users(self, names: Iterable[str]) -> dict[str, str]:
		return self._existing("User", names)

	def roles(self, names: Iterable[str]) -> dict[str, str]:
		return self._existing("Role", names)

	def _existing(self, doctype: str, names: Iterable[str]) -> dict[str, str]:
		"""The same of what nobody makes up: who acts on a site is for that site to say."""
		found = {name: known_as(doctype, name) for name in sorted(set(names))}
		missing = ", ".join(
			f'"{frappe.utils.escape_html(name)}"' for name, known in found.items() if known is None
		)
		if missing:
			frappe.throw(
				_("{0} not on this site: {1}. Create them first, or name others in the file.").format(
					_(doctype), missing
				)
			)
		return {name: known for name, known in found.items() if known is not None}

	def _resolved(self, doctype: str, names: Iterable[str], **values: object) -> dict[str, str]:
		"""What the site calls these documents, by the names asked for."""
		found: dict[str, str] = {}
		missing: list[str] = []
		for name in sorted(set(names)):
			known = known_as(doctype, name)
			if known is not None:
				found[name] = known
			else:
				missing.append(name)
		if missing and not self.create:
			shown = ", ".join(f'"{name}"' for name in missing[:5]) + (", ..." if len(missing) > 5 else "")
			frappe.throw(
				_("{0} {1} not on this site: {2}. Create them first, or leave --no-create out.").format(
					len(missing), _(doctype), shown
				)
			)
		for name in missing:
			found[name] = known_as(doctype, name) or self._create(doctype, name, **values)
		return found

	def _create(self, doctype: str, name: str, **values: object) -> str:
		if len(name) > LONGEST:
			frappe.throw(
				_('The {0} "{1}..." has a name of {2} characters; {3} are possible. Shorten it.').format(
					_(doctype), name[:40], len(name), LONGEST
				)
			)
		if any(one in name for one in UNUSABLE):
			frappe.throw(
				_('The {0} "{1}" cannot be created: a name may not contain {2}. Write it otherwise.').format(
					_(doctype), frappe.utils.escape_html(name), frappe.utils.escape_html(" ".join(UNUSABLE))
				)
			)
		document = frappe.get_doc({"doctype": doctype, **values})
		title = _TITLES.get(doctype)
		if title is None:
			document.name = name
		else:
			document.set(title, name)
		document.flags.ignore_mandatory = doctype == "User Group"
		document.insert(ignore_permissions=True)
		self.created[doctype] = self.created.get(doctype, 0) + 1
		return str(document.name)


def known_as(doctype: str, name: str) -> str | None:
	"""What the site calls a document of that name or title; None where there is none."""
	known = frappe.db.get_value(doctype, {"name": name}, "name")
	title = _TITLES.get(doctype)
	if known is None and title is not None:
		known = frappe.db.get_value(doctype, {title: name}, "name", order_by="creation asc")
	return None if known is None else str(known)
