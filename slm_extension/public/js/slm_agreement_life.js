// The life of an agreement on its form: the checklist before it is concluded, signing, ending, freezing, revising.

frappe.provide("slm");

slm.agreement_colours = {
	Draft: "gray",
	"In Negotiation": "blue",
	"Group Review": "yellow",
	Approved: "cyan",
	Agreed: "blue",
	"In Force": "green",
	Frozen: "light-blue",
	Superseded: "gray",
	Expired: "orange",
	Terminated: "red",
	Cancelled: "red",
};

slm.checklist_style = `
.slm-checklist { list-style: none; padding: 0; margin: 0; }
.slm-checklist li { display: flex; gap: 8px; padding: 4px 0; align-items: baseline; }
.slm-checklist .slm-mark { flex: none; width: 1.2em; text-align: center; font-weight: 600; }
`;

slm.show_checklist = function (frm) {
	const field = frm.fields_dict.checklist_html;
	const wanted = frm.doc.docstatus === 0 && !frm.is_new() && !frm.doc.is_template;
	field.$wrapper.toggle(wanted);
	if (!wanted) return;
	frappe.dom.set_style(slm.checklist_style, "slm-checklist-style");
	const name = frm.docname;
	frappe.xcall("slm_extension.api.agreement_checklist", { agreement: name }).then((lines) => {
		if (frm.docname !== name) return;
		const open = lines.filter((line) => !line.done);
		const item = (line) =>
			`<li data-line="${line.name}"><span class="slm-mark text-${line.binding ? "danger" : "warning"}" aria-hidden="true">${
				line.binding ? "✗" : "!"
			}</span><span>${slm.escape(line.what)} ${
				line.binding ? `<span class="text-danger">${__("Needed before it is concluded.")}</span>` : ""
			}</span></li>`;
		const done = __("{0} of {1} checks are fine.", [lines.length - open.length, lines.length]);
		field.$wrapper.html(
			`<div class="mb-3"><div class="text-muted mb-1">${done}</div><ul class="slm-checklist">${open
				.map(item)
				.join("")}</ul></div>`
		);
	});
};

slm.call_and_reload = (frm, method, values) =>
	frappe.xcall(`slm_extension.api.${method}`, { agreement: frm.docname, ...values }).then(() => frm.reload_doc());

slm.open_parties = (frm) => [
	...new Set((frm.doc.sign_offs || []).filter((row) => !row.signed_on && !row.void_because).map((row) => row.party)),
];

