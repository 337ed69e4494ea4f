// Service reports in a list: how each stands.

frappe.listview_settings["SLM Supplier Report"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = {
			Due: "blue",
			Overdue: "red",
			Delivered: "orange",
			Accepted: "green",
			Returned: "purple",
			"Not Needed": "gray",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
