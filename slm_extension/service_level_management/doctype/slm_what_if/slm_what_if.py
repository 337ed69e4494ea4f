"""A run of a draft over the tickets of a period. The work is in services.what_if; a run is never changed by hand."""

from dataclasses import asdict
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from slm_extension.adapters import site_time
from slm_extension.adapters.clock_words import MISSED
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.adapters.what_if import ROW
from slm_extension.domain.attainment import SMALL_SAMPLE
from slm_extension.services import what_if
from slm_extension.services.export_agreement import Support, export_agreements

LISTED = 20
"""So many missed tickets are shown on the form; the report has them all."""


class SLMWhatIf(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "What-If")

	def validate(self) -> None:
		filled_in(self)
		if not self.is_new():
			self._keep_what_was_counted()

	def before_insert(self) -> None:
		filled_in(self)
		frappe.has_permission("SLM Agreement", "read", self.agreement, throw=True)
		with refusing(self):
			what_if.prepare(self, site_time.now())

	def after_insert(self) -> None:
		what_if.enqueue(self.name)

	def on_trash(self) -> None:
		what_if.forget(self.name)

	def _keep_what_was_counted(self) -> None:
		"""A form that is saved says nothing new; the worker alone writes what a run has come to."""
		before: Any = self.get_doc_before_save()
		if before is not None:
			for field in self.meta.get_valid_columns():
				if field not in ("modified", "modified_by"):
					self.set(field, before.get(field))

	@frappe.whitelist()
	def go_on(self) -> None:
		self.check_permission("write")
		what_if.go_on(self)

	@frappe.whitelist()
	def cancel_run(self) -> None:
		self.check_permission("write")
		what_if.cancel(self)


@frappe.whitelist()
def begin(agreement: str, opened_from: str, opened_until: str) -> str:
	"""Make a run and put it on the job queue; returns its name."""
	frappe.has_permission("SLM What-If", "create", throw=True)
	run = frappe.get_doc(
		{
			"doctype": "SLM What-If",
			"agreement": agreement,
			"opened_from": opened_from,
			"opened_until": opened_until,
		}
	)
	return str(run.insert().name)


@frappe.whitelist()
def standing(run: str) -> dict[str, Any]:
	"""How far a run is; `waiting` tells whether the job queue still has it."""
	document: Any = frappe.get_doc("SLM What-If", run)
	document.check_permission("read")
	going = document.status in what_if.GOING
	return {
		"status": document.status,
		"problem": document.problem,
		"tickets": document.tickets,
		"done": document.done,
		"waiting": what_if.is_on_the_queue(run) if going else False,
	}


@frappe.whitelist()
def figures(run: str) -> dict[str, Any]:
	"""What a run has come to so far, of the tickets that the user may read, and the largest misses."""
	document: Any = frappe.get_doc("SLM What-If", run)
	document.check_permission("read")
	small = cint(frappe.db.get_single_value("SLM Settings", "small_sample")) or SMALL_SAMPLE
	missed = frappe.get_list(
		ROW,
		filters={"what_if": run, "outcome": MISSED},
		fields=[
			"ticket_type",
			"ticket",
			"customer",
			"metric",
			"target",
			"priority",
			"goal",
			"elapsed",
			"overrun",
			"decided_at",
			"cause",
			"responsible",
			"real_outcome",
			"difference",
		],
		order_by="overrun desc, ticket asc, metric asc",
		limit_page_length=LISTED,
	)
	return {
		**asdict(what_if.figures(run, small)),
		"small_sample": small,
		"missed": missed,
		"commands": what_if.command_lines(document),
	}


@frappe.whitelist()
def download_agreement(agreement: str, with_support: bool = True, undated: bool = False) -> None:
	"""The file for `slm replay` and `slm import-agreements`, as a download."""
	documents = [frappe.get_doc("SLM Agreement", agreement)]
	documents[0].check_permission("read")
	support = Support.RESTS_ON if with_support else Support.NONE
	with refusing(documents[0]):
		exported = export_agreements([agreement], support, undated)
	_download(f"{agreement}.toml", exported.text)


@frappe.whitelist()
def download_agreements_of(run: str) -> None:
	"""What a run measures by, as a download."""
	document: Any = frappe.get_doc("SLM What-If", run)
	document.check_permission("read")
	_download(f"{run}.toml", document.agreements_toml)


def _download(name: str, text: str) -> None:
	frappe.response.filename = name
	frappe.response.filecontent = text.encode()
	frappe.response.type = "download"
