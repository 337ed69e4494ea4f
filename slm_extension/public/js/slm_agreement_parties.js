// What both parties are told of an agreement. Included by the form's script, which calls slm.party_buttons on refresh.

frappe.provide("slm");

slm.ANNOUNCED_WHEN = ["Agreed", "In Force", "Frozen"];

slm.party_buttons = function (frm) {
	if (frm.doc.docstatus !== 1 || !slm.ANNOUNCED_WHEN.includes(frm.doc.status)) return;
	if (frm.perm[0]?.submit) frm.add_custom_button(__("Announce"), () => slm.announce(frm));
};

slm.announce = async function (frm) {
	const told = await frappe.xcall("slm_extension.api.announcement", { agreement: frm.docname });
	if (!told.length) {
		return frappe.msgprint({
			title: __("No Recipients"),
			message: __("Enter contacts with an e-mail address, portal users of the customer or supplier, or a distribution list."),
		});
	}
	const escape = (text) => frappe.utils.escape_html(text);
	const names = told.map((one) => `<li>${escape(one.name)} &lt;${escape(one.email)}&gt;</li>`).join("");
	const before = frm.doc.announced_on
		? `<p>${__("It was announced on {0} already.", [frappe.datetime.str_to_user(frm.doc.announced_on)])}</p>`
		: "";
	frappe.confirm(`${before}<p>${__("These people are told by e-mail:")}</p><ul>${names}</ul>`, async () => {
		await frappe.xcall("slm_extension.api.announce_agreement", { agreement: frm.docname });
		frappe.show_alert({ message: __("Announced to {0} people", [told.length]), indicator: "green" });
		frm.reload_doc();
	});
};
