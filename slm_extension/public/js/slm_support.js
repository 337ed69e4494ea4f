// From an agreement with a customer to what it needs beneath: an OLA, a UC, a request for a supplier.

frappe.provide("slm");

slm.support_ended = ["Superseded", "Expired", "Terminated", "Cancelled"];

slm.support_buttons = function (frm) {
	const doc = frm.doc;
	if (frm.is_new() || doc.is_template || slm.support_ended.includes(doc.status)) return;
	const open = (method, args) => () => frappe.model.open_mapped_doc({ method: `slm_extension.api.${method}`, frm, args });
	if (["SLA", "Commitment"].includes(doc.kind) && frappe.model.can_create("SLM Agreement")) {
		for (const kind of ["OLA", "UC"]) frm.add_custom_button(__(kind), open("support_for", { kind }), __("Create"));
	}
	if (doc.external_support_needed && doc.kind !== "UC") {
		frm.add_custom_button(__("Request a Supplier"), open("supplier_request"), __("Create"));
	}
};
