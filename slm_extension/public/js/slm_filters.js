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
