// An outage: how long it lasts already, what else is down with it, and the way to tell its users.

frappe.ui.form.on("SLM Outage", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { is_group: 0, status: ["!=", "Retired"] } }));
	},
	refresh(frm) {
		if (frm.is_new()) return;
		const colour = { Open: "red", Restored: "orange" }[frm.doc.status];
		if (colour) {
			const since = frappe.datetime.comment_when(frm.doc.started);
			const text =
				frm.doc.status === "Open"
					? __("Down since {0}.", [since])
					: __("It works again, but its users have not been told: it still counts. Down since {0}.", [since]);
			frm.dashboard.set_headline(text, colour);
		}
		const concerned = frm.doc.__onload?.concerned || [];
		if (concerned.length) {
			const links = concerned.map((name) =>
				frappe.utils.get_form_link("SLM Service", name, true, frappe.utils.escape_html(name))
			);
			frm.dashboard.add_comment(__("Down with it: {0}", [links.join(", ")]), "yellow", true);
		}
		if (frm.doc.issue && ["Open", "Restored"].includes(frm.doc.status) && frappe.model.can_write("Issue")) {
			frm.add_custom_button(__("Users Told"), () => frappe.set_route("Form", "Issue", frm.doc.issue));
		}
	},
});
