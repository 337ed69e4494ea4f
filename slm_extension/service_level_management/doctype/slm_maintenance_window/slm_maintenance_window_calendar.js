// Maintenance windows in the calendar, and beside them what agreements let be interrupted.

frappe.views.calendar["SLM Maintenance Window"] = {
	field_map: { start: "starts", end: "ends", id: "name", title: "title", status: "in_time" },
	order_by: "starts",
	fields: ["name", "title", "starts", "ends", "in_time", "cancelled", "announced_on"],
	get_events_method: "slm_extension.api.maintenance_calendar",
	get_css_class(one) {
		if (one.agreed_interruption) return "purple";
		return one.cancelled ? "gray" : one.in_time ? "success" : one.announced_on ? "danger" : "warning";
	},
	options: {
		// most of it is done at night
		scrollTime: "00:00:00",
		// later versions of the host hand the entry over inside, and look for each among the windows
		eventClick(clicked) {
			const entry = clicked.event || clicked;
			const { doctype = "SLM Maintenance Window", name } = entry.extendedProps || entry;
			if (frappe.model.can_read(doctype)) frappe.set_route("Form", doctype, name);
		},
	},
};
