// Filters that several reports have in common. Included by their scripts.

frappe.provide("slm");

// The days a report is about; from five months ago until today unless somebody says otherwise.
slm.day_filters = () => [
	{
		fieldname: "from_date",
		label: __("From"),
		fieldtype: "Date",
		default: moment(frappe.datetime.add_months(frappe.datetime.get_today(), -5))
			.startOf("month")
			.format("YYYY-MM-DD"),
		reqd: 1,
	},
	{
		fieldname: "to_date",
		label: __("To"),
		fieldtype: "Date",
		default: frappe.datetime.get_today(),
		reqd: 1,
	},
];

// The months a report is about, by any of their days; from so many months ago until this one.
slm.month_filters = (ago) => {
	const month = (value, last) =>
		moment(frappe.datetime.str_to_obj(value))[last ? "endOf" : "startOf"]("month").format("YYYY-MM-DD");

	function to_whole_month(fieldname, last) {
		const value = frappe.query_report.get_filter_value(fieldname);
		if (value && month(value, last) !== value) {
			return frappe.query_report.set_filter_value(fieldname, month(value, last));
		}
		frappe.query_report.refresh();
	}

	return [
		{
			fieldname: "from_date",
			label: __("From Month"),
			fieldtype: "Date",
			default: month(frappe.datetime.add_months(frappe.datetime.get_today(), -ago)),
			on_change: () => to_whole_month("from_date"),
		},
		{
			fieldname: "to_date",
			label: __("To Month"),
			fieldtype: "Date",
			default: month(frappe.datetime.get_today(), true),
			on_change: () => to_whole_month("to_date", true),
		},
	];
};

// Whose figures: one concluded agreement, one customer.
slm.party_filters = () => [
	{
		fieldname: "agreement",
		label: __("Agreement"),
		fieldtype: "Link",
		options: "SLM Agreement",
		get_query: () => ({ filters: { docstatus: 1 } }),
	},
	{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
];
