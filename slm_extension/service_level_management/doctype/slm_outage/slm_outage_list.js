// Outages: those that still count first seen.

frappe.listview_settings["SLM Outage"] = {
	add_fields: ["status", "degradation"],
	hide_name_column: true,
	get_indicator(outage) {
		const colour = { Open: "red", Restored: "orange", Closed: "green", Cancelled: "gray" }[outage.status];
		return [__(outage.status), colour, `status,=,${outage.status}`];
	},
	formatters: {
		degradation: (value) => (value ? __("{0} %", [value]) : ""),
	},
};
