// What a lead needs of a service, written down before it is a customer.

frappe.ui.form.on("Lead", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_create("SLM Requirement")) return;
		frm.add_custom_button(
			__("Service Requirement"),
			() => frappe.model.open_mapped_doc({ method: "slm_extension.api.requirement_from_lead", frm }),
			__("Create")
		);
	},
});
