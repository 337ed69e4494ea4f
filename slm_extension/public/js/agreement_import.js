{% include "slm_extension/public/js/service_level_agreement.js" %}

// The list of agreements takes over what ERPNext or Helpdesk has.

slm.ask_what_to_import = async function () {
	const sources = await frappe.xcall("slm_extension.api.importable_agreements");
	if (!sources.length) {
		frappe.msgprint(__("There is no agreement of ERPNext or Helpdesk on this site that you may read."));
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Import an Agreement"),
		fields: [
			{
				fieldname: "source",
				fieldtype: "Select",
				label: __("From"),
				options: sources.map((value) => ({ value, label: __(value) })),
				default: sources[0],
				hidden: sources.length === 1,
				onchange: () => dialog.set_value("name", ""),
			},
			{
				fieldname: "name",
				fieldtype: "Link",
				label: __("Agreement"),
				reqd: 1,
				get_query: () => ({}),
				options: sources[0],
				description: __("It stays as it is. A draft with the same hours and times is made of it."),
			},
		],
		primary_action_label: __("Make a Draft"),
		primary_action({ source, name }) {
			dialog.hide();
			slm.import_agreement(source || sources[0], name);
		},
	});
	dialog.fields_dict.name.get_options = () => dialog.get_value("source") || sources[0];
	dialog.show();
};

(() => {
	const settings = (frappe.listview_settings["SLM Agreement"] = frappe.listview_settings["SLM Agreement"] || {});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload?.call(this, listview);
		if (frappe.model.can_create("SLM Agreement")) {
			listview.page.add_inner_button(__("Import from ERPNext"), slm.ask_what_to_import);
		}
	};
})();
