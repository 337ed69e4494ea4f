"""Which service an Issue is about, by what it says: one of the rules that are tried in their order."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from slm_extension.adapters.service_rules import NOT_GIVEN, forget_rules

CONDITIONS = ("issue_type", "project", "customer", "for_company", "email_account", "words")
MOST_LETTERS = 2000


class SLMServiceRule(Document):
	def validate(self) -> None:
		self._refuse_endless_words()
		self._refuse_a_service_that_is_gone()
		if not self.disabled and not any(self.get(name) for name in CONDITIONS):
			frappe.msgprint(
				_("This rule asks nothing, so it suits every Issue; rules after it are never tried."),
				alert=True,
				indicator="orange",
			)

	def on_update(self) -> None:
		forget_rules()

	def after_rename(self, *_arguments: Any) -> None:
		forget_rules()

	def on_trash(self) -> None:
		forget_rules()

	def _refuse_endless_words(self) -> None:
		if len(self.words or "") > MOST_LETTERS:
			frappe.throw(
				_("Words in the Subject has {0} letters; {1} are possible. Make several rules of it.").format(
					len(self.words), MOST_LETTERS
				),
				title=_("Too Long"),
			)

	def _refuse_a_service_that_is_gone(self) -> None:
		if not self.disabled and frappe.db.get_value("SLM Service", self.service, "status") in NOT_GIVEN:
			frappe.throw(
				_(
					"{0} is retired and gets no new tickets. Choose another service, or disable the rule."
				).format(frappe.bold(escape_html(self.service))),
				title=_("Service Retired"),
			)
