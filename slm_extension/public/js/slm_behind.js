// The way from a figure of a report to the documents behind it; see adapters/report_links.py.

frappe.provide("slm");

slm.link_behind = (behind, shown) => {
	const asked = new URLSearchParams();
	for (const [name, wanted] of Object.entries(behind.filters)) {
		asked.set(name, Array.isArray(wanted) ? JSON.stringify(wanted) : wanted);
	}
	const path = behind.report
		? `query-report/${encodeURIComponent(behind.report)}`
		: frappe.router.slug(behind.doctype);
	return `<a href="${frappe.utils.escape_html(`/app/${path}?${asked}`)}">${shown}</a>`;
};
