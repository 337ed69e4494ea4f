// A published specification is changed by its next version.

frappe.ui.form.on("SLM Service Specification", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { is_group: 0, status: ["!=", "Retired"] } }));
	},
	refresh(frm) {
		// Where a workflow leads, nobody sets the state by hand; where it was switched off, somebody has to.
		frm.toggle_enable("status", !frappe.workflow.get_state_fieldname(frm.doctype));
		frm.set_intro();
		if (frm.is_new() || frm.is_dirty()) return;
		if (!["Published", "Superseded", "Withdrawn"].includes(frm.doc.status)) return;
		if (frm.doc.status === "Published") {
			frm.set_intro(__("What was approved stays as it is. A new version changes it."), "blue");
		}
		if (frappe.model.can_create("SLM Service Specification")) {
			frm.add_custom_button(__("New Version"), () =>
				frappe
					.xcall("slm_extension.api.new_specification_version", { specification: frm.docname })
					.then((name) => frappe.set_route("Form", "SLM Service Specification", name))
			);
		}
	},
});
