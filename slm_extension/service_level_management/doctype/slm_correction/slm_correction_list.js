// Corrections: those that wait for a decision first seen.

frappe.listview_settings["SLM Correction"] = {
	hide_name_column: true,
	get_indicator(correction) {
		const colour = { Requested: "orange", Approved: "green", Rejected: "red", Withdrawn: "gray" }[correction.status];
		return [__(correction.status), colour, `status,=,${correction.status}`];
	},
};
