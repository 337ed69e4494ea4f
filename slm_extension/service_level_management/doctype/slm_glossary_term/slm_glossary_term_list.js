// The glossary as one page to be printed, and where documents stray from it.

frappe.listview_settings["SLM Glossary Term"] = {
	hide_name_column: true,
	onload(listview) {
		listview.page.add_inner_button(__("Print Glossary"), () => window.open("/service-glossary?all=1"));
		listview.page.add_inner_button(__("Coverage"), () => frappe.set_route("query-report", "SLM Glossary Coverage"));
	},
	get_indicator(doc) {
		return doc.disabled ? [__("Disabled"), "gray", "disabled,=,1"] : [__("In Use"), "green", "disabled,=,0"];
	},
	add_fields: ["disabled"],
};
