// Missed promises in a list: what they wait for, and whether they count.

frappe.listview_settings["SLM Breach"] = {
	add_fields: ["status", "standing", "excused"],
	filters: [["standing", "=", 1]],
	get_indicator(doc) {
		if (!doc.standing) return [__("No Miss Any More"), "gray", "standing,=,0"];
		const colours = {
			Open: "red",
			"Explanation Requested": "orange",
			Explained: "blue",
			"Excuse Requested": "orange",
			Excused: "green",
			Disputed: "purple",
			Closed: "gray",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
