// How SLM Causes asks and shows: filters, and the way from a count to its breaches.

frappe.query_reports["SLM Causes"] = {
	filters: [
		{
			fieldname: "group",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				"Where It Came From",
				"Who Held It",
				"OLA or UC Not Kept",
				"Agreement",
				"Customer",
				"Service",
				"Metric",
				"Root Cause",
			],
			default: "Where It Came From",
		},
		{
			fieldname: "from_month",
			label: __("From Month"),
			fieldtype: "Data",
			default: moment().subtract(5, "months").format("YYYY-MM"),
		},
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Data", default: moment().format("YYYY-MM") },
		{ fieldname: "agreement", label: __("Agreement"), fieldtype: "Link", options: "SLM Agreement" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{ fieldname: "service", label: __("Service"), fieldtype: "Link", options: "SLM Service" },
	],

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data || !data.ask || column.fieldname !== "misses") return text;
		const asked = new URLSearchParams();
		for (const [name, wanted] of Object.entries(data.ask)) {
			asked.set(name, Array.isArray(wanted) ? JSON.stringify(wanted) : wanted || JSON.stringify(["is", "not set"]));
		}
		return `<div style="text-align: right"><a href="/app/slm-breach?${frappe.utils.escape_html(
			String(asked)
		)}">${value}</a></div>`;
	},
};
