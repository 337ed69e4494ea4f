// On a ticket: the way to ask for a correction of its record, what waits for a decision, and whether it lies above
// the agreed workload.

frappe.provide("slm");

slm.corrections_of = function (frm) {
	const ticket = frm.doc.name;
	const asked = (frm.slm_corrections_asked = Symbol("asked"));
	return frappe
		.xcall("slm_extension.service_level_management.doctype.slm_correction.slm_correction.about_ticket", {
			ticket_type: frm.doctype,
			ticket,
		})
		.then((about) => {
			if (frm.doc.name !== ticket || frm.slm_corrections_asked !== asked) return;
			const links = about.waiting.map(({ name, what }) =>
				frappe.utils.get_form_link("SLM Correction", name, true, frappe.utils.escape_html(__(what)))
			);
			if (links.length) {
				frm.dashboard.add_comment(__("Corrections waiting for a decision: {0}", [links.join(", ")]), "orange", true);
			}
			for (const remark of about.remarks) {
				frm.dashboard.add_comment(frappe.utils.escape_html(remark), "yellow", true);
			}
		});
};

frappe.ui.form.on("Issue", {
	refresh(frm) {
		if (frm.is_new()) return;
		slm.corrections_of(frm);
		if (frm.perm[0]?.write && frappe.model.can_create("SLM Correction")) {
			frm.add_custom_button(__("Correct the Record…"), () =>
				frappe.new_doc("SLM Correction", { ticket_type: frm.doctype, ticket: frm.doc.name })
			);
		}
	},
});
