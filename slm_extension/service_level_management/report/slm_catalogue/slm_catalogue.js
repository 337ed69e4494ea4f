// The catalogue as a matrix: a tree of categories and services that folds.

frappe.query_reports["SLM Catalogue"] = {
	filters: [
		{
			fieldname: "service_type",
			label: __("Service Type"),
			fieldtype: "Select",
			options: [
				"",
				"Business Service",
				"Application Service",
				"Infrastructure Service",
				"Network Service",
				"Supplier Service",
			],
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", "Draft", "Approved", "Live", "Retired"],
		},
		{
			fieldname: "criticality",
			label: __("Criticality"),
			fieldtype: "Select",
			options: ["", "Low", "Medium", "High", "Critical"],
		},
		{
			fieldname: "system_class",
			label: __("System Class"),
			fieldtype: "Select",
			options: ["", "Normal", "Important", "Key"],
		},
		{ fieldname: "review_overdue", label: __("Review Overdue"), fieldtype: "Check" },
	],
	tree: true,
	name_field: "service",
	parent_field: "parent_service",
	initial_depth: 3,
	formatter(value, row, column, data, default_formatter) {
		if (!data?.is_group) return default_formatter(value, row, column, data);
		return column.fieldname === "service" ? `<b>${default_formatter(value, row, column, data)}</b>` : "";
	},
};
