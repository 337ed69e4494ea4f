app_name = "slm_extension"
app_title = "SLM Extension"
app_publisher = "SLM Extension contributors"
app_description = "Service level management for ERPNext"
app_email = "slm-extension@example.com"
app_license = "GPL-3.0-or-later"

required_apps = ["frappe/erpnext"]

after_install = "slm_extension.install.after_install"
after_migrate = "slm_extension.install.after_migrate"
before_uninstall = "slm_extension.uninstall.before_uninstall"

extend_bootinfo = "slm_extension.overrides.boot.extend"

additional_timeline_content = {"Issue": ["slm_extension.overrides.issue_desk.timeline"]}

doc_events = {
	"Comment": {
		"after_insert": "slm_extension.overrides.comment.after_insert",
	},
	"Communication": {
		"after_insert": "slm_extension.overrides.communication.after_insert",
		"on_update": "slm_extension.overrides.communication.on_update",
	},
	"Holiday List": {
		"on_update": "slm_extension.overrides.holiday_list.on_update",
	},
	"Issue": {
		"after_rename": "slm_extension.overrides.issue.after_rename",
		"before_change": "slm_extension.overrides.issue.before_change",
		"before_insert": [
			"slm_extension.overrides.issue.before_insert",
			"slm_extension.overrides.issue_outage.before_insert",
		],
		"before_rename": "slm_extension.overrides.issue.before_rename",
		"on_change": [
			"slm_extension.overrides.issue.on_change",
			"slm_extension.overrides.issue_outage.on_change",
		],
		"on_trash": [
			"slm_extension.overrides.issue.on_trash",
			"slm_extension.overrides.issue_outage.on_trash",
		],
		"onload": "slm_extension.overrides.issue_desk.onload",
		"validate": [
			"slm_extension.overrides.issue_desk.validate",
			"slm_extension.overrides.issue.validate",
			"slm_extension.overrides.issue_outage.validate",
		],
	},
	(
		"Customer",
		"Customer Group",
		"Issue Priority",
		"Issue Type",
		"SLM Service",
		"Supplier",
		"Territory",
		"User Group",
	): {
		"after_rename": "slm_extension.overrides.named.after_rename",
	},
	("Customer Group", "SLM Service", "Territory"): {
		"after_rename": "slm_extension.overrides.tree_node.after_rename",
		"on_trash": "slm_extension.overrides.tree_node.on_trash",
		"on_update": "slm_extension.overrides.tree_node.on_update",
	},
	("Company", "Customer", "Email Account", "Issue Type", "Project"): {
		"after_rename": "slm_extension.overrides.named.after_rename_in_rules",
	},
	"SLM Calendar": {
		"on_update": "slm_extension.adapters.catalogue.forget_catalogue",
	},
	"ToDo": {
		"after_insert": "slm_extension.overrides.todo.after_insert",
		"on_update": "slm_extension.overrides.todo.on_update",
	},
	"User Group": {
		"on_trash": "slm_extension.adapters.teams.forget_teams",
		"on_update": "slm_extension.adapters.teams.forget_teams",
	},
	"Version": {
		"before_insert": "slm_extension.overrides.version.before_insert",
	},
}

doctype_js = {
	"Contract": "public/js/contract.js",
	"HD Service Level Agreement": "public/js/service_level_agreement.js",
	"Issue": [
		"public/js/issue.js",
		"public/js/issue_corrections.js",
		"public/js/issue_feedback.js",
		"public/js/issue_outage.js",
	],
	"Lead": "public/js/lead.js",
	"Opportunity": "public/js/opportunity.js",
	"SLM Agreement": "public/js/slm_due.js",
	"SLM Service": "public/js/slm_due.js",
	"Service Level Agreement": "public/js/service_level_agreement.js",
}
doctype_list_js = {
	"Issue": "public/js/issue_list.js",
	"SLM Agreement": "public/js/agreement_import.js",
}

fixtures = [
	{"dt": "Custom Field", "filters": [["module", "=", "Service Level Management"]]},
	{
		"dt": "Role",
		"filters": [["name", "in", ["SLM Process Owner", "Service Level Analyst", "Service Level Manager"]]],
	},
]

has_permission = {
	"SLM Breach": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Clock": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Correction": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Escalation Log": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Feedback": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Requirement": "slm_extension.services.requirements.may_write",
	"SLM Ticket Event": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM What-If": "slm_extension.adapters.what_if.may_read_run",
	"SLM What-If Clock": "slm_extension.adapters.permissions.may_read_ticket",
}

ignore_links_on_delete = [
	"SLM Breach",
	"SLM Clock",
	"SLM Correction",
	"SLM Escalation Log",
	"SLM Failed Measure",
	"SLM Feedback",
	"SLM Ticket Event",
	"SLM What-If",
	"SLM What-If Clock",
]

jinja = {
	"methods": [
		"slm_extension.services.print_agreement.slm_printed_agreement",
		"slm_extension.services.print_agreement.slm_printed_annex",
		"slm_extension.services.print_requirement.slm_printed_requirement",
		"slm_extension.services.print_requirement.slm_printed_specification",
	]
}

override_doctype_dashboards = {
	"Contract": "slm_extension.overrides.dashboards.of_contract",
	"Issue": "slm_extension.overrides.dashboards.of_issue",
	"Project": "slm_extension.overrides.dashboards.of_project",
	"Purchase Order": "slm_extension.overrides.dashboards.of_purchase_order",
	"Sales Order": "slm_extension.overrides.dashboards.of_sales_order",
}

override_whitelisted_methods = {
	"erpnext.support.doctype.issue.issue.set_multiple_status": "slm_extension.overrides.issue.set_multiple_status",
	"erpnext.support.doctype.issue.issue.set_status": "slm_extension.overrides.issue.set_status",
	"frappe.email.relink": "slm_extension.overrides.relink.relink",
}

permission_query_conditions = {
	"SLM Breach": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Clock": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Correction": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Correction Restatement": "slm_extension.adapters.permissions.of_readable_restatements",
	"SLM Escalation Log": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Feedback": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Supplier Figure": "slm_extension.adapters.permissions.of_readable_reports",
	"SLM Ticket Event": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM What-If": "slm_extension.adapters.what_if.of_readable_runs",
	"SLM What-If Clock": "slm_extension.adapters.permissions.of_readable_tickets",
}

scheduler_events = {
	"cron": {"*/2 * * * *": ["slm_extension.tasks.beat"]},
	"daily": ["slm_extension.tasks.daily"],
	"daily_long": ["slm_extension.tasks.nightly", "slm_extension.tasks.process"],
	"hourly_long": ["slm_extension.tasks.hourly"],
}

standard_portal_menu_items = [
	{
		"title": "Service Agreements",
		"route": "/agreements",
		"reference_doctype": "SLM Agreement",
		"role": "Customer",
	},
	{
		"title": "Service Agreements",
		"route": "/supplier-agreements",
		"reference_doctype": "SLM Agreement",
		"role": "Supplier",
	},
	{
		"title": "Service Requirements",
		"route": "/service-requirement",
		"reference_doctype": "SLM Requirement",
		"role": "Customer",
	},
	{"title": "Services", "route": "/services", "reference_doctype": "SLM Service", "role": ""},
]

webform_include_js = {
	"Issue": ["public/js/issue_portal.js", "public/js/slm_stars.js", "public/js/issue_feedback_portal.js"]
}

website_route_rules = [
	{"from_route": "/services/<path:service_route>", "to_route": "services"},
	{"from_route": "/supplier-agreements", "to_route": "agreements"},
]
