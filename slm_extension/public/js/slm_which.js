// Which agreements apply to a ticket, what comes from which, and why the others do not: said in words.
// Included by the scripts that show it, after slm_time.js.

slm.which_style = `
.slm-which table { margin-bottom: 8px; }
.slm-which td, .slm-which th { padding: 5px 8px !important; vertical-align: top; }
.slm-which tr.slm-own td { font-weight: 600; }
.slm-which tr.slm-none td { color: var(--text-muted); }
.slm-which td a, .slm-which p a { text-decoration: underline; text-decoration-color: var(--border-color); text-underline-offset: 3px; }
.slm-which .slm-verdict { margin-bottom: 12px; }
.slm-which h5 { margin: 16px 0 6px; font-size: var(--text-base, 14px); font-weight: 600; }
.slm-which td.slm-names { overflow-wrap: anywhere; }
`;

slm.level_words = () => ({
	customer_and_service: __("Customer and service"),
	customer: __("Customer"),
	customer_group: __("Customer group"),
	territory: __("Territory"),
	service: __("Service"),
	corporate: __("Corporate"),
	default: __("Default"),
});

slm.property_words = () => ({
	priority: __("priority"),
	service: __("service"),
	customer: __("customer"),
	customer_group: __("customer group"),
	territory: __("territory"),
	type: __("issue type"),
});

slm.rejection_words = () => ({
	not_yet: __("Not in force yet when the ticket was opened"),
	no_longer: __("No longer in force when the ticket was opened"),
	customer: __("For another customer"),
	customer_group: __("For another customer group"),
	territory: __("For another territory"),
	service: __("For another service"),
	no_target: __("It applies, but none of its targets is for this priority and service"),
	less_specific: __("Closer agreements promise everything that it does"),
	default: __("A default: it applies only where no other agreement does"),
});

// Why one agreement promises nothing on a ticket, with what the ticket says instead.
slm.rejection = function (one, ticket) {
	const words = slm.rejection_words();
	if (!one.property) return words[one.rejected];
	const name = slm.property_words()[one.property];
	const value = ticket && ticket[one.property];
	const has = value
		? __("the ticket's is {0}", [slm.escape(__(value))])
		: __("the ticket has none");
	const why = one.rejected === "condition" ? __("Its condition on the {0} does not hold", [name]) : words[one.rejected];
	return `${why}: ${has}`;
};

slm.agreement_anchor = (name, title) =>
	title ? `<a href="/app/slm-agreement/${encodeURIComponent(name)}">${slm.escape(title)}</a>` : slm.escape(name);

slm.some_names = function (names, all) {
	if (!names.length) return `<span class="text-muted">${all}</span>`;
	const shown = names.slice(0, 6).map((name) => (name ? slm.escape(__(name)) : __("all others")));
	const rest = names.length - shown.length;
	return shown.join(", ") + (rest ? ` <span title="${slm.escape(names.slice(6).join(", "))}">${__("and {0} more", [rest])}</span>` : "");
};

