// Where each specification stands in its life.

frappe.listview_settings["SLM Service Specification"] = {
	add_fields: ["status", "specification_version"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Reviewed: "blue",
			Approved: "cyan",
			Published: "green",
			Superseded: "gray",
			Withdrawn: "red",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
