// A clock's form: its ticket, and how much of the goal is used.

frappe.ui.form.on("SLM Clock", {
	refresh(frm) {
		const doc = frm.doc;
		frm.disable_save();
		frm.add_custom_button(__("Ticket"), () => frappe.set_route("Form", doc.ticket_type, doc.ticket));
		frm.page.set_indicator(...frappe.listview_settings["SLM Clock"].get_indicator(doc).slice(0, 2));
		if (!doc.goal) return;
		const used = Math.min(100, Math.round((100 * doc.elapsed) / doc.goal));
		const duration = (seconds) =>
			frappe.utils.get_formatted_duration(seconds, { hide_days: 1 }) || __("0s");
		const spans = [{ title: duration(doc.elapsed), width: `${used}%`, progress_class: colour(doc, used) }];
		frm.dashboard.add_progress(__("Open Time"), spans, message(doc, duration));
	},
});

function colour(doc, used) {
	if (doc.outcome === "Missed") return "progress-bar-danger";
	if (doc.outcome === "Met") return "progress-bar-success";
	return used >= 75 ? "progress-bar-warning" : "progress-bar-info";
}

function message(doc, duration) {
	const used = __("{0} of {1} used", [duration(doc.elapsed), duration(doc.goal)]);
	const held = doc.held ? __("held for {0}", [duration(doc.held)]) : "";
	const left =
		doc.remaining < 0
			? __("overrun by {0}", [duration(-doc.remaining)])
			: doc.outcome === "Pending"
			? __("{0} left", [duration(doc.remaining)])
			: "";
	return [used, held, left].filter(Boolean).join(", ");
}
