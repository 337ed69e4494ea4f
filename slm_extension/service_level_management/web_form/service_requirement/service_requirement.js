// Takes over the service whose page somebody came from, and says at once when he belongs to no customer.

frappe.ready(function () {
	const belongs = {{ 1 if belongs_to_customer else 0 }};
	const service = new URLSearchParams(location.search).get("service");
	if (!frappe.web_form?.is_new) return;
	if (!belongs) {
		frappe.msgprint({
			title: __("No Customer"),
			message: __("Your user does not belong to a customer yet. Ask us to add you as a portal user."),
		});
	}
	if (service) frappe.web_form.set_value("about_service", service);
});
