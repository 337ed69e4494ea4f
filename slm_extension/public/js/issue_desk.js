// What people do with a ticket on its form: say whom it waits for, acknowledge, escalate, mark it as a duplicate;
// and the team that an assignment brings shows without a reload.

frappe.provide("slm");

slm.onload_of = (frm) => frm.doc.__onload?.slm || {};

// With whom the ticket is may change past the form. What nobody is editing follows; the document stays clean.
slm.follow_holder = function (frm, holder) {
	const seen = frm.doc.__onload?.slm;
	if (!seen || !holder) return;
	for (const [field, value] of Object.entries(holder)) {
		const before = seen[field] || "";
		if (!frm.fields_dict[field] || value === before) continue;
		seen[field] = value;
		if ((frm.doc[field] || "") !== before) continue;
		frm.doc[field] = value;
		frm.refresh_field(field);
		frm.layout?.refresh_dependency();
	}
};

// A status in which the ticket waits: whom for, and why. Cancelling leaves the status as it was.
slm.ask_whom = function (frm) {
	const { asks = {} } = slm.onload_of(frm);
	const { status } = frm.doc;
	const before = frm.slm_status;
	const whom = asks[status];
	if (frm.is_new() || status === before) return;
	if (!whom) {
		frm.slm_status = status;
		return frm.doc.slm_waiting_for && frm.set_value({ slm_waiting_for: "", slm_waiting_reason: "" });
	}
	const goes_on = [undefined, whom].includes(asks[before]) || frm.doc.slm_waiting_for !== frm.slm_whom_before;
	if (frm.doc.slm_waiting_for && goes_on) {
		frm.slm_status = status;
		return;
	}
	slm.whom_dialog(frm, status, whom).then((answer) => {
		if (!answer) return frm.set_value("status", before);
		frm.slm_status = status;
		return frm.set_value(answer);
	});
};

slm.may_choose = (doctype) => frappe.model.can_read(doctype) || frappe.model.can_select(doctype);

// Who may not look into the suppliers chooses among those with a contract for the ticket.
slm.supplier_field = function (frm) {
	const free = slm.may_choose("Supplier");
	return {
		fieldname: "slm_supplier",
		fieldtype: free ? "Link" : "Select",
		options: free ? "Supplier" : [frm.doc.slm_supplier || ""],
		label: __("Supplier"),
		default: frm.doc.slm_supplier,
		depends_on: "eval:doc.slm_waiting_for == 'Supplier'",
		mandatory_depends_on: free ? "eval:doc.slm_waiting_for == 'Supplier'" : "",
	};
};

slm.WHOM = () => ({ Customer: __("the customer"), Supplier: __("a supplier"), Other: __("somebody else") });

// A hold that came past the form (a bulk action, the API, a mail) is asked about afterwards, until somebody answers.
slm.ask_afterwards = function (frm) {
	const hold = frm.slm_unexplained;
	const { status } = frm.doc;
	const wanted =
		hold?.ticket === frm.docname && status === frm.slm_status && !frm.doc.slm_waiting_for && slm.onload_of(frm).asks?.[status];
	const asked = wanted && [hold.ticket, hold.since, status].join(" ");
	if (asked && asked === frm.slm_hold_asked && document.contains(frm.slm_hold_note?.[0])) return;
	frm.slm_hold_note?.remove();
	frm.slm_hold_note = null;
	frm.slm_hold_asked = asked;
	if (!asked) return;
	const whom = slm.WHOM()[hold.waits_for];
	const said = __("{0} since {1}: nobody said whom it waits for, and why.", [
		__(status).bold(),
		slm.escape(slm.when(hold.since, hold.now)),
	]);
	const counted = __("Until somebody does, it counts as waiting for {0}.", [whom]);
	const button = frm.perm[0]?.write
		? `<button type="button" class="btn btn-default btn-xs slm-say-whom" style="background: var(--fg-color)">${__("Say Whom and Why")}</button>`
		: "";
	const style = "display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; justify-content: space-between; padding-right: 24px";
	frm.set_intro(`<div class="slm-held-unexplained" style="${style}"><span>${said} ${counted}</span>${button}</div>`, "orange");
	frm.slm_hold_note = frm.layout.message.children().last();
	frm.slm_hold_note.find("button").on("click", () => slm.explain_hold(frm, hold, whom));
};

