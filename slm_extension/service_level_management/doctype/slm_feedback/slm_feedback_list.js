{% include "slm_extension/public/js/slm_stars.js" %}

// Feedback: the score as stars.

frappe.listview_settings["SLM Feedback"] = {
	hide_name_column: true,
	formatters: {
		score: (value) => (value ? slm.stars(value).outerHTML : ""),
	},
};
