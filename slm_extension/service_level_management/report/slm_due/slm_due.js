{% include "slm_extension/public/js/slm_due.js" %}

// What is due, with the way to say that it is done.

(() => {
	const COLOURS = { Overdue: "red", "To Do Now": "orange", Coming: "blue" };

	// empty means the usual number of days, which the label says
	const days = (fieldname, label) => ({ fieldname, label, fieldtype: "Int" });

	function done_link(data) {
		const label = __("Done: {0}", [`${data.what} ${data.title}`]);
		return `<a href="#" role="button" class="slm-done ml-2" style="text-decoration: underline" aria-label="${frappe.utils.escape_html(label)}"
			data-doctype="${frappe.utils.escape_html(data.document_doctype)}"
			data-name="${frappe.utils.escape_html(data.document_name)}"
			data-item="${frappe.utils.escape_html(data.item)}">${__("Done")}</a>`;
	}

	frappe.query_reports["SLM Due"] = {
		filters: [
			{
				fieldname: "what",
				label: __("What"),
				fieldtype: "Select",
				options: [
					"",
					"Review",
					"Service Report",
					"No Review Planned",
					"Deliverable",
					"Agreement Ends",
					"Service Review",
					"Revision Needed",
					"Signature",
					"Not Measured",
				],
			},
			{ fieldname: "kind", label: __("Kind of Agreement"), fieldtype: "Select", options: ["", "SLA", "OLA", "UC", "Commitment"] },
			{ fieldname: "owner", label: __("Owner"), fieldtype: "Link", options: "User" },
			days("ahead", __("Days Ahead (30)")),
			days("ends_ahead", __("Ends within Days (90)")),
			days("signing", __("Days to Sign (7)")),
		],

		onload(report) {
			report.page.add_inner_button(__("Mine"), () => report.set_filter_value("owner", frappe.session.user));
			report.$report.on("click", ".slm-done", (event) => {
				event.preventDefault();
				const { doctype, name, item } = event.currentTarget.dataset;
				slm.say_done(doctype, name, item, () => report.refresh());
			});
		},

		formatter(value, row, column, data, default_formatter) {
			if (column.fieldtype === "Data" && value) value = frappe.utils.escape_html(value);
			const text = default_formatter(value, row, column, data);
			if (!data || column.fieldname !== "standing") return text;
			const pill = `<span class="indicator-pill no-indicator-dot ${COLOURS[data.standing_key]}">${value}</span>`;
			return data.item && frappe.model.can_write(data.document_doctype) ? pill + done_link(data) : pill;
		},
	};
})();
