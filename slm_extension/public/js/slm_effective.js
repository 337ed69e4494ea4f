// The targets that apply to tickets of an agreement among all others, and where each comes from.
// Shown on the agreement's form: slm.effective_panel($parent, frm). Needs slm_time.js before it.

{% include "slm_extension/public/js/slm_which.js" %}

slm.effective_panel = function ($parent, frm) {
	frappe.dom.set_style(slm.which_style, "slm-which-style");
	let $box = $parent.children(".slm-effective");
	if (!$box.length) $box = $(`<div class="slm-which slm-effective" aria-live="polite"></div>`).appendTo($parent);
	const asked = ($box.data("asked") || 0) + 1;
	const name = frm.docname;
	const customer = $box.data("agreement") === name ? $box.data("customer") || "" : "";
	$box.data({ asked, agreement: name, customer });
	if (!frm.doc.calendar || !(frm.doc.targets || []).length) {
		$box.html(`<p class="text-muted mb-0">${__("Choose a calendar and add a target.")}</p>`);
		return Promise.resolve();
	}
	return frappe.xcall("slm_extension.api.effective_targets", { doc: frm.doc, customer }).then((view) => {
		if (frm.docname !== name || $box.data("asked") !== asked) return;
		$box.html(view.problem ? `<p class="text-muted mb-0">${view.problem}</p>` : slm.effective_html(view, frm.doc));
		$box.find("select").on("change", (event) => {
			$box.data("customer", event.target.value);
			slm.effective_panel($parent, frm);
		});
	});
};

slm.effective_html = function (view, doc) {
	const types = view.rows.some((row) => row.types.length);
	const rows = view.rows.map((row) => slm.effective_row(row, view, types));
	const head = [__("Metric"), __("Priority"), __("Service"), types && __("Issue Type"), __("Goal"), __("Calendar"), __("From")];
	const own = view.rows.some((row) => row.own);
	const note = own
		? ""
		: `<p>${__("No target of this agreement applies as things stand: agreements that are closer promise all of it.")}</p>`;
	const bare = view.unpromised.length
		? `<p>${slm.pill("orange", __("Gap"))} ${__("On these services no metric is promised for every priority: {0}", [
				slm.some_names(view.unpromised, ""),
		  ])}</p>`
		: "";
	return `${slm.effective_whose(view)}${note}${bare}${slm.which_table(__("Effective targets"), head.filter(Boolean), rows)}
		<p class="text-muted mb-0">${__("As of {0}. In bold: what this agreement itself promises.", [
			slm.datetime(view.at),
		])} <a href="${slm.effective_try(view, doc)}">${__("Try a ticket")}</a></p>`;
};

slm.effective_row = function (row, view, types) {
	const known = view.agreements[row.agreement];
	const level = slm.level_words()[row.level];
	const from = row.own
		? __("this agreement")
		: row.agreement
		? slm.agreement_anchor(row.agreement, known && known.title)
		: __("nobody promises it");
	const kind = row.own ? "slm-own" : row.agreement ? "" : "slm-none";
	return `<tr class="${kind}" data-metric="${slm.escape(row.metric)}"><td>${slm.escape(__(row.metric))}</td>
		<td>${slm.some_names(row.priorities, __("all"))}</td><td class="slm-names">${slm.some_names(row.services, __("all"))}</td>
		${types ? `<td>${slm.some_names(row.types, __("all"))}</td>` : ""}
		<td>${row.goal ? slm.duration(row.goal, true) : "–"}</td><td>${slm.escape(row.calendar)}</td>
		<td>${from}${level ? ` <span class="text-muted">${level}</span>` : ""}</td></tr>`;
};

slm.effective_whose = function (view) {
	if (view.customers.length < 2) return "";
	const options = view.customers.map(
		(name) => `<option value="${slm.escape(name)}" ${name === view.customer ? "selected" : ""}>${slm.escape(name)}</option>`
	);
	return `<label class="mb-2">${__("For tickets of")} <select class="input-xs form-control">${options.join("")}</select></label>`;
};

slm.effective_try = (view, doc) =>
	slm.which_route({
		customer: view.customer,
		service: (doc.services || []).map((row) => row.service).filter(Boolean)[0],
	});
