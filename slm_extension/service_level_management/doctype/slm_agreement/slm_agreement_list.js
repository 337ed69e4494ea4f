// Where each agreement stands in its life.

frappe.listview_settings["SLM Agreement"] = {
	add_fields: ["status", "kind", "agreement_version"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Agreed: "blue",
			"In Force": "green",
			Superseded: "gray",
			Expired: "orange",
			Terminated: "red",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
