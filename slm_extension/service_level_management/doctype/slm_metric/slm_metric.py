"""A metric: named conditions that start, stop and hold clocks. Standard ones, and those in use, keep their meaning."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from slm_extension.adapters import metric_words, metrics
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.refusals import filled_in, fits_in, refusing

LONGEST_NAME = 60
SETTLED = ("starts", "stops", "holds", "recurs")


class SLMMetric(Document):
	def before_insert(self) -> None:
		if not self.flags.seeded:
			self.standard = 0

	def onload(self) -> None:
		self.set_onload("meaning", metric_words.meaning(metrics.metric_in(self)))

	def before_validate(self) -> None:
		self.metric_name = " ".join(str(self.metric_name or "").split())

	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		self._refuse_a_long_name()
		self._refuse_rows_twice()
		with refusing(self):
			metrics.metric_in(self)
		if not self.is_new():
			self._refuse_another_meaning()

	def on_update(self) -> None:
		metrics.forget_metrics()
		forget_agreements()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		frappe.throw(
			_("A metric keeps its name: clocks are stored under it. Add another one and disable {0}.").format(
				frappe.bold(frappe.utils.escape_html(old))
			),
			title=_("Metric Keeps Its Name"),
		)

	def on_trash(self) -> None:
		if self.standard:
			frappe.throw(
				_("{0} is a standard metric. Disable it, if nobody is to promise anything on it.").format(
					frappe.bold(self.name)
				),
				title=_("Standard Metric"),
			)
		metrics.forget_metrics()

	def _refuse_a_long_name(self) -> None:
		if len(self.metric_name) > LONGEST_NAME:
			frappe.throw(
				_("A metric's name has at most {0} characters; this one has {1}. Shorten it.").format(
					LONGEST_NAME, len(self.metric_name)
				),
				title=_("Name Too Long"),
			)

	def _refuse_rows_twice(self) -> None:
		for table in ("starts", "stops", "holds"):
			said = [row.what for row in self.get(table)]
			for what in said:
				if said.count(what) > 1:
					frappe.throw(
						_("{0} stands twice under {1}. Remove one.").format(
							frappe.bold(_(what)), frappe.bold(_(self.meta.get_label(table)))
						),
						title=_("Condition Twice"),
					)

	def _refuse_another_meaning(self) -> None:
		"""What was decided by a metric was decided by what it meant then."""
		before: Any = self.get_doc_before_save()
		changed = [field for field in SETTLED if _said(before, field) != _said(self, field)]
		if before is not None and before.standard != self.standard and not self.flags.seeded:
			self.standard = before.standard
		if not changed or self.flags.seeded:
			return
		labels = ", ".join(frappe.bold(_(self.meta.get_label(field))) for field in changed)
		if self.standard:
			frappe.throw(
				_(
					"{0} is a standard metric and means the same everywhere; {1} cannot be changed. Add one of your own."
				).format(frappe.bold(self.name), labels),
				title=_("Standard Metric"),
			)
		if changed != ["holds"]:
			self._refuse_a_change_in_use(labels)

	def _refuse_a_change_in_use(self, labels: str) -> None:
		using = metrics.settled_by(self.name)
		if using:
			frappe.throw(
				_(
					"{0} cannot be changed: clocks have been measured, or will be, by what {1} says on it. "
					"Add another metric for new agreements, and disable this one."
				).format(labels, frappe.bold(frappe.utils.escape_html(using))),
				title=_("Metric in Use"),
			)


def _said(document: Any, field: str) -> object:
	if document is None:
		return None
	value = document.get(field)
	return sorted(str(row.what) for row in value) if isinstance(value, list) else int(value or 0)
