"""What a site gets on installation, and again, with the same result, on every migration."""

from __future__ import annotations

import frappe

from slm_extension.adapters.facts import ISSUE_STATUSES
from slm_extension.seeds import (
	agreement_announcement,
	agreement_notices,
	agreement_templates,
	agreement_workflow,
	catalogue,
	escalation_mails,
	feedback_request,
	glossary,
	metrics,
	outage_mails,
	requirement_notices,
	requirement_workflows,
	supplier_report_notices,
)
from slm_extension.seeds.once import once

INDEXES = {
	"SLM Clock": (
		("ticket", "ticket_type"),
		("next_at", "name"),
		("phase", "due"),
		("tally", "excused"),
		("agreement", "tally", "excused"),
	),
	"SLM Ticket Event": (
		("ticket", "ticket_type", "at_instant"),
		("kind", "value"),
		("recorded_instant", "kind", "source", "ticket"),
	),
	"SLM Correction": (("ticket", "ticket_type"), ("requested_by", "requested_on")),
	"SLM Failed Measure": (("ticket", "ticket_type"),),
	"SLM Breach": (("clock",), ("status", "missed_instant"), ("standing", "period"), ("asked_on",)),
	"SLM Escalation Log": (("status", "reached_instant"), ("sent_at",)),
	"SLM Calendar Edition": (("calendar", "recorded_instant"),),
	"SLM Supplier Report": (("due_on", "status"),),
	"SLM What-If Clock": (("what_if", "ticket"),),
}
"""What we look tables up by; an index's name is made of its columns."""

UNIQUE = {
	"SLM Breach": ("ticket_type", "ticket", "clock_key"),
	"SLM Escalation Log": ("ticket_type", "ticket", "clock_key", "level"),
	"SLM Outage": ("data_source", "measurement_id"),
	"SLM Supplier Report": ("lineage", "first_due_on"),
}
"""Of what there is one row each, whoever writes it and however often."""


def after_install() -> None:
	after_migrate()


def after_migrate() -> None:
	seed_settings()
	metrics.seed()
	seed_records()
	add_indexes()


def seed_settings() -> None:
	"""Give each status of an Issue its meaning, where nobody has given it one yet."""
	settings = frappe.get_single("SLM Settings")
	known = {row.status for row in settings.status_meanings}
	missing = [status for status in ISSUE_STATUSES if status not in known]
	if not missing and settings.small_sample:
		return
	for status in missing:
		settings.append("status_meanings", {"status": status, "meaning": ISSUE_STATUSES[status]})
	if not known:
		settings.enabled = 1
	settings.small_sample = settings.small_sample or 20
	settings.save(ignore_permissions=True)


def seed_new_settings() -> None:
	"""The defaults of fields that came later; a single document that has been saved gets none of its own."""
	for field in frappe.get_meta("SLM Settings").fields:
		if field.default and not frappe.db.exists(
			"Singles", {"doctype": "SLM Settings", "field": field.fieldname}
		):
			frappe.db.set_single_value("SLM Settings", field.fieldname, field.default, update_modified=False)


def seed_records() -> None:
	"""What a site may change or delete for good."""
	once("agreement settings", seed_new_settings)
	once("settings of teams, levels and breaches", seed_new_settings)
	once("settings of corrections", seed_new_settings)
	once("settings of feedback", seed_new_settings)
	once("escalation mails", escalation_mails.seed)
	once("agreement workflow", agreement_workflow.seed)
	once("agreement announcement", agreement_announcement.seed)
	once("agreement notices", agreement_notices.seed)
	once("agreement templates", agreement_templates.seed)
	once("service catalogue", catalogue.seed)
	once("requirement workflows", requirement_workflows.seed)
	once("requirement notices", requirement_notices.seed)
	once("glossary", glossary.seed)
	once("outage mails", outage_mails.seed)
	once("feedback request", feedback_request.seed)
	once("supplier report notices", supplier_report_notices.seed)


def add_indexes() -> None:
	for doctype, indexes in INDEXES.items():
		for columns in indexes:
			frappe.db.add_index(doctype, list(columns), index_name="slm_" + "_".join(columns)[:55])
	for doctype, columns in UNIQUE.items():
		frappe.db.add_unique(doctype, list(columns), constraint_name=f"slm_one_{frappe.scrub(doctype)}")
