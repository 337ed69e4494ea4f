// The trace as a tree that folds, each service a link to its form.

frappe.query_reports["SLM Service Trace"] = {
	filters: [
		{ fieldname: "service", label: __("Service"), fieldtype: "Link", options: "SLM Service" },
		{
			fieldname: "direction",
			label: __("Direction"),
			fieldtype: "Select",
			options: ["What It Rests On", "What Rests on It"],
			default: "What It Rests On",
		},
	],
	tree: true,
	name_field: "line",
	parent_field: "parent_line",
	initial_depth: 6,
	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname !== "name" || !data?.service) return default_formatter(value, row, column, data);
		return frappe.utils.get_form_link("SLM Service", data.service, true, frappe.utils.escape_html(value));
	},
};
