{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_agreement_life.js" %}

// Where each agreement stands in its life, and how a new one begins.

frappe.listview_settings["SLM Agreement"] = {
	add_fields: ["status", "kind", "document_version", "is_template", "revision_needed", "chain_state"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		if (doc.is_template) return [__("Template"), "purple", "is_template,=,1"];
		if (doc.revision_needed) return [__("Revision Needed"), "orange", "revision_needed,=,1"];
		return [__(doc.status), slm.agreement_colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		if (!frappe.model.can_create("SLM Agreement")) return;
		listview.page.add_inner_button(__("New from Template"), slm.pick_template);
	},
};
