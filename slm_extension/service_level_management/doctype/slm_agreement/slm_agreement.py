"""An agreement: its rows must make one the domain can measure by, and the agreements in force must not clash."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_years, cint, escape_html, getdate, validate_email_address

from slm_extension.adapters import agreed_satisfaction, metrics, site_time
from slm_extension.adapters.agreement_states import FACING
from slm_extension.adapters.agreements import KINDS, agreement_of, calendar_editions, forget_agreements
from slm_extension.adapters.levels import level_of
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.services import (
	agreements,
	availability_terms,
	catalogue_check,
	chain,
	distribution,
	guarded_fields,
	interruption_terms,
	signing,
	supports,
	versions,
)
from slm_extension.services.chain_layout import refuse_wrong_rows
from slm_extension.services.readiness import refuse_unready
from slm_extension.services.rechecks import recheck_above
from slm_extension.services.remeasure import in_force_since

NEEDED = ("valid_from", "calendar", "targets")
LONGEST_GOAL = 10 * 366 * 24 * 3600
LAST_BEGINNING = date(2100, 12, 31)
YEARS_TO_A_REPORT = 10
"""Holidays and time zones of later years are nobody's to know."""


class SLMAgreement(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, self.kind if self.kind in KINDS else "SLA")

	def before_validate(self) -> None:
		if not self.is_new():
			guarded_fields.keep(self)
		self._clear_what_its_kind_has_not()
		for row in self.targets:
			row.target_id = row.target_id or frappe.generate_hash(length=10)
			if self.docstatus.is_draft():
				metrics.hold_as_usual(row)
		if self.docstatus.is_draft():
			interruption_terms.forget_what_does_not_count(self)
		agreements.totals(self)

	def before_insert(self) -> None:
		guarded_fields.clear(self)
		if self.amended_from:
			previous = frappe.get_doc("SLM Agreement", self.amended_from)
			self.lineage = previous.lineage
			self.agreement_version = previous.agreement_version + 1
		else:
			self.lineage = None
			self.agreement_version = 1

	def after_insert(self) -> None:
		if not self.lineage:
			self.lineage = self.name
			frappe.db.set_value(self.doctype, self.name, "lineage", self.name, update_modified=False)
		supports.join(self)

	def validate(self) -> None:
		if self.docstatus.is_draft():
			versions.keep_draft(self)
			self._refuse_disabled_metrics()
			self._refuse_a_title_that_is_no_name()
		if self.docstatus.is_draft() or self.get("_action") == "submit":
			interruption_terms.refuse_wrong_rows(self)
		if self.is_template:
			return
		self._refuse_missing_terms()
		filled_in(self)
		self._refuse_a_beginning_beyond_reason()
		self._refuse_a_report_beyond_reason()
		self._refuse_a_missing_party()
		self._refuse_unapproved_services()
		self._refuse_endless_goals()
		refuse_wrong_rows(self)
		availability_terms.refuse_wrong_rows(self)
		with refusing(self, self._targets_in_words()):
			agreement_of(self, calendar_editions())
			agreed_satisfaction.objective_of(self)
			for row in self.escalations:
				level_of(row)
		if self.docstatus.is_draft():
			chain.check(self)

	def on_update(self) -> None:
		if self.docstatus.is_draft():
			recheck_above(self)

	def before_submit(self) -> None:
		if self.is_template:
			frappe.throw(
				_("{0} is a template. Make an agreement from it and conclude that.").format(
					frappe.bold(self.title)
				),
				title=_("Template"),
			)
		chain.refuse_unconcluded(self)
		with refusing(self):
			agreements.book_with(self)
		chain.check(self)
		if not signing.concluded_elsewhere(self):
			chain.refuse_weakening(self)
		signing.refuse_other_terms(self)
		refuse_unready(self)
		versions.refuse_unpassed(self)
		versions.conclude(self)

	def on_submit(self) -> None:
		previous = agreements.end_predecessor(self)
		self.db_set("status", agreements.status_on(self, site_time.today()), update_modified=False)
		forget_agreements()
		in_force_since(agreement_of(self, calendar_editions()).starts)
		versions.announce_change(self, previous)
		distribution.share(self)
		catalogue_check.ask_owners(self)
		recheck_above(self)

	def before_update_after_submit(self) -> None:
		guarded_fields.keep(self)
		self._refuse_a_report_beyond_reason()
		self._refuse_an_end_in_the_past()
		self._refuse_a_status_by_hand()
		with refusing(self):
			agreements.book_with(self)

	def on_update_after_submit(self) -> None:
		agreements.after_change(self)
		recheck_above(self)

	def before_cancel(self) -> None:
		guarded_fields.restore(self)
		clocks = frappe.db.exists("SLM Clock", {"agreement": self.name})
		if clocks:
			frappe.throw(
				_(
					"Tickets have been measured by {0}. Terminate it, or make a new version with a later Valid From."
				).format(frappe.bold(self.name)),
				title=_("Agreement in Use"),
			)

	def on_cancel(self) -> None:
		self.db_set("status", "Cancelled", update_modified=False)
		forget_agreements()
		recheck_above(self)

	def _clear_what_its_kind_has_not(self) -> None:
		facing = self.kind in FACING
		if not facing or self.basis != "Customer Group":
			self.customer_groups = []
		if not facing or self.basis not in ("Customer Group", "Territory"):
			self.territories = []
		if self.kind == "UC" and self.is_new():
			self.legally_binding = 1
		if self.kind not in FACING or self.basis != "Customer":
			self.customer = None
			self.customers = self.customers if self.kind in ("OLA", "UC") else []
		if self.kind not in FACING or self.basis == "Default":
			self.services = self.services if self.kind in ("OLA", "UC") else []
		if self.kind == "UC":
			self.teams = []
		if self.kind != "UC":
			self.supplier = None
		if self.kind not in FACING:
			self.rests_on = []
		if self.kind != "SLA":
			self.satisfaction_objective = 0

	def _refuse_disabled_metrics(self) -> None:
		"""What nobody is to promise any more; a later version of what promises it already may."""
		named = {row.metric for row in self.targets if row.metric}
		refused = [] if self.amended_from else metrics.disabled_of(named)
		if refused:
			frappe.throw(
				_("These metrics are disabled: {0}. Choose others for the targets.").format(
					frappe.bold(escape_html(", ".join(refused)))
				),
				title=_("Metric Disabled"),
			)

	def _refuse_missing_terms(self) -> None:
		"""What only a template may leave open."""
		empty = [name for name in NEEDED if not self.get(name)]
		if empty:
			labels = ", ".join(frappe.bold(_(self.meta.get_label(name))) for name in empty)
			frappe.throw(
				_("These are empty: {0}. Fill them in, or mark the agreement as a template.").format(labels),
				frappe.MandatoryError,
				title=_("Agreement Incomplete"),
			)

	def _refuse_a_title_that_is_no_name(self) -> None:
		"""A title is what both sides call the agreement, in lists and on paper."""
		title = (self.title or "").strip()
		if title and validate_email_address(title) == title:
			frappe.throw(
				_(
					"{0} is an e-mail address, no title. Give the agreement a name that both sides know it by, "
					"such as Support for the Online Shop."
				).format(frappe.bold(escape_html(title))),
				title=_("Title Is No Name"),
			)

	def _refuse_a_beginning_beyond_reason(self) -> None:
		"""What is concluded already stays as it is; a slip of the finger is found while it is drafted."""
		first = getdate(self.valid_from)
		if self.docstatus.is_draft() and first > LAST_BEGINNING:
			frappe.throw(
				_("Valid From {0} is too far away; the last day possible is {1}. Check the year.").format(
					frappe.format(first, "Date"), frappe.format(LAST_BEGINNING, "Date")
				),
				title=_("Valid From Too Late"),
			)

	def _refuse_a_report_beyond_reason(self) -> None:
		"""The first report covers the time until its day."""
		if not self.next_report_on or not self.has_value_changed("next_report_on"):
			return
		last = add_years(max(site_time.today(), getdate(self.valid_from)), YEARS_TO_A_REPORT)
		if getdate(self.next_report_on) > last:
			frappe.throw(
				_("Next Report {0} is too far away; the last day possible is {1}. Check the year.").format(
					frappe.format(getdate(self.next_report_on), "Date"), frappe.format(last, "Date")
				),
				title=_("Next Report Too Late"),
			)

	def _refuse_endless_goals(self) -> None:
		for row in self.targets:
			if cint(row.goal) > LONGEST_GOAL:
				frappe.throw(
					_(
						"Row {0} of Targets: a goal of more than ten years cannot be promised. Shorten it."
					).format(row.idx),
					title=_("Goal Too Long"),
				)

	def _targets_in_words(self) -> dict[str, str]:
		"""What a refusal calls a row of Targets: by its place and what it promises."""
		return {
			row.target_id: ", ".join(
				filter(None, [_("row {0}").format(row.idx), _(row.metric), row.priority, row.service])
			)
			for row in self.targets
		}

	def _refuse_a_missing_party(self) -> None:
		"""What is meant for one customer or service must not become a promise to all for want of a name."""
		if self.kind not in FACING:
			return
		if self.basis == "Customer" and not (self.customer or self.get("customers")):
			frappe.throw(
				_("Customer is empty. Name the customer, or choose another Basis."),
				title=_("Customer Missing"),
			)
		if self.basis == "Customer Group" and not self.get("customer_groups"):
			frappe.throw(
				_("Customer Groups is empty. Name the groups, or choose another Basis."),
				title=_("Customer Group Missing"),
			)
		if self.basis == "Territory" and not self.get("territories"):
			frappe.throw(
				_("Territories is empty. Name the territories, or choose another Basis."),
				title=_("Territory Missing"),
			)
		if self.basis == "Service" and not self.services:
			frappe.throw(
				_("Services is empty. Name the services, or choose another Basis."),
				title=_("Service Missing"),
			)

	def _refuse_unapproved_services(self) -> None:
		"""R002: what is not approved cannot be promised."""
		names = [row.service for row in self.services]
		if not names:
			return
		refused = frappe.get_all(
			"SLM Service",
			filters={"name": ["in", names], "status": ["not in", ["Approved", "Live"]]},
			pluck="name",
			order_by="name asc",
		)
		if refused:
			frappe.throw(
				_("These services are not approved: {0}. Approve them first, or take them out.").format(
					frappe.bold(", ".join(refused))
				),
				title=_("Service Not Approved"),
			)

	def _refuse_a_status_by_hand(self) -> None:
		"""What ends or freezes an agreement has a day and a reason, so the host's action alone does not do it."""
		before: Any = self.get_doc_before_save()
		if before is not None and before.status != self.status:
			frappe.throw(
				_("Open {0} and choose {1} there: a day and a reason are needed.").format(
					frappe.bold(self.name), frappe.bold(_("Terminate, Freeze or Lift Freeze"))
				),
				title=_("Day and Reason Missing"),
			)

	def _refuse_an_end_in_the_past(self) -> None:
		before: Any = self.get_doc_before_save()
		if before is None or str(before.valid_until or "") == str(self.valid_until or ""):
			return
		if self.valid_until and getdate(self.valid_until) < site_time.today():
			frappe.throw(
				_(
					"Valid Until {0} has passed already; tickets opened since were measured by this agreement. "
					"Enter today or a later day."
				).format(frappe.format(self.valid_until, "Date")),
				title=_("End in the Past"),
			)
