"""Rows of our documents: saved with what they are rows of, never by themselves, so that its checks are not gone round."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class Row(Document):
	"""A row of a table; the host would let whoever may write its parent save it alone, past the parent's controller."""

	def before_validate(self) -> None:
		self._refuse_to_be_alone()

	def before_update_after_submit(self) -> None:
		self._refuse_to_be_alone()

	def before_cancel(self) -> None:
		self._refuse_to_be_alone()

	def on_trash(self) -> None:
		self._refuse_to_be_alone()

	def _refuse_to_be_alone(self) -> None:
		frappe.throw(
			_("A row of {0} is saved with the document it belongs to. Open {1} and save that.").format(
				frappe.bold(_(self.doctype)),
				frappe.bold(frappe.utils.escape_html(str(self.parent or _("the document")))),
			),
			frappe.PermissionError,
			title=_("Part of a Document"),
		)
