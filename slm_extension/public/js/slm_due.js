// Saying that a review was held or a deliverable delivered: one dialog, which proposes the next date.

frappe.provide("slm");

slm.say_done = function (doctype, name, item, then) {
	return frappe.xcall("slm_extension.api.next_due", { doctype, name, item }).then((task) => {
		const day = (value) => frappe.datetime.str_to_user(value).bold();
		const several = task.next.length > 1;
		const dialog = new frappe.ui.Dialog({
			title: task.due ? __("Done: due on {0}", [frappe.datetime.str_to_user(task.due)]) : __("Done"),
			fields: [
				{ fieldtype: "HTML", options: `<p>${frappe.utils.escape_html(task.what)}</p>` },
				{
					fieldname: "next_on",
					fieldtype: "Date",
					label: __("Next Due"),
					default: task.next[0],
					reqd: task.due ? 0 : 1,
					description: several
						? __("{0} is late as well. Choose {1} if everything up to today is done.", [day(task.next[0]), day(task.next[1])])
						: task.next.length
						? ""
						: __("It does not recur. Leave it empty if nothing follows."),
				},
				{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), description: __("Such as where it is kept.") },
			],
			primary_action_label: __("Done"),
			primary_action(values) {
				dialog.disable_primary_action();
				frappe
					.xcall("slm_extension.api.mark_done", { doctype, name, item, due_on: task.due, ...values })
					.then((next) => {
						dialog.hide();
						frappe.show_alert({
							message: next ? __("Next due on {0}.", [frappe.datetime.str_to_user(next)]) : __("Done; nothing follows."),
							indicator: "green",
						});
						then();
					})
					.catch(() => dialog.enable_primary_action());
			},
		});
		dialog.show();
	});
};

frappe.ui.form.on("SLM Agreement", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1 || !frm.perm[0]?.write) return;
		const offer = (label, item) =>
			frm.add_custom_button(label, () => slm.say_done(frm.doctype, frm.docname, item, () => frm.reload_doc()), __("Done"));
		if (frm.doc.next_review_on || frm.doc.review_frequency) offer(__("Review"), "next_review_on");
		// what others owe us is on record, a document a report
		const on_record = ["OLA", "UC", "Commitment"].includes(frm.doc.kind) && frm.doc.report_frequency;
		if (frm.doc.next_report_on && !on_record) offer(__("Service Report"), "next_report_on");
		for (const row of frm.doc.deliverables || []) {
			if (row.next_due) offer(frappe.utils.escape_html(row.deliverable), row.name);
		}
	},
});

frappe.ui.form.on("SLM Service", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write || !frm.doc.next_quality_review) return;
		frm.add_custom_button(
			__("Quality Review"),
			() => slm.say_done(frm.doctype, frm.docname, "next_review_on", () => frm.reload_doc()),
			__("Done")
		);
	},
});
