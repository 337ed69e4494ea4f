// Maintenance windows: whether each was announced in time.

frappe.listview_settings["SLM Maintenance Window"] = {
	add_fields: ["cancelled", "in_time", "announced_on", "starts", "ends"],
	hide_name_column: true,
	get_indicator(window) {
		if (window.cancelled) return [__("Cancelled"), "gray", "cancelled,=,1"];
		if (window.in_time) return [__("Announced in Time"), "green", "in_time,=,1|cancelled,=,0"];
		if (window.announced_on)
			return [__("Announced Late"), "red", "in_time,=,0|announced_on,is,set|cancelled,=,0"];
		return [__("Not Announced"), "orange", "announced_on,is,not set|cancelled,=,0"];
	},
};
