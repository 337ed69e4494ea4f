{% include "slm_extension/public/js/slm_mail.js" %}

// A maintenance window: whether users know of it early enough, and the mail by which they are told.

frappe.ui.form.on("SLM Maintenance Window", {
	setup(frm) {
		frm.set_query("service", "services", () => ({ filters: { is_group: 0, status: ["!=", "Retired"] } }));
		frm.set_query("agreement", () => ({ filters: { docstatus: 1 } }));
	},
	refresh(frm) {
		if (frm.is_new()) return;
		headline(frm);
		if (frm.doc.cancelled || frm.doc.announced_on || !frm.perm[0].write) return;
		frm.add_custom_button(__("Announce"), () => announce(frm));
	},
});

function headline(frm) {
	if (frm.doc.cancelled) return frm.dashboard.set_headline(__("It does not take place."), "gray");
	if (frm.doc.in_time)
		return frm.dashboard.set_headline(__("Announced in time: it is taken out of the agreed hours."), "green");
	const text = frm.doc.announced_on
		? __("Announced too late: the services count as down in it as far as they were.")
		: __("Not announced yet: the services count as down in it as far as they are.");
	frm.dashboard.set_headline(text, frm.doc.announced_on ? "red" : "orange");
}

function announce(frm) {
	const told = () => frm.call("announce").then(() => frm.reload_doc());
	const dialog = new frappe.ui.Dialog({
		title: __("Announce"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__("Write to the users now, or note that they have just been told in another way.")}</p>`,
			},
		],
		primary_action_label: __("Write a Mail"),
		primary_action() {
			dialog.hide();
			slm.write_mail(frm, "SLM Maintenance Announced", { subject: frm.doc.title, sent: told });
		},
		secondary_action_label: __("They Know"),
		secondary_action() {
			dialog.hide();
			told();
		},
	});
	dialog.show();
}
