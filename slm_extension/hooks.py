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

doc_events = {
	"Communication": {
		"after_insert": "slm_extension.overrides.communication.after_insert",
		"on_update": "slm_extension.overrides.communication.on_update",
	},
	"Holiday List": {
		"on_update": "slm_extension.overrides.holiday_list.on_update",
	},
	"Issue": {
		"after_rename": "slm_extension.overrides.issue.after_rename",
		"before_insert": "slm_extension.overrides.issue.before_insert",
		"before_rename": "slm_extension.overrides.issue.before_rename",
		"on_change": "slm_extension.overrides.issue.on_change",
		"on_trash": "slm_extension.overrides.issue.on_trash",
		"validate": "slm_extension.overrides.issue.validate",
	},
	("Customer", "Issue Priority", "Issue Type", "SLM Service"): {
		"after_rename": "slm_extension.overrides.named.after_rename",
	},
	"ToDo": {
		"after_insert": "slm_extension.overrides.todo.after_insert",
	},
}

doctype_js = {"Issue": "public/js/issue.js"}
doctype_list_js = {"Issue": "public/js/issue_list.js"}

fixtures = [
	{"dt": "Custom Field", "filters": [["module", "=", "Service Level Management"]]},
	{
		"dt": "Role",
		"filters": [["name", "in", ["SLM Process Owner", "Service Level Analyst", "Service Level Manager"]]],
	},
]

has_permission = {
	"SLM Clock": "slm_extension.adapters.permissions.may_read_ticket",
	"SLM Ticket Event": "slm_extension.adapters.permissions.may_read_ticket",
}

ignore_links_on_delete = ["SLM Clock", "SLM Failed Measure", "SLM Ticket Event"]

override_whitelisted_methods = {
	"erpnext.support.doctype.issue.issue.set_multiple_status": "slm_extension.overrides.issue.set_multiple_status",
	"erpnext.support.doctype.issue.issue.set_status": "slm_extension.overrides.issue.set_status",
}

permission_query_conditions = {
	"SLM Clock": "slm_extension.adapters.permissions.of_readable_tickets",
	"SLM Ticket Event": "slm_extension.adapters.permissions.of_readable_tickets",
}

scheduler_events = {
	"cron": {"*/2 * * * *": ["slm_extension.tasks.beat"]},
	"daily": ["slm_extension.tasks.daily"],
	"hourly_long": ["slm_extension.tasks.hourly"],
}
