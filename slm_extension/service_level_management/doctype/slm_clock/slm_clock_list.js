// Clocks in a list: how each stands, and the way to its ticket.

frappe.listview_settings["SLM Clock"] = {
	add_fields: ["phase", "outcome", "ticket_type", "ticket"],
	hide_name_column: true,
	hide_name_filter: true,

	get_indicator(doc) {
		const open = ["Running", "Held"].includes(doc.phase);
		if (doc.outcome === "Missed" && open) {
			return [__("Overdue"), "red", "outcome,=,Missed|phase,in,Running,Held"];
		}
		if (doc.outcome === "Missed") return [__("Missed"), "orange", "outcome,=,Missed"];
		if (doc.outcome === "Met") return [__("Met"), "green", "outcome,=,Met"];
		const colours = { Running: "blue", Held: "yellow" };
		return [__(doc.phase), colours[doc.phase] || "gray", `outcome,=,Pending|phase,=,${doc.phase}`];
	},

	button: {
		show: (doc) => doc.ticket,
		get_label: () => __("Ticket"),
		get_description: (doc) => __("Open {0}", [doc.ticket]),
		action: (doc) => frappe.set_route("Form", doc.ticket_type, doc.ticket),
	},
};
