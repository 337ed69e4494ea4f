// A new or changed contract is a reason to ask the customer what he needs.

frappe.ui.form.on("Contract", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.docstatus === 2 || frm.doc.party_type !== "Customer") return;
		if (!frappe.model.can_create("SLM Requirement")) return;
		frm.add_custom_button(
			__("Service Requirement"),
			() => frappe.model.open_mapped_doc({ method: "slm_extension.api.requirement_from_contract", frm }),
			__("Create")
		);
	},
});

// What is promised under a contract, and the annex that goes with it (R389, R391).
frappe.ui.form.on("Contract", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.docstatus === 2) return;
		const parties = { Customer: "SLA", Supplier: "UC" };
		const kind = parties[frm.doc.party_type];
		if (kind && frappe.model.can_create("SLM Agreement")) {
			frm.add_custom_button(
				__("Service Agreement"),
				() =>
					frappe.new_doc("SLM Agreement", {
						kind,
						contract: frm.docname,
						[frappe.scrub(frm.doc.party_type)]: frm.doc.party_name,
					}),
				__("Create")
			);
		}
		if (!frappe.model.can_read("SLM Agreement")) return;
		const name = frm.docname;
		frappe.db
			.get_list("SLM Agreement", {
				filters: { contract: name, docstatus: ["<", 2], is_template: 0 },
				fields: ["name", "title", "document_version"],
				order_by: "creation desc",
				limit: 20,
			})
			.then((agreements) => {
				if (!agreements.length || frm.docname !== name) return;
				frm.add_custom_button(__("Agreement Annex"), () => slm.print_annex(agreements), __("Create"));
			});
	},
});

frappe.provide("slm");

slm.print_annex = function (agreements) {
	const open = (name) => {
		const query = new URLSearchParams({ doctype: "SLM Agreement", name, format: "SLM Agreement Annex", no_letterhead: 0 });
		window.open(`/printview?${query}`);
	};
	if (agreements.length === 1) return open(agreements[0].name);
	frappe.prompt(
		{
			fieldname: "agreement",
			fieldtype: "Select",
			label: __("Agreement"),
			options: agreements.map((one) => ({ value: one.name, label: `${one.title} · ${one.document_version} (${one.name})` })),
			default: agreements[0].name,
			reqd: 1,
		},
		({ agreement }) => open(agreement),
		__("Agreement Annex"),
		__("Print")
	);
};
