// What a requirement becomes, how offers stand beside wishes, and what can be chosen.

frappe.provide("slm");

slm.level_units = {
	Availability: ["% of service hours", "hours a day", "hours a week"],
	"Number of Failures": ["a month", "a quarter", "a year"],
	"Failure Frequency": ["days between failures", "hours between failures"],
	"Failure Duration": ["hours", "minutes"],
	"Response Time": ["hours", "minutes"],
	"Turnaround Time": ["hours", "minutes"],
};
slm.agreed_states = ["Agreed", "In Agreement", "Archived"];

slm.set_requirement_queries = function (frm) {
	frm.set_query("customer", () => ({ filters: { disabled: 0 } }));
	frm.set_query("calendar", () => ({ filters: { disabled: 0 } }));
	for (const table of ["services", "levels", "components"]) {
		frm.set_query("service", table, () => ({ filters: { is_group: 0, status: ["!=", "Retired"] } }));
	}
	frm.set_query("matched_agreement", () => ({
		filters: { kind: ["in", ["SLA", "Commitment"]], docstatus: ["<", 2] },
	}));
	frm.set_query("contact", "participants", () =>
		frm.doc.customer
			? {
					query: "frappe.contacts.doctype.contact.contact.contact_query",
					filters: { link_doctype: "Customer", link_name: frm.doc.customer },
			  }
			: {}
	);
};

slm.catalogue_services = (frm) => [
	...new Set([...(frm.doc.services || []), ...(frm.doc.levels || [])].map((row) => row.service).filter(Boolean)),
];

slm.add_requirement_buttons = function (frm) {
	if (frm.is_new() || frm.is_dirty()) return;
	const add = (label, what, doctype) =>
		frappe.model.can_create(doctype) && frm.add_custom_button(label, what, __("Create"));
	if (slm.agreed_states.includes(frm.doc.status)) {
		add(__("Agreement"), () => slm.ask_for_agreement(frm), "SLM Agreement");
	}
	add(__("Service Specification"), () => slm.ask_for_specification(frm), "SLM Service Specification");
	if (!frm.doc.quality_plan && frm.perm[1]?.write) {
		add(__("Quality Plan"), () => slm.make_quality_plan(frm), "Quality Goal");
	}
};

slm.ask_for_agreement = function (frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Draft an Agreement"),
		fields: [
			{
				fieldname: "valid_from",
				fieldtype: "Date",
				label: __("Valid From"),
				reqd: 1,
				default: frm.doc.needed_by > frappe.datetime.get_today() ? frm.doc.needed_by : frappe.datetime.get_today(),
			},
			{
				fieldname: "calendar",
				fieldtype: "Link",
				options: "SLM Calendar",
				label: __("Calendar"),
				default: frm.doc.calendar,
				reqd: !(frm.doc.hours || []).length,
				get_query: () => ({ filters: { disabled: 0 } }),
				description: (frm.doc.hours || []).length
					? __("Empty: a calendar is made of the hours of this requirement.")
					: __("When the service is attended."),
			},
		],
		primary_action_label: __("Make the Draft"),
		primary_action(values) {
			dialog.hide();
			frappe
				.xcall("slm_extension.api.agreement_from_requirement", { requirement: frm.docname, ...values })
				.then((name) => frappe.set_route("Form", "SLM Agreement", name));
		},
	});
	dialog.show();
};

slm.ask_for_specification = function (frm) {
	const services = slm.catalogue_services(frm);
	const make = (service) =>
		frappe
			.xcall("slm_extension.api.specification_from_requirement", { requirement: frm.docname, service })
			.then((name) => frappe.set_route("Form", "SLM Service Specification", name));
	if (services.length < 2) return make(services[0]);
	frappe.prompt(
		{ fieldname: "service", fieldtype: "Select", label: __("Service"), options: services, reqd: 1, default: services[0] },
		({ service }) => make(service),
		__("Which Service?"),
		__("Make the Draft")
	);
};

slm.make_quality_plan = (frm) =>
	frappe
		.xcall("slm_extension.api.quality_plan_from_requirement", { requirement: frm.docname })
		.then((name) => frappe.set_route("Form", "Quality Goal", name));

// Both sides should see at a glance where they do not expect the same.
slm.show_gaps = function (frm) {
	const open = [], short = [];
	for (const row of frm.doc.levels || []) {
		const name = [__(row.metric), row.priority, row.service].filter(Boolean).join(", ");
		if (row.offer === "To Be Discussed") open.push(name);
		else if (row.gap && row.offer === "Otherwise") short.push(`${name}: ${row.gap}`);
	}
	for (const row of frm.doc.expectations || []) {
		const name = frappe.ellipsis(row.expectation || "", 80);
		if (row.gap === "To Be Discussed") open.push(name);
		else if (row.gap !== "None") short.push(`${name}: ${__(row.gap)}`);
	}
	const list = (title, lines) =>
		lines.length
			? `<p class="mb-1"><strong>${title}</strong></p><ul>${lines
					.map((line) => `<li>${frappe.utils.escape_html(line)}</li>`)
					.join("")}</ul>`
			: "";
	const rows = (frm.doc.levels || []).length + (frm.doc.expectations || []).length;
	const same = rows && !open.length && !short.length ? `<p class="text-muted">${__("Everything wanted is offered.")}</p>` : "";
	frm.get_field("gaps").html(
		list(__("Still to be discussed"), open) + list(__("Offered otherwise than wanted"), short) + same
	);
};

slm.say_what_is_next = function (frm) {
	frm.set_intro();
	if (frm.is_new()) return;
	const next = {
		Draft: __("Write down what is needed, then clarify it with the customer."),
		"In Clarification": __("Talk to the customer until the problem is clear, then finish the analysis under Provider."),
		Analysed: __("Offer something for every row under Services and Levels, and name who agrees on both sides under People."),
		Agreed: __("Both sides have agreed. Create the agreement from here."),
	}[frm.doc.status];
	if (next) frm.set_intro(next, "blue");
};

frappe.ui.form.on("SLM Requirement", {
	setup: slm.set_requirement_queries,
	refresh(frm) {
		// Where a workflow leads, nobody sets the state by hand; where it was switched off, somebody has to.
		frm.toggle_enable("status", !frappe.workflow.get_state_fieldname(frm.doctype));
		slm.say_what_is_next(frm);
		slm.add_requirement_buttons(frm);
		slm.show_gaps(frm);
	},
});

frappe.ui.form.on("SLM Requirement Level", {
	metric(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		const units = slm.level_units[row.metric] || [];
		if (units.length && !units.includes(row.unit)) frappe.model.set_value(cdt, cdn, "unit", units[0]);
	},
	form_render(frm, cdt, cdn) {
		const units = slm.level_units[locals[cdt][cdn].metric];
		const field = frm.fields_dict.levels.grid.grid_rows_by_docname[cdn]?.grid_form?.fields_dict.unit;
		if (units && field) {
			field.df.options = units;
			field.refresh();
		}
	},
});
