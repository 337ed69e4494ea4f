// Which documents to look through.

frappe.query_reports["SLM Glossary Coverage"] = {
	filters: [
		{
			fieldname: "document_type",
			label: __("Kind of Document"),
			fieldtype: "Select",
			options: ["", "SLM Agreement", "SLM Service", "SLM Service Specification", "SLM Requirement"],
		},
		{
			fieldname: "document",
			label: __("Document"),
			fieldtype: "Dynamic Link",
			options: "document_type",
			get_options: () => frappe.query_report.get_filter_value("document_type"),
		},
	],
};
