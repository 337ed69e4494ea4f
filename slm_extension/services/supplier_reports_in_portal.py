"""Service reports in the portal: what a supplier owes on an agreement of his, has delivered, and delivers there (R182, R291)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, cstr, get_fullname

from slm_extension.adapters import site_time
from slm_extension.adapters.party_permissions import Parties, parties_of
from slm_extension.adapters.supplier_reports import OWED, REPORT
from slm_extension.services import supplier_reports

SHOWN = 24
"""So many reports stand on the page, the newest first."""

KINDS = ("csv", "doc", "docx", "jpeg", "jpg", "ods", "odt", "pdf", "png", "txt", "xls", "xlsx", "zip")
"""Files that a report may be."""


@dataclass(frozen=True, slots=True)
class Line:
	"""A target that a report says something about, and what it says; empty where it says nothing."""

	row: str
	target: str
	decided: str
	met: str


@dataclass(frozen=True, slots=True)
class Shown:
	"""A report as its supplier sees it: nothing of what we measured or noted."""

	name: str
	period_from: date
	period_to: date
	due_on: date
	status: str
	received_on: date | None
	returned_because: str
	text: str
	has_file: bool
	may_deliver: bool
	lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Upload:
	name: str
	content: bytes


def reports_on(agreement: Any) -> tuple[Shown, ...]:
	"""The reports on an agreement, in all its versions, that the session's user owes or has delivered for his suppliers."""
	mine = parties_of()
	names = frappe.get_all(
		REPORT,
		filters={
			"lineage": agreement.lineage or agreement.name,
			"supplier": ["in", sorted(mine.suppliers) or [""]],
			"kind": "UC",
		},
		pluck="name",
		order_by="due_on desc, name desc",
		limit=SHOWN,
	)
	today = site_time.today()
	return tuple(_shown(report, today) for report in (frappe.get_doc(REPORT, name) for name in names))


def _shown(report: Any, today: date) -> Shown:
	return Shown(
		report.name,
		report.period_from,
		report.period_to,
		report.due_on,
		report.status,
		report.received_on,
		cstr(report.returned_because) if report.status in OWED else "",
		cstr(report.report_text),
		bool(report.file),
		report.status in OWED and report.period_from <= today,
		tuple(
			Line(
				row.name,
				f"{_(row.metric)}: {row.target}" if row.target else _(row.metric),
				str(row.decided) if row.reported else "",
				str(row.met) if row.reported else "",
			)
			for row in report.figures
		),
	)


def mine(name: str, for_update: bool = False) -> Any:
	"""A report that the session's user owes for his supplier.

	Raises frappe.DoesNotExistError alike for what is not there and for what is not his.
	"""
	parties: Parties = parties_of()
	if parties.suppliers and name and frappe.db.exists(REPORT, name):
		report = frappe.get_doc(REPORT, name, for_update=for_update)
		if report.kind == "UC" and report.supplier in parties.suppliers:
			return report
	frappe.throw(
		_("There is no service report {0} of yours.").format(
			frappe.bold(frappe.utils.escape_html(cstr(name)[:140]))
		),
		frappe.DoesNotExistError,
		title=_("Not Found"),
	)


def deliver(name: str, text: str, figures: Mapping[str, Any], upload: Upload | None) -> Any:
	"""Deliver a report as its supplier: text, figures by row as he typed them, and a file; returns the report.

	Raises frappe.DoesNotExistError or frappe.ValidationError; then nothing of it is kept.
	"""
	report = mine(name, for_update=True)
	if not isinstance(figures, Mapping):
		frappe.throw(
			_("The figures could not be read. Reload the page and enter them again."), title=_("Figures")
		)
	if report.status in OWED:
		report.report_text = cstr(text).strip() or None
		for row in report.figures:
			_enter(row, figures.get(row.name))
		if upload is not None:
			report.file = _attached(report, upload)
	supplier_reports.deliver_in_portal(
		report, site_time.today(), get_fullname(frappe.session.user), str(frappe.session.user)
	)
	return report


def _enter(row: Any, typed: Any) -> None:
	"""What was typed at a target: both numbers or none."""
	given = typed if isinstance(typed, Mapping) else {}
	decided, met = cstr(given.get("decided")).strip(), cstr(given.get("met")).strip()
	if not decided and not met:
		row.update({"reported": 0, "decided": 0, "met": 0})
		return
	for value in (decided, met):
		if not value.isascii() or not value.isdigit() or len(value) > 10:
			frappe.throw(
				_("{0}: {1} is no number of tickets. Enter both numbers, or leave both empty.").format(
					frappe.bold(_(row.metric)),
					frappe.bold(frappe.utils.escape_html(value[:20]) or _("Nothing")),
				),
				title=_("Figure Cannot Be Used"),
			)
	row.update({"reported": 1, "decided": cint(decided), "met": cint(met)})


def _attached(report: Any, upload: Upload) -> str:
	"""The address of the file, which only those who read the report at the desk can open by it."""
	kind = upload.name.rpartition(".")[2].lower()
	if kind not in KINDS:
		frappe.throw(
			_("{0} cannot be delivered. Send a file of one of these kinds: {1}.").format(
				frappe.bold(frappe.utils.escape_html(upload.name[-140:])), ", ".join(KINDS)
			),
			title=_("Kind of File"),
		)
	if not upload.content:
		frappe.throw(_("The file is empty. Choose another one."), title=_("File Empty"))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": upload.name[-120:],
			"content": upload.content,
			"is_private": 1,
			"attached_to_doctype": REPORT,
			"attached_to_name": report.name,
			"attached_to_field": "file",
		}
	)
	file.insert(ignore_permissions=True)
	# the host lets everybody change, publish and delete a file of his own
	file.db_set("owner", report.owner, update_modified=False)
	return str(file.file_url)
