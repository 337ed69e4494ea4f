// The register of agreements, requirements and service specifications: filters, and how a state is shown.

(() => {
	const COLOURS = {
		Draft: "gray",
		"In Negotiation": "blue",
		"Group Review": "yellow",
		Approved: "cyan",
		Agreed: "blue",
		"In Force": "green",
		Published: "green",
		Frozen: "light-blue",
		Expired: "orange",
		Terminated: "red",
		Rejected: "red",
		Cancelled: "red",
	};
	const CHAIN = { Feasible: "green", Infeasible: "red", Waived: "orange" };

	const choose = (fieldname, label, options, standard) => ({
		fieldname,
		label,
		fieldtype: "Select",
		options,
		default: standard,
	});

	frappe.query_reports["SLM Agreement Register"] = {
		filters: [
			choose("documents", __("Documents"), ["Agreements", "Requirements", "Service Specifications", "All Documents"], "Agreements"),
			choose("standing", __("Show"), ["Current", "Archived", "Current and Archived"], "Current"),
			choose("kind", __("Kind"), ["", "SLA", "OLA", "UC", "Commitment"]),
			choose("status", __("Status"), [
				"",
				"Draft",
				"In Negotiation",
				"Group Review",
				"Approved",
				"Agreed",
				"In Force",
				"Frozen",
				"Superseded",
				"Expired",
				"Terminated",
				"Cancelled",
			]),
			{ fieldname: "owner", label: __("Owner"), fieldtype: "Link", options: "User" },
			{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
			choose("secrecy", __("Secrecy"), ["", "Public", "Internal", "Confidential", "Secret"]),
			{ fieldname: "revision_needed", label: __("Revision Needed"), fieldtype: "Check" },
		],

		formatter(value, row, column, data, default_formatter) {
			if (column.fieldtype === "Data" && value) value = frappe.utils.escape_html(value);
			const text = default_formatter(value, row, column, data);
			if (!data || !value) return text;
			const pill = (colour) => `<span class="indicator-pill no-indicator-dot ${colour}">${value}</span>`;
			if (column.fieldname === "status") return pill(COLOURS[data.status_key] || "gray");
			if (column.fieldname === "chain_state") return pill(CHAIN[data.chain_key] || "gray");
			return text;
		},
	};
})();
