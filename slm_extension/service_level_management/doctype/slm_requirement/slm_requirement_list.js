// Where each requirement stands, and how much depends on it.

frappe.listview_settings["SLM Requirement"] = {
	add_fields: ["status", "importance"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"In Clarification": "blue",
			Analysed: "cyan",
			Agreed: "green",
			"In Agreement": "green",
			Archived: "gray",
			Rejected: "red",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