slm.sign_dialog = function (frm) {
	const parties = slm.open_parties(frm);
	const dialog = new frappe.ui.Dialog({
		title: __("Sign {0}", [slm.escape(frm.doc.title)]),
		fields: [
			{
				fieldname: "party",
				fieldtype: "Select",
				label: __("For"),
				options: parties.map((party) => ({ value: party, label: __(party) })),
				default: parties[0],
				reqd: 1,
			},
			{ fieldname: "full_name", fieldtype: "Data", label: __("Full Name"), reqd: 1, default: frappe.session.user_fullname },
			{ fieldname: "designation", fieldtype: "Data", label: __("Title") },
			{
				fieldname: "on_paper",
				fieldtype: "Check",
				label: __("Signed on Paper"),
				description: __("Somebody else has signed a printed copy. Attach it; your name is kept as the one who entered it."),
				onchange: () => dialog.get_value("on_paper") && dialog.set_value("full_name", ""),
			},
			{
				fieldname: "evidence",
				fieldtype: "Attach",
				label: __("Signed Copy"),
				depends_on: "on_paper",
				mandatory_depends_on: "on_paper",
			},
			{
				fieldname: "note",
				fieldtype: "HTML",
				options: `<p class="text-muted">${__(
					"The signature is bound to the terms as they are now. If they are changed afterwards, it is void and asked for again."
				)}</p>`,
			},
		],
		primary_action_label: __("Sign"),
		primary_action: (values) => {
			dialog.disable_primary_action();
			slm.call_and_reload(frm, "sign_agreement", { ...values, note: undefined })
				.then(() => dialog.hide())
				.catch(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
};

slm.reason_field = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };

slm.end_dialog = (frm) =>
	frappe.prompt(
		[
			{ fieldname: "last_day", fieldtype: "Date", label: __("Last Day"), reqd: 1, default: frappe.datetime.get_today() },
			slm.reason_field,
		],
		(values) => slm.call_and_reload(frm, "terminate_agreement", values),
		__("Terminate {0}", [slm.escape(frm.doc.title)]),
		__("Terminate")
	);

slm.freeze_dialog = (frm) =>
	frappe.prompt(
		[
			{ fieldname: "first_day", fieldtype: "Date", label: __("From"), reqd: 1, default: frappe.datetime.get_today() },
			{ fieldname: "last_day", fieldtype: "Date", label: __("Until"), reqd: 1 },
			{
				...slm.reason_field,
				description: __("On these days the clocks of this agreement stand still. What has been decided stays."),
			},
		],
		(values) => slm.call_and_reload(frm, "freeze_agreement", values),
		__("Freeze {0}", [slm.escape(frm.doc.title)]),
		__("Freeze")
	);

slm.lift_dialog = (frm) =>
	frappe.confirm(__("Count again from today on?"), () => slm.call_and_reload(frm, "lift_freeze"));

// Actions of the workflow that need a day and a reason: asked for here, done by our own methods.
slm.actions_with_reason = {
	Terminate: slm.end_dialog,
	Freeze: slm.freeze_dialog,
	"Lift Freeze": slm.lift_dialog,
};

// The freeze that is on or to come, if it has not been lifted.
slm.coming_freeze = (frm) =>
	(frm.doc.freezes || []).find((row) => !row.lifted_on && row.until_date >= frappe.datetime.get_today());

slm.life_buttons = function (frm) {
	if (frm.is_new() || frm.is_dirty()) return;
	const may = (what) => frm.perm[0] && frm.perm[0][what];
	if (frm.doc.is_template) {
		if (frappe.model.can_create("SLM Agreement"))
			frm.add_custom_button(__("Make Agreement"), () => slm.use_template(frm.docname)).addClass("btn-primary");
		return;
	}
	const signable = frm.doc.docstatus === 0 && (!slm.has_workflow() || frm.doc.status === "Approved");
	if (signable && slm.open_parties(frm).length)
		frm.add_custom_button(__("Sign"), () => slm.sign_dialog(frm)).addClass("btn-primary");
	if (frm.doc.docstatus === 0 && frm.doc.kind === "UC" && !frm.doc.contract_reviewed_by && may("submit"))
		frm.add_custom_button(__("Contract Reviewed"), () =>
			frappe.confirm(__("Put on record that you have read this contract and vouch for it?"), () =>
				slm.call_and_reload(frm, "contract_reviewed")
			)
		);
	if (frm.doc.docstatus === 1 && ["Agreed", "In Force", "Frozen"].includes(frm.doc.status) && may("submit")) {
		if (frappe.model.can_create("SLM Agreement")) frm.add_custom_button(__("New Version"), () => slm.draft_new_version(frm));
		if (frm.doc.revision_needed)
			frm.add_custom_button(__("No Revision Needed"), () =>
				frappe.confirm(__("Leave this agreement as it is?"), () => slm.call_and_reload(frm, "agreement_revised"))
			);
		if (slm.coming_freeze(frm) && frm.doc.status !== "Frozen")
			frm.add_custom_button(__("Lift Freeze"), () => slm.lift_dialog(frm));
		if (!slm.has_workflow()) {
			frm.add_custom_button(__("Terminate"), () => slm.end_dialog(frm), __("Actions"));
			if (frm.doc.status === "Frozen") frm.add_custom_button(__("Lift Freeze"), () => slm.lift_dialog(frm), __("Actions"));
			else frm.add_custom_button(__("Freeze"), () => slm.freeze_dialog(frm), __("Actions"));
		}
	}
};

slm.has_workflow = () => Boolean(frappe.workflow.get_state_fieldname("SLM Agreement"));

slm.use_template = (name) =>
	frappe.model.open_mapped_doc({ method: "slm_extension.api.agreement_from_template", source_name: name });

slm.pick_template = () =>
	frappe.prompt(
		[
			{
				fieldname: "template",
				fieldtype: "Link",
				options: "SLM Agreement",
				label: __("Template"),
				reqd: 1,
				get_query: () => ({ filters: { is_template: 1 } }),
			},
		],
		({ template }) => slm.use_template(template),
		__("New from Template"),
		__("Make Agreement")
	);
