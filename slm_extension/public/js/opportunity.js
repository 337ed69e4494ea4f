// What a customer or lead needs of a service, written down from where sales first hears of it.

frappe.ui.form.on("Opportunity", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status === "Lost" || !frappe.model.can_create("SLM Requirement")) return;
		frm.add_custom_button(
			__("Service Requirement"),
			() => frappe.model.open_mapped_doc({ method: "slm_extension.api.requirement_from_opportunity", frm }),
			__("Create")
		);
	},
});