slm.explain_hold = function (frm, hold, whom) {
	const { docname } = frm;
	const hint = __(
		"So far it counts as waiting for {0}. Your answer counts from now on; if it was otherwise before, ask for a correction.",
		[whom]
	);
	return slm.whom_dialog(frm, frm.doc.status, hold.waits_for, hint).then((answer) => {
		if (!answer || frm.docname !== docname) return;
		return frm.set_value(answer).then(() => frm.save());
	});
};

slm.whom_dialog = function (frm, status, whom, hint) {
	return new Promise((resolve) => {
		let answer = null;
		const dialog = new frappe.ui.Dialog({
			title: __("{0}: Whom Does It Wait For?", [__(status)]),
			fields: [
				...(hint ? [{ fieldtype: "HTML", fieldname: "hint", options: `<p class="text-muted">${hint}</p>` }] : []),
				{
					fieldname: "slm_waiting_for",
					fieldtype: "Select",
					label: __("Waiting For"),
					options: ["Customer", "Supplier", "Other"].map((value) => ({ value, label: __(value) })),
					default: whom,
					reqd: 1,
				},
				slm.supplier_field(frm),
				{ fieldname: "suggestions", fieldtype: "HTML", depends_on: "eval:doc.slm_waiting_for == 'Supplier'" },
				{
					fieldname: "slm_waiting_reason",
					fieldtype: "Small Text",
					label: __("Why"),
					max_height: "5.5rem",
					mandatory_depends_on: "eval:doc.slm_waiting_for != 'Customer'",
					description: __("It is kept with the hold and shown wherever the time is accounted for."),
				},
			],
			primary_action_label: __("Continue"),
			primary_action(values) {
				answer = { slm_waiting_for: values.slm_waiting_for, slm_waiting_reason: values.slm_waiting_reason || "" };
				if (values.slm_waiting_for === "Supplier") answer.slm_supplier = values.slm_supplier || "";
				dialog.hide();
			},
			secondary_action_label: __("Cancel"),
			secondary_action: () => dialog.hide(),
		});
		dialog.onhide = () => resolve(answer);
		dialog.show();
		slm.suggest_suppliers(frm, dialog);
	});
};

slm.suggest_suppliers = function (frm, dialog) {
	const { doctype: ticket_type, docname: ticket } = frm;
	return frappe.xcall("slm_extension.api.contracted_suppliers", { ticket_type, ticket }).then((found) => {
		const $wrapper = dialog.fields_dict.suggestions.$wrapper;
		if (!found.length) {
			$wrapper.html(`<p class="text-muted small">${__("No contract with a supplier covers this ticket.")}</p>`);
			return;
		}
		const field = dialog.fields_dict.slm_supplier;
		if (field.df.fieldtype === "Select") {
			const names = [frm.doc.slm_supplier, ...found.map((one) => one.supplier)].filter(Boolean);
			dialog.set_df_property("slm_supplier", "options", ["", ...new Set(names)]);
		}
		const buttons = found.map(
			(one, index) =>
				`<button type="button" class="btn btn-default btn-xs" data-index="${index}" title="${slm.escape(one.title)}">${slm.escape(one.supplier)}</button>`
		);
		$wrapper.html(
			`<div class="small" style="margin: -6px 0 12px; display: flex; flex-wrap: wrap; gap: 6px; align-items: center">
				<span class="text-muted">${__("With a contract for this ticket:")}</span>${buttons.join("")}</div>`
		);
		$wrapper.find("button").on("click", (event) => dialog.set_value("slm_supplier", found[$(event.currentTarget).data("index")].supplier));
		if (found.length === 1 && !dialog.get_value("slm_supplier")) dialog.set_value("slm_supplier", found[0].supplier);
	});
};

