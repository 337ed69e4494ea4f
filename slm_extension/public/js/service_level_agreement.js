// An agreement of the host as a draft of ours, and in words what could not be taken over.

frappe.provide("slm");

slm.import_agreement = async function (source, name) {
	const { agreement, notes } = await frappe.xcall("slm_extension.api.import_agreement", { source, name });
	// A change of page closes whatever dialog is open, so the page goes first.
	await frappe.set_route("Form", "SLM Agreement", agreement);
	frappe.msgprint({
		title: __("Taken Over as a Draft"),
		indicator: "blue",
		message: `<p>${__("Look at these points before it is signed. They are kept in its comments.")}</p><ul>${notes
			.map((note) => `<li>${note}</li>`)
			.join("")}</ul>`,
	});
};

for (const source of ["Service Level Agreement", "HD Service Level Agreement"]) {
	frappe.ui.form.on(source, {
		refresh(frm) {
			if (frm.is_new() || frm.is_dirty() || !frappe.model.can_create("SLM Agreement")) return;
			frm.add_custom_button(
				__("SLM Agreement"),
				() => slm.import_agreement(frm.doctype, frm.docname),
				__("Create")
			);
		},
	});
}
