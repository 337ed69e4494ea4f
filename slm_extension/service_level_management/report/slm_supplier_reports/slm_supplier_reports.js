// How SLM Supplier Reports asks and shows: filters, and the way from every figure to its reports.

frappe.query_reports["SLM Supplier Reports"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Due From"),
			fieldtype: "Date",
			default: moment().subtract(5, "months").startOf("month").format("YYYY-MM-DD"),
		},
		{ fieldname: "to_date", label: __("Due To"), fieldtype: "Date", default: frappe.datetime.get_today() },
		{
			fieldname: "group",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Provider", "Agreement", "Month"],
			default: "Provider",
		},
		{ fieldname: "kind", label: __("Kind of Agreement"), fieldtype: "Select", options: ["", "OLA", "UC", "Commitment"] },
		{
			fieldname: "agreement",
			label: __("Agreement"),
			fieldtype: "Link",
			options: "SLM Agreement",
			get_query: () => ({ filters: { kind: ["in", ["OLA", "UC", "Commitment"]], docstatus: 1 } }),
		},
		{ fieldname: "provider", label: __("Provider"), fieldtype: "Data" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldtype === "Data" && value) value = frappe.utils.escape_html(value);
		const text = default_formatter(value, row, column, data);
		const wanted = data && data.ask && data.ask[column.fieldname];
		if (!wanted || !value) return text;
		const asked = new URLSearchParams();
		for (const [name, one] of Object.entries(wanted)) {
			asked.set(name, Array.isArray(one) ? JSON.stringify(one) : one);
		}
		const shown = column.fieldtype === "Int" ? value : `${value}${column.fieldtype === "Percent" ? " %" : ""}`;
		return `<div style="text-align: right"><a href="/app/slm-supplier-report?${frappe.utils.escape_html(
			String(asked)
		)}">${shown}</a></div>`;
	},
};
