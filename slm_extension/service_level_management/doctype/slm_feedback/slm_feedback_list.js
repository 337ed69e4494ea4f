{% include "slm_extension/public/js/slm_stars.js" %}

// Feedback: the score as stars, the dissatisfied in red.

frappe.listview_settings["SLM Feedback"] = {
	add_fields: ["score", "expected_score", "channel"],
	hide_name_column: true,
	get_indicator(feedback) {
		if (feedback.score >= 4) return [__("Satisfied"), "green", "score,>=,4"];
		if (feedback.score === 3) return [__("Neither"), "orange", "score,=,3"];
		return [__("Dissatisfied"), "red", "score,<=,2"];
	},
	formatters: {
		score: (value) => (value ? slm.stars(value).outerHTML : ""),
	},
};