slm.desk_buttons = function (frm) {
	if (frm.is_new() || !frm.perm[0]?.write) return;
	const group = __("Service Level");
	const done = ["Closed", "Resolved"].includes(frm.doc.status);
	if (!done) {
		frm.add_custom_button(__("Acknowledge"), () => slm.acknowledge(frm), group);
		frm.add_custom_button(__("Take"), () => slm.take(frm), group);
		frm.add_custom_button(__("Escalate…"), () => slm.escalate(frm), group);
	}
	if (frm.doc.slm_duplicate_of) {
		frm.add_custom_button(__("Not a Duplicate"), () => slm.set_duplicate(frm, null), group);
	} else {
		frm.add_custom_button(__("Mark as Duplicate…"), () => slm.mark_duplicate(frm), group);
	}
};

slm.said = (frm, sentence) => {
	frappe.show_alert({ message: sentence, indicator: "green" });
	return frm.reload_doc();
};

slm.acknowledge = (frm) =>
	frappe.xcall("slm_extension.api.acknowledge", { ticket: frm.docname }).then((sentence) => slm.said(frm, sentence));

slm.take = (frm) =>
	frappe.xcall("slm_extension.api.take", { ticket: frm.docname }).then((sentence) => slm.said(frm, sentence));

slm.escalate = function (frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Escalate {0}", [slm.escape(frm.docname)]),
		fields: [
			{
				fieldname: "team",
				fieldtype: "Link",
				options: "User Group",
				label: __("To the Team"),
				only_select: 1,
				description: __("Empty: it goes to the next level and stays with its team."),
			},
		],
		primary_action_label: __("Escalate"),
		primary_action({ team }) {
			dialog.disable_primary_action();
			frappe
				.xcall("slm_extension.api.escalate", { ticket: frm.docname, team })
				.then((sentence) => {
					dialog.hide();
					return slm.said(frm, sentence);
				})
				.finally(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
};

// Refused (it would be a circle), the form says again what it said before.
slm.set_duplicate = function (frm, original) {
	const before = frm.doc.slm_duplicate_of;
	const kept = (answer) => answer.exc && frm.set_value("slm_duplicate_of", before);
	return frm.set_value("slm_duplicate_of", original).then(() => frm.save("Save", kept));
};

slm.mark_duplicate = function (frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Mark as Duplicate"),
		fields: [
			{
				fieldname: "original",
				fieldtype: "Link",
				options: "Issue",
				label: __("Duplicate Of"),
				reqd: 1,
				get_query: () => slm.originals_of(frm),
				description: __("The clocks of this ticket are cancelled. They come back if it turns out not to be a duplicate."),
			},
		],
		primary_action_label: __("Mark as Duplicate"),
		primary_action({ original }) {
			dialog.hide();
			slm.set_duplicate(frm, original);
		},
	});
	dialog.show();
};

slm.originals_of = (frm) => ({
	filters: [
		["Issue", "name", "!=", frm.doc.name],
		["Issue", "slm_duplicate_of", "!=", frm.doc.name],
	],
});

frappe.ui.form.on("Issue", {
	setup(frm) {
		frm.set_query("slm_duplicate_of", () => slm.originals_of(frm));
	},
	refresh(frm) {
		for (const field of ["slm_supplier", "slm_team"]) {
			// The host asks for a right to read even of a name that was chosen for the user.
			const control = frm.fields_dict[field];
			if (control) control.df.ignore_link_validation = slm.may_choose(control.df.options) ? 0 : 1;
		}
		frm.slm_status = frm.doc.status;
		frm.slm_whom_before = frm.doc.slm_waiting_for;
		slm.desk_buttons(frm);
		slm.ask_afterwards(frm);
	},
	status(frm) {
		slm.ask_whom(frm);
		slm.ask_afterwards(frm);
	},
	slm_waiting_for(frm) {
		slm.ask_afterwards(frm);
	},
});
