// Maintenance windows in the calendar.

frappe.views.calendar["SLM Maintenance Window"] = {
	field_map: { start: "starts", end: "ends", id: "name", title: "title", status: "in_time" },
	order_by: "starts",
	fields: ["name", "title", "starts", "ends", "in_time", "cancelled", "announced_on"],
	get_css_class: (window) =>
		window.cancelled ? "default" : window.in_time ? "success" : window.announced_on ? "danger" : "warning",
};
