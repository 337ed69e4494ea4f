// Outages in the calendar; what is not over lasts until now.

frappe.views.calendar["SLM Outage"] = {
	field_map: { start: "started", end: "told_at", id: "name", title: "service", status: "status" },
	order_by: "started",
	fields: ["name", "service", "started", "told_at", "status", "degradation"],
	get_css_class: (outage) =>
		({ Open: "danger", Restored: "warning", Closed: "default", Cancelled: "gray" }[outage.status]),
	options: {
		// what happened is not moved by a slip of the mouse
		eventDataTransform(outage) {
			const over = outage.told_at || outage.status === "Cancelled";
			return { ...outage, editable: false, ...(over ? {} : { end: moment().format("YYYY-MM-DD HH:mm:ss") }) };
		},
	},
};
