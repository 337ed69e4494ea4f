// On the form of an agreement: try it on the tickets of a past period, and take it away as a file for slm replay.

frappe.provide("slm");

slm.what_if_months = 3;

// The last full months before today, as [first day, last day].
slm.last_full_months = function (months) {
	const first = frappe.datetime.str_to_obj(frappe.datetime.month_start());
	const day = (value) => moment(value).format("YYYY-MM-DD");
	return [day(moment(first).subtract(months, "months")), day(moment(first).subtract(1, "days"))];
};

slm.may_be_tried = (doc) => ["SLA", "Commitment"].includes(doc.kind) && !doc.is_template && doc.docstatus < 2;

slm.what_if_button = function (frm) {
	if (frm.is_new()) return;
	if (slm.may_be_tried(frm.doc) && frappe.model.can_create("SLM What-If")) {
		frm.add_custom_button(__("What If"), () => slm.ask_what_if(frm), __("Try"));
	}
	if (!frm.doc.is_template) {
		frm.add_custom_button(__("Export for slm replay"), () => slm.export_agreement(frm), __("Try"));
	}
};

slm.ask_what_if = function (frm) {
	if (frm.is_dirty()) return frappe.msgprint(__("Save the agreement first: a What-If measures by what is saved."));
	const [first, last] = slm.last_full_months(slm.what_if_months);
	const dialog = new frappe.ui.Dialog({
		title: __("What If"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p class="text-muted">${__(
					"Measures the tickets of a past period as if {0} had been in force all the time, beside what was really in force. Nothing else changes.",
					[frappe.utils.escape_html(frm.doc.title || frm.docname).bold()]
				)}</p>`,
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "opened_from", fieldtype: "Date", label: __("Tickets Opened From"), reqd: 1, default: first },
			{ fieldtype: "Column Break" },
			{ fieldname: "opened_until", fieldtype: "Date", label: __("Until"), reqd: 1, default: last },
		],
		primary_action_label: __("Start"),
		primary_action(values) {
			dialog.disable_primary_action();
			frappe
				.xcall(`${slm.what_if_methods}.begin`, { agreement: frm.docname, ...values })
				.then((name) => {
					dialog.hide();
					frappe.set_route("Form", "SLM What-If", name);
				})
				.catch(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
};

slm.what_if_methods = "slm_extension.service_level_management.doctype.slm_what_if.slm_what_if";

slm.export_agreement = function (frm) {
	if (frm.is_dirty()) return frappe.msgprint(__("Save the agreement first: what is saved is exported."));
	const dialog = new frappe.ui.Dialog({
		title: __("Export for slm replay"),
		fields: [
			{
				fieldname: "with_support",
				fieldtype: "Check",
				label: __("With the OLAs and UCs it rests on"),
				default: 1,
			},
			{
				fieldname: "undated",
				fieldtype: "Check",
				label: __("Without dates"),
				default: frm.doc.docstatus === 0 ? 1 : 0,
				description: __("As if it had always been in force: to replay tickets older than it."),
			},
		],
		primary_action_label: __("Download"),
		primary_action(values) {
			dialog.hide();
			slm.download(`${slm.what_if_methods}.download_agreement`, {
				agreement: frm.docname,
				with_support: values.with_support ? 1 : 0,
				undated: values.undated ? 1 : 0,
			});
		},
	});
	dialog.show();
};

slm.download = (method, values) => open_url_post(`/api/method/${method}`, values);
