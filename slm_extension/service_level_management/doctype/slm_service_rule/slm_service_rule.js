// A rule of the catalogue, and what the rules say about an Issue as one would come in.

{% include "slm_extension/public/js/slm_rules.js" %}

frappe.ui.form.on("SLM Service Rule", {
	refresh(frm) {
		frm.add_custom_button(__("Try the Rules"), () =>
			slm.try_rules({
				issue_type: frm.doc.issue_type,
				project: frm.doc.project,
				customer: frm.doc.customer,
				company: frm.doc.for_company,
				email_account: frm.doc.email_account,
			})
		);
	},
});