slm.which_table = function (caption, head, rows) {
	const cells = head.map((name) => `<th scope="col">${name}</th>`).join("");
	return `<table class="table table-sm slm-why-table"><caption class="sr-only">${caption}</caption>
		<thead><tr>${cells}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
};

// One sentence: which agreement the ticket is under, or why it is under none.
slm.verdict_html = function (answer) {
	const closest = answer.candidates.find((one) => one.agreement === answer.applies);
	if (!answer.applies) {
		const none = answer.candidates.length || answer.other_customers
			? __("No agreement applies to this ticket, so nothing is promised on it.")
			: __("There is no agreement with a customer on this site.");
		return `<p class="slm-verdict"><strong>${none}</strong></p>`;
	}
	const name = slm.agreement_anchor(answer.applies, closest && closest.title);
	const level = slm.level_words()[(closest || {}).level] || "";
	const others = new Set(answer.promises.map((one) => one.agreement).filter((one) => one !== answer.applies)).size;
	let said = __("The closest agreement is {0} ({1}).", [`<strong>${name}</strong>`, level]);
	if (!answer.promises.length) said += ` ${__("None of its targets is for this priority and service, so nothing is promised.")}`;
	else if (others) said += ` ${__("What it says nothing about comes from agreements that are less close.")}`;
	return `<p class="slm-verdict">${said}</p>`;
};

slm.promises_html = function (answer, with_due) {
	if (!answer.promises.length) return "";
	const levels = slm.level_words();
	const rows = answer.promises.map((one) => {
		const due = one.due
			? `<strong>${slm.moment(one.due).format("ddd")} ${slm.datetime(one.due)}</strong>${
					one.uncertain ? ` ${slm.pill("orange", __("holidays unknown by then"))}` : ""
			  }`
			: `<span class="text-muted">${__("once something starts it")}</span>`;
		const which = [...one.priorities.map((name) => __(name)), ...one.services].map(slm.escape).join(", ");
		return `<tr data-metric="${slm.escape(one.metric)}"><td>${slm.escape(__(one.metric))}</td>
			<td>${slm.duration(one.goal, true)}${which ? ` <span class="text-muted">${which}</span>` : ""}</td>
			<td>${slm.escape(one.calendar)}</td>${with_due ? `<td>${due}</td>` : ""}
			<td>${slm.agreement_anchor(one.agreement, one.title)}</td><td>${levels[one.level]}</td></tr>`;
	});
	const head = [__("Metric"), __("Goal"), __("Calendar"), with_due && __("Due"), __("From"), __("Level")].filter(Boolean);
	return `<h5>${__("What is promised, and by which agreement")}</h5>${slm.which_table(__("Promises"), head, rows)}`;
};

slm.candidates_html = function (answer) {
	const levels = slm.level_words();
	const rows = answer.candidates.map((one) => {
		const version = one.document_version ? __("version {0}", [slm.escape(one.document_version)]) : "";
		const metrics = one.metrics.map((name) => slm.escape(__(name))).join(", ");
		const verdict = one.rejected
			? slm.rejection(one, answer.ticket)
			: `${slm.pill("green", __("Applies"))} <span class="text-muted">${metrics}</span>`;
		return `<tr data-rejected="${one.rejected}"><td>${slm.agreement_anchor(one.agreement, one.title)}
			<span class="text-muted">${version}</span></td><td>${levels[one.level]}</td><td>${verdict}</td></tr>`;
	});
	const rest = [
		answer.more && __("{0} more that do not apply", [answer.more]),
		answer.other_customers && __("{0} for other customers", [answer.other_customers]),
	].filter(Boolean);
	if (!rows.length && !rest.length) return "";
	const table = rows.length
		? slm.which_table(__("Agreements"), [__("Agreement"), __("Level"), __("Verdict")], rows)
		: "";
	return `<h5>${__("Agreements that were looked at, the closest first")}</h5>${table}${
		rest.length ? `<p class="text-muted">${rest.join(" · ")}</p>` : ""
	}`;
};

// What underpins the ticket: a line for each team and supplier that could have it.
slm.beneath_html = function (answer) {
	if (!answer.beneath.length) return "";
	const rows = answer.beneath.map((one) => {
		const metrics = one.metrics.map((name) => slm.escape(__(name))).join(", ");
		const about = one.service ? ` <span class="text-muted">${__("for {0}, which the service rests on", [slm.escape(one.service)])}</span>` : "";
		return `<tr data-party="${slm.escape(one.party)}"><td>${slm.escape(one.party)}</td>
			<td>${slm.escape(__(one.kind))} ${slm.agreement_anchor(one.agreement, one.title)}${about}</td>
			<td>${metrics || `<span class="text-muted">${__("nothing for this priority and service")}</span>`}</td></tr>`;
	});
	const head = [__("Team or Supplier"), __("OLA or UC"), __("Promises")];
	const more = answer.more_beneath ? `<p class="text-muted">${__("{0} more", [answer.more_beneath])}</p>` : "";
	return `<h5>${__("What counts while somebody has the ticket")}</h5>${slm.which_table(__("OLAs and UCs"), head, rows)}${more}`;
};

slm.choice_html = function (answer, with_due) {
	frappe.dom.set_style(slm.which_style, "slm-which-style");
	const said = [slm.verdict_html(answer), slm.promises_html(answer, with_due), slm.beneath_html(answer), slm.candidates_html(answer)];
	return `<div class="slm-which">${said.join("")}</div>`;
};

// Where a ticket's properties can be tried out: the page, filled in.
slm.which_route = function (values) {
	const given = Object.entries(values).filter(([, value]) => value);
	return `/app/slm-which-agreement?${new URLSearchParams(Object.fromEntries(given))}`;
};
