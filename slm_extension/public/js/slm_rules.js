// Which service would an Issue get? Asks the server and shows every rule with why it decides or does not.

window.slm = window.slm || {};

slm.try_rules = function (values) {
	const link = (fieldname, label, options) => ({ fieldtype: "Link", fieldname, label, options });
	const dialog = new frappe.ui.Dialog({
		title: __("Which Service Would an Issue Get?"),
		size: "large",
		fields: [
			{
				...link("issue", __("Issue"), "Issue"),
				description: __("Takes its values from an Issue that is there already."),
				onchange: () => slm.take_issue(dialog),
			},
			{ fieldtype: "Section Break" },
			{ fieldtype: "Data", fieldname: "subject", label: __("Subject") },
			link("issue_type", __("Issue Type"), "Issue Type"),
			link("project", __("Project"), "Project"),
			{ fieldtype: "Column Break" },
			link("customer", __("Customer"), "Customer"),
			link("company", __("Company"), "Company"),
			link("email_account", __("Email Account"), "Email Account"),
			{ fieldtype: "Section Break" },
			{ fieldtype: "HTML", fieldname: "answer" },
		],
		primary_action_label: __("Try"),
		primary_action(issue) {
			frappe
				.xcall("slm_extension.api.find_service", { issue })
				.then((answer) => dialog.fields_dict.answer.$wrapper.html(slm.rules_answer(answer)));
		},
	});
	dialog.set_values(values);
	dialog.show();
};

slm.take_issue = function (dialog) {
	const name = dialog.get_value("issue");
	const wanted = ["subject", "issue_type", "project", "customer", "company", "email_account"];
	if (!name) return;
	frappe.db.get_value("Issue", name, wanted).then(({ message }) => dialog.set_values(message));
};

slm.rules_answer = function ({ service, rules }) {
	const safe = frappe.utils.escape_html;
	const head = service
		? __("It would get {0}.", [`<strong>${frappe.utils.get_form_link("SLM Service", service, true, safe(service))}</strong>`])
		: __("It would get no service.");
	if (!rules.length) return `<p>${head}</p><p class="text-muted">${__("There are no rules that are enabled.")}</p>`;
	const rows = rules
		.map(
			(rule) => `<tr${rule.decided ? ' class="bold"' : ""}>
				<td>${frappe.utils.get_form_link("SLM Service Rule", rule.name, true, safe(rule.name))}</td>
				<td>${safe(rule.service)}</td>
				<td><span class="indicator-pill ${rule.decided ? "green" : "gray"} no-indicator-dot">${safe(rule.why)}</span></td></tr>`
		)
		.join("");
	return `<p>${head}</p><table class="table table-bordered small">
		<thead><tr><th>${__("Rule")}</th><th>${__("Service")}</th><th>${__("Result")}</th></tr></thead>
		<tbody>${rows}</tbody></table>`;
};
