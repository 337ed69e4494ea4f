{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_which.js" %}

// A ticket that somebody imagines, and what would apply to it. Everything entered stands in the address.

frappe.pages["slm-which-agreement"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Which Agreement Applies?"), single_column: true });
	wrapper.slm_which = new slm.WhichAgreement(page);
};

frappe.pages["slm-which-agreement"].on_page_show = (wrapper) => wrapper.slm_which.shown();

slm.which_fields = () => [
	{ fieldname: "customer", fieldtype: "Link", options: "Customer", label: __("Customer") },
	{
		fieldname: "customer_group",
		fieldtype: "Link",
		options: "Customer Group",
		label: __("Customer Group"),
		description: __("Filled in from the customer; change it to try another."),
	},
	{ fieldname: "territory", fieldtype: "Link", options: "Territory", label: __("Territory") },
	{ fieldtype: "Column Break" },
	{ fieldname: "service", fieldtype: "Link", options: "SLM Service", label: __("Service") },
	{ fieldname: "priority", fieldtype: "Link", options: "Issue Priority", label: __("Priority") },
	{ fieldname: "issue_type", fieldtype: "Link", options: "Issue Type", label: __("Issue Type") },
	{ fieldtype: "Column Break" },
	{
		fieldname: "opened",
		fieldtype: "Datetime",
		label: __("Opened"),
		description: __("Empty: now. The versions in force then apply."),
	},
	{ fieldname: "everyone", fieldtype: "Check", label: __("Show agreements for other customers too") },
];

slm.WhichAgreement = class {
	constructor(page) {
		this.page = page;
		this.ask = frappe.utils.debounce(() => this.load(), 250);
		const $main = $(page.main).addClass("frappe-card").css("padding", "var(--padding-md, 15px)");
		this.$form = $("<div></div>").appendTo($main);
		this.$answer = $(`<section class="slm-answer form-column" aria-live="polite" aria-label="${__("Answer")}"></section>`).appendTo($main);
		const fields = slm.which_fields().map((field) => (field.fieldname ? { ...field, onchange: () => this.changed(field.fieldname) } : field));
		this.form = new frappe.ui.FieldGroup({ fields, body: this.$form });
		this.form.make();
		page.set_secondary_action(__("Clear"), () => this.fill({}));
	}

	// What is asked stands in the address or, after a click on a link of the desk, in the host's route options.
	shown() {
		const asked = { ...Object.fromEntries(new URLSearchParams(window.location.search)), ...frappe.route_options };
		frappe.route_options = null;
		const given = Object.fromEntries(Object.entries(asked).filter(([name]) => this.names.includes(name)));
		if (!this.filled || Object.keys(given).length) this.fill(given);
	}

	get names() {
		return Object.keys(this.form.fields_dict).filter((name) => !name.startsWith("__"));
	}

	// Without a group and a territory in the address, those of the customer are taken.
	async fill(given) {
		this.filled = true;
		this.silent = true;
		for (const name of this.names) await this.form.set_value(name, given[name] ?? "");
		this.silent = false;
		if (given.customer && given.customer_group === undefined && given.territory === undefined) await this.take_standing();
		this.ask();
	}

	async changed(name) {
		if (this.silent) return;
		if (name === "customer" && this.customer !== this.form.get_value("customer")) await this.take_standing();
		this.ask();
	}

	async take_standing() {
		const customer = this.form.get_value("customer");
		this.customer = customer;
		const standing = customer
			? await frappe.xcall("slm_extension.api.customer_standing", { customer })
			: { customer_group: "", territory: "" };
		if (customer !== this.form.get_value("customer")) return;
		this.silent = true;
		await this.form.set_value("customer_group", standing.customer_group);
		await this.form.set_value("territory", standing.territory);
		this.silent = false;
	}

	values() {
		const values = {};
		for (const name of this.names) {
			const value = this.form.get_value(name);
			if (value) values[name] = value;
		}
		this.customer = values.customer || "";
		return values;
	}

	load() {
		const values = this.values();
		const asked = (this.asked = (this.asked || 0) + 1);
		const query = new URLSearchParams(values).toString();
		window.history.replaceState(null, "", `${window.location.pathname}${query ? `?${query}` : ""}`);
		return frappe
			.xcall("slm_extension.api.which_agreement", values)
			.then((answer) => asked === this.asked && this.$answer.html(slm.choice_html(answer, true)));
	}
};
