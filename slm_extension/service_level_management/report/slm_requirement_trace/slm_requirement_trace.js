// Whose requirements, and whether only what needs a look.

frappe.query_reports["SLM Requirement Trace"] = {
	filters: [
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{ fieldname: "only_findings", label: __("Only Findings"), fieldtype: "Check" },
	],
};
