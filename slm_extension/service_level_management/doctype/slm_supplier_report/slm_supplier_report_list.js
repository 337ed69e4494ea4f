// Service reports in a list: how each stands, and how late it is or came.

frappe.listview_settings["SLM Supplier Report"] = {
	add_fields: ["status", "days_late", "due_on"],
	get_indicator(doc) {
		const colours = {
			Due: "blue",
			Overdue: "red",
			Delivered: "orange",
			Accepted: "green",
			Returned: "purple",
			"Not Needed": "gray",
		};
		const label = doc.days_late ? `${__(doc.status)} · ${__("{0} days late", [doc.days_late])}` : __(doc.status);
		return [label, colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
