{% include "slm_extension/public/js/slm_rules.js" %}

frappe.listview_settings["SLM Service Rule"] = {
	add_fields: ["disabled"],
	get_indicator(rule) {
		return rule.disabled
			? [__("Disabled"), "gray", "disabled,=,1"]
			: [__("Enabled"), "green", "disabled,=,0"];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Try the Rules"), () => slm.try_rules({}));
	},
};
