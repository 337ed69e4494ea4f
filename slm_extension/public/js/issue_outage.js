// "Service Is Down" on a ticket, and the button by which its users are told that the service works again.

{% include "slm_extension/public/js/slm_mail.js" %}

slm.users_told = function (frm) {
	const told = () =>
		frappe
			.call({ method: "slm_extension.api.ticket_told", args: { ticket: frm.doc.name }, freeze: true })
			.then(() => {
				frappe.show_alert({ message: __("The users have been told; the outage is over."), indicator: "green" });
				return frm.reload_doc();
			});
	const dialog = new frappe.ui.Dialog({
		title: __("Users Told"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__(
					"A service counts as unavailable until its users know that it works again. Write to them now, or note that they have just been told."
				)}</p>`,
			},
		],
		primary_action_label: __("Write to Them"),
		primary_action() {
			dialog.hide();
			slm.write_mail(frm, "SLM Service Restored", {
				subject: __("{0} works again (#{1})", [frm.doc.slm_service || __("The service"), frm.doc.name]),
				recipients: frm.doc.raised_by,
				sent: told,
			});
		},
		secondary_action_label: __("They Know"),
		secondary_action() {
			dialog.hide();
			told();
		},
	});
	dialog.show();
};

slm.unticked = function (frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Is It Up Again?"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__(
					"If the service works again, its users are told and the outage ends. If it never was down, the outage is cancelled and counts nowhere."
				)}</p>`,
			},
		],
		primary_action_label: __("It Works Again"),
		primary_action() {
			dialog.slm_answered = true;
			dialog.hide();
			frm.set_value("slm_service_down", 1)
				.then(() => frm.save())
				.then(() => slm.users_told(frm));
		},
		secondary_action_label: __("It Never Was Down"),
		secondary_action() {
			dialog.slm_answered = true;
			dialog.hide();
		},
	});
	dialog.onhide = () => dialog.slm_answered || frm.set_value("slm_service_down", 1);
	dialog.show();
};

// said once, however often the form is refreshed
slm.say_down = function (frm) {
	frm.slm_down_note?.remove();
	frm.slm_down_note = null;
	if (!frm.doc.slm_service_down) return;
	const done = ["Resolved", "Closed"].includes(frm.doc.status);
	frm.set_intro(
		done
			? __("The service works again, but its users have not been told: its outage still counts.")
			: __("The service is down. Its outage ends when its users are told."),
		done ? "orange" : "red"
	);
	frm.slm_down_note = frm.layout.message.children().last();
};

frappe.ui.form.on("Issue", {
	refresh(frm) {
		if (frm.is_new() || !frm.fields_dict.slm_told_at || !frm.perm[0].write) return;
		frm.slm_was_down = frm.doc.slm_service_down;
		const reopened = frm.doc.slm_told_at && frm.doc.status === "Open";
		if (frm.doc.slm_service_down || !frm.doc.slm_told_at || reopened) {
			frm.add_custom_button(
				__("Users Told"),
				() => (frm.is_dirty() ? frm.save().then(() => slm.users_told(frm)) : slm.users_told(frm)),
				frm.doc.slm_service_down ? null : __("Service Level")
			);
		}
		slm.say_down(frm);
	},
	slm_service_down(frm) {
		if (!frm.is_new() && !frm.doc.slm_service_down && frm.slm_was_down) slm.unticked(frm);
	},
});
