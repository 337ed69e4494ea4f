"""Takes back what the host would keep: the mirror image of install.py and of the fixtures."""

from __future__ import annotations

import frappe

from slm_extension.seeds import (
	agreement_announcement,
	agreement_notices,
	agreement_workflow,
	escalation_mails,
	feedback_request,
	outage_mails,
	requirement_notices,
	requirement_workflows,
	supplier_report_notices,
)

ROLES = ("SLM Process Owner", "Service Level Analyst", "Service Level Manager")


def before_uninstall() -> None:
	drop_custom_fields()
	drop_seeds()
	drop_roles()
	drop_jobs()
	drop_portal_menu()
	drop_settings()


def drop_custom_fields() -> None:
	"""With their columns: a figure that nobody keeps up to date is worse than none."""
	for name, doctype, column in frappe.get_all(
		"Custom Field",
		filters={"module": "Service Level Management"},
		fields=["name", "dt", "fieldname"],
		as_list=True,
		order_by="name asc",
	):
		frappe.delete_doc("Custom Field", name, force=True)
		if frappe.db.has_column(doctype, column):
			frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP COLUMN `{column}`")


def drop_seeds() -> None:
	"""Records of ours in the host's own DocTypes, which would outlive what they are about."""
	agreement_workflow.unseed()
	escalation_mails.unseed()
	agreement_announcement.unseed()
	agreement_notices.unseed()
	requirement_workflows.unseed()
	requirement_notices.unseed()
	outage_mails.unseed()
	feedback_request.unseed()
	supplier_report_notices.unseed()


def drop_roles() -> None:
	for role in ROLES:
		frappe.db.delete("Has Role", {"role": role})
		if frappe.db.exists("Role", role):
			frappe.delete_doc("Role", role, force=True, ignore_permissions=True)


def drop_jobs() -> None:
	"""The host takes scheduled jobs back on its next migration only; until then each would fail."""
	frappe.db.delete("Scheduled Job Type", {"method": ["like", "slm_extension.%"]})


def drop_portal_menu() -> None:
	"""The host takes entries of DocTypes that are gone back on its next migration only."""
	frappe.db.delete("Portal Menu Item", {"reference_doctype": ["like", "SLM %"]})
	frappe.clear_document_cache("Portal Settings", "Portal Settings")


def drop_settings() -> None:
	"""The host drops the DocType, but not what was entered in a single one."""
	frappe.db.delete("Singles", {"doctype": "SLM Settings"})
