{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_live.js" %}
{% include "slm_extension/public/js/slm_which.js" %}
{% include "slm_extension/public/js/slm_legs.js" %}
{% include "slm_extension/public/js/issue_desk.js" %}

// The clocks of a ticket on its form. The server says how they stand and when their calendars are open;
// here the open seconds that have passed since are taken off, nothing else.

slm.clock_style = `
.slm-clocks { container-type: inline-size; margin-bottom: var(--margin-sm, 10px); font-size: var(--text-base, 14px); }
.slm-box { border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); background: var(--fg-color); }
.slm-note { padding: 12px 15px; color: var(--text-muted); display: flex; gap: 12px; align-items: center; justify-content: space-between; }
.slm-note strong { color: var(--text-color); display: block; font-weight: 500; }
.slm-note + .slm-clock, .slm-clock + .slm-clock, .slm-clock + .slm-note { border-top: 1px solid var(--border-color); }
.slm-clock { display: grid; grid-template-columns: minmax(150px, 3fr) minmax(180px, 5fr) minmax(140px, 3fr) auto;
	gap: 4px 20px; align-items: center; padding: 12px 15px; }
.slm-clock.slm-beneath { padding-left: 30px; background: var(--subtle-accent); }
.slm-clock-name { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font-weight: 500; color: var(--heading-color); }
.slm-holder { display: inline-flex; gap: 6px; align-items: center; color: var(--text-color); font-weight: 400; overflow-wrap: anywhere; }
.slm-small { font-size: var(--text-sm, 12px); color: var(--text-muted); font-weight: 400; overflow-wrap: anywhere; }
.slm-left { color: var(--text-color); font-variant-numeric: tabular-nums; }
.slm-left strong { font-weight: 600; }
.slm-clock[data-state="overdue"] .slm-left strong, .slm-clock[data-state="missed"] .slm-left strong { color: var(--red-600, #b52a2a); }
[data-theme="dark"] .slm-clock[data-state="overdue"] .slm-left strong, [data-theme="dark"] .slm-clock[data-state="missed"] .slm-left strong { color: var(--red-300, #f39999); }
.slm-bar { position: relative; display: flex; height: 8px; margin: 5px 0; border-radius: 4px; overflow: hidden; background: var(--slm-rest); }
.slm-clocks { --slm-rest: color-mix(in srgb, var(--text-color) 12%, transparent); --slm-hatch: color-mix(in srgb, var(--text-color) 55%, transparent); --slm-gap: color-mix(in srgb, var(--text-color) 22%, transparent); }
.slm-small a, .slm-why dd a, .slm-why p a, .slm-why-table a, .slm-note a { text-decoration: underline; text-decoration-color: var(--slm-gap, var(--border-color)); text-underline-offset: 3px; }
.slm-bar > div { height: 100%; flex: none; }
.slm-used { background: var(--green-500, #59ba8b); }
.slm-clock[data-state="soon"] .slm-used { background: var(--orange-500, #e86c13); }
.slm-clock[data-state="held"] .slm-used { background: var(--blue-500, #0289f7); }
.slm-clock[data-state="overdue"] .slm-used, .slm-clock[data-state="missed"] .slm-used { background: color-mix(in srgb, var(--red-500, #e03636) 45%, transparent); }
.slm-clock[data-state="cancelled"] .slm-used { background: var(--gray-500, #999); }
.slm-over { background: var(--red-600, #b52a2a); box-shadow: -2px 0 0 var(--fg-color); }
.slm-held { background: repeating-linear-gradient(135deg, var(--slm-hatch) 0 2px, var(--slm-gap) 2px 5px); }
.slm-why-table { margin-bottom: 8px; }
.slm-why-table td, .slm-why-table th { padding: 5px 8px !important; vertical-align: top; }
.slm-why-table td.slm-number, .slm-why-table th.slm-number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.slm-why-table tbody tr[data-kind="closed"] td, .slm-why-table tbody tr[data-kind="replaced"] td { color: var(--text-muted); }
.slm-why-table tfoot td, .slm-why-table tfoot th { font-weight: 600; border-top: 2px solid var(--border-color) !important; }
.slm-spans { max-height: 46vh; overflow: auto; }
.slm-spans thead th { position: sticky; top: 0; background: var(--modal-bg, var(--fg-color)); z-index: 1; }
.slm-why h5 { margin: 16px 0 6px; font-size: var(--text-base, 14px); font-weight: 600; }
.slm-why dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin-bottom: 12px; }
.slm-why dt { color: var(--text-muted); font-weight: 400; } .slm-why dd { margin: 0; }
@container (max-width: 700px) {
	.slm-clock { grid-template-columns: 1fr auto; }
	.slm-clock-mid { grid-column: 1 / -1; grid-row: 2; }
	.slm-clock-due { grid-column: 1 / -1; grid-row: 3; }
}
`;

slm.words = {
	closed: () => ({
		hours: __("Outside hours"),
		weekday: __("Closed"),
		date: __("Closed"),
	}),
	spell: () => ({
		counted: __("Counted"),
		held: __("Held"),
		done: __("Resolved or closed"),
		replaced: __("Not counted by the target that took over"),
	}),
	stopped_by: () => ({
		replied: __("Replied"),
		"customer replied": __("Customer wrote"),
		owned: __("Taken"),
		acknowledged: __("Acknowledged"),
		escalated: __("Escalated"),
		told: __("User told"),
		reopened: __("Reopened"),
		"handed to a team": __("Handed to a team"),
		"handed to a supplier": __("Handed to a supplier"),
		"back from the supplier": __("Back from the supplier"),
		resolved: __("Resolved"),
		closed: __("Closed"),
		"handed over": __("Handed over"),
	}),
	cause: () => ({
		"own team": __("Own team"),
		"other team": __("Another team"),
		supplier: __("Supplier"),
		unassigned: __("Nobody had taken it"),
		customer: __("Customer"),
	}),
	state: () => slm.state_words(),
};

slm.TicketClocks = class {
	constructor(frm) {
		this.frm = frm;
		frappe.dom.set_style(slm.clock_style + slm.legs_style, "slm-clock-style");
		this.colours = new slm.HolderColours();
		this.timer = setInterval(() => this.tick(), 1000);
		document.addEventListener("visibilitychange", () => !document.hidden && this.reload_soon());
		frappe.realtime.on("doc_update", (data) => data.name === this.frm.docname && this.reload_soon());
		frappe.realtime.on("slm_clocks", (data) => this.concerns(data) && this.reload_soon(true));
	}

	concerns({ ticket_type, tickets }) {
		return ticket_type === this.frm.doctype && (!tickets || tickets.includes(this.frm.docname));
	}

	// The list of Issues leaves the room of its DocType when it is left; whoever looks at a ticket goes in again.
	listen() {
		setTimeout(() => frappe.realtime.socket && frappe.realtime.doctype_subscribe(this.frm.doctype), 1000);
	}

	get $wrapper() {
		return this.frm.fields_dict.slm_clocks.$wrapper;
	}

	reload_soon(lines) {
		this.lines_are_old = this.lines_are_old || lines;
		clearTimeout(this.pending);
		this.pending = setTimeout(() => this.load(), 300);
	}

	load() {
		const { doctype: ticket_type, docname: ticket } = this.frm;
		if (this.frm.is_new() || !this.$wrapper.length) return Promise.resolve();
		if (this.ticket !== ticket) {
			this.$wrapper.empty();
			this.colours = new slm.HolderColours();
		}
		this.loaded_at = performance.now();
		if (this.lines_are_old) this.load_lines(ticket_type, ticket);
		const asked = ["ticket_clocks", "ticket_legs"].map((method) =>
			frappe.xcall(`slm_extension.api.${method}`, { ticket_type, ticket })
		);
		return Promise.all(asked).then(([view, legs]) => this.frm.docname === ticket && this.show(ticket, view, legs));
	}

	// The lines of the time-line, which come with the form when it is opened and not when it is saved.
	load_lines(ticket_type, ticket) {
		this.lines_are_old = false;
		return frappe.xcall("slm_extension.api.ticket_timeline", { ticket_type, ticket }).then((lines) => {
			const info = this.frm.docname === ticket && this.frm.get_docinfo();
			if (!info) return;
			const known = info.additional_timeline_content || [];
			const others = known.filter((line) => !line.slm);
			if (known.length === others.length + lines.length && JSON.stringify(known.filter((line) => line.slm)) === JSON.stringify(lines)) return;
			info.additional_timeline_content = [...others, ...lines];
			this.frm.timeline?.refresh();
		});
	}

	show(ticket, view, legs) {
		this.ticket = ticket;
		this.view = view;
		this.legs = legs;
		this.assigned = this.assignments();
		slm.follow_holder(this.frm, view.holder);
		this.frm.slm_unexplained = view.unexplained && { ...view.unexplained, now: view.now, ticket };
		slm.ask_afterwards(this.frm);
		this.shown_at = performance.now();
		for (const leg of legs.legs) this.colours.of(leg.party, leg.name);
		const rows = view.clocks.map((clock, index) => this.row(clock, index)).join("");
		const open = this.$wrapper.find(":focus").attr("data-index");
		this.$wrapper.html(
			`<div class="slm-clocks"><div class="slm-box" role="list" aria-label="${__("Service level clocks")}">
				${this.note()}${rows}${this.whence()}</div><div class="slm-held-by"></div></div>`
		);
		this.show_legs(view.now);
		this.$wrapper.find(".slm-why-button").on("click", (event) => this.why($(event.currentTarget).data("index")));
		this.tick();
		if (open !== undefined) this.$wrapper.find(`[data-index="${open}"]`).trigger("focus");
	}

	// What there is to say besides the clocks, or instead of them.
	note() {
		const { view } = this;
		const said = (title, text, button) => `<div class="slm-note" role="listitem"><div><strong>${title}</strong>${
			text || ""
		}</div>${button || ""}</div>`;
		const why = `<button type="button" class="btn btn-default btn-xs slm-why-button" data-index="-1">${__("Why?")}</button>`;
		if (view.problem) {
			return said(__("The clocks may be behind: this ticket could not be measured."), view.problem);
		}
		if (!view.recorded) {
			return view.enabled
				? said(
						__("Nothing has been recorded about this ticket yet."),
						__("It was there before service levels were; the process owner can run the backfill.")
				  )
				: said(__("Tickets are not timed on this site."), __("SLM Settings switch it on."));
		}
		if (view.clocks.length) return "";
		if (view.agreement) {
			return said(
				__("{0} promises nothing for this ticket.", [this.agreement_link(view.agreement)]),
				__("None of its targets is for this priority and service."),
				why
			);
		}
		return said(__("No agreement covers this ticket."), this.rejections(), why);
	}

	// Under the clocks: the agreement they come from, and the way to ask why.
	whence() {
		const { agreement, clocks } = this.view;
		if (!clocks.length || !agreement) return "";
		const sources = new Set(clocks.filter((one) => !one.leg).map((one) => one.agreement));
		sources.delete(agreement);
		const more = sources.size ? ` <span class="slm-small">${__("and what is less close")}</span>` : "";
		return `<div class="slm-note slm-whence" role="listitem"><div>${__("Agreement: {0}", [
			this.agreement_link(agreement),
		])}${more}</div><button type="button" class="btn btn-default btn-xs slm-why-button" data-index="-1">${__(
			"Why this agreement?"
		)}</button></div>`;
	}

	rejections() {
		const { candidates, other_customers, more, ticket } = this.view;
		const some = candidates.slice(0, 3).map((one) => `${slm.escape(one.title || one.agreement)}: ${slm.rejection(one, ticket)}`);
		const others = candidates.length - some.length + more + other_customers;
		if (!some.length && !others) return __("There is no agreement with a customer on this site.");
		if (others) some.push(some.length ? __("{0} more do not apply", [others]) : __("{0} for other customers", [others]));
		return some.join("<br>");
	}

	agreement_link(name) {
		const known = this.view.agreements[name] || (this.view.candidates || []).find((one) => one.agreement === name);
		if (!known || !known.title) return slm.escape(name);
		return `<a href="/app/slm-agreement/${encodeURIComponent(name)}">${slm.escape(known.title)}</a>`;
	}

	row(clock, index) {
		const beneath = clock.leg > 0;
		const link = this.agreement_link(clock.agreement);
		const cycle = clock.cycle > 1 ? `<span class="slm-small">${__("round {0}", [clock.cycle])}</span>` : "";
		const holder = beneath ? this.holder(clock) : "";
		const stretch = beneath && clock.held_from ? ` · ${this.stretch(clock)}` : "";
		const warning = clock.uncertain
			? `<div class="slm-small">${frappe.utils.icon("solid-warning", "xs")} ${__(
					"Holidays are not known that far ahead; the due time may move."
			  )}</div>`
			: "";
		return `<div class="slm-clock ${beneath ? "slm-beneath" : ""}" role="listitem" data-index="${index}"
				data-metric="${slm.escape(clock.metric)}">
			<div><div class="slm-clock-name"><span>${slm.escape(__(clock.metric))}</span>${holder}${cycle}<span class="slm-state"></span></div>
				<div class="slm-small">${slm.escape(__(clock.kind))} · ${link}${stretch}</div></div>
			<div class="slm-clock-mid"><div class="slm-left" role="timer"></div>
				<div class="slm-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-label="${__(
					"{0}: goal used",
					[slm.escape(__(clock.metric))]
				)}"><div class="slm-used"></div><div class="slm-over"></div><div class="slm-held"></div></div>
				<div class="slm-small slm-sums"></div></div>
			<div class="slm-clock-due"><div class="slm-due"></div><div class="slm-small slm-since"></div>${warning}</div>
			<button type="button" class="btn btn-default btn-xs slm-why-button" data-index="${index}"
				aria-label="${__("Why {0} says so", [slm.escape(__(clock.metric))])}">${__("Why")}</button>
		</div>`;
	}

	// Whose clock it is, in the colour that he has in the bar of legs.
	holder(clock) {
		const party = clock.kind === "UC" ? "supplier" : "team";
		const name = slm.escape(slm.holder_name(party, clock.party));
		return `<span class="slm-holder">${this.colours.dot(party, clock.party)}<span>${name}</span></span>`;
	}

	stretch({ held_from, held_until }) {
		const from = slm.when(held_from, this.view.now);
		return held_until === null ? __("since {0}", [from]) : __("{0} until {1}", [from, slm.when(held_until, this.view.now)]);
	}

	assignments() {
		return (this.frm.get_docinfo()?.assignments || []).map((one) => one.owner).join("\n");
	}

	now() {
		return this.view.now + Math.floor((performance.now() - this.shown_at) / 1000);
	}

	tick() {
		if (!this.view || document.hidden || !this.$wrapper.is(":visible") || this.frm.docname !== this.ticket) return;
		const now = this.now();
		this.view.clocks.forEach((clock, index) => this.paint(this.$wrapper.find(`.slm-clock[data-index="${index}"]`), clock, now));
		if (now - this.legs_shown_at >= 60 && this.legs.legs.length) this.show_legs(now);
		if (this.assignments() !== this.assigned) {
			this.assigned = this.assignments();
			this.reload_soon();
		}
		if (this.has_run_out(now) && performance.now() - this.loaded_at > 5000) this.load();
	}

	show_legs(now) {
		this.legs_shown_at = now;
		const $legs = this.$wrapper.find(".slm-held-by");
		if ($legs.find(":focus").length) return;
		$legs.html(slm.legs_html(this.legs, now, this.colours));
		$legs.find("details").prop("open", this.table || false).on("toggle", (event) => (this.table = event.target.open));
	}

	// What was told holds until the passing of time changes an outcome, or the open spans are at an end.
	has_run_out(now) {
		return this.view.clocks.some((clock) => {
			const last = clock.ahead[clock.ahead.length - 1];
			return clock.phase === "running" && ((clock.next_at && clock.next_at <= now) || (last && last[1] <= now));
		});
	}

	paint($row, clock, now) {
		const live = slm.live(clock, now);
		const [colour, label] = slm.words.state()[live.state];
		if ($row.attr("data-state") !== live.state) {
			$row.attr("data-state", live.state);
			$row.find(".slm-state").html(slm.pill(colour, label));
		}
		const text = slm.clock_text(clock, live, now);
		for (const part of ["left", "sums", "due", "since"]) {
			const $part = $row.find(`.slm-${part}`);
			if ($part.html() !== text[part]) $part.html(text[part]);
		}
		const whole = Math.max(clock.goal, live.elapsed) + clock.held || 1;
		const width = (seconds) => `${(100 * seconds) / whole}%`;
		$row.find(".slm-used").css("width", width(Math.min(live.elapsed, clock.goal)));
		$row.find(".slm-over").css("width", width(Math.max(0, live.elapsed - clock.goal))).toggle(live.elapsed > clock.goal);
		$row.find(".slm-held").css("width", width(clock.held));
		$row.find(".slm-bar").attr({
			"aria-valuenow": Math.min(100, Math.floor((100 * live.elapsed) / (clock.goal || 1))),
			"aria-valuetext": `${$row.find(".slm-sums").text()}`,
		});
	}

	why(index) {
		const { doctype: ticket_type, docname: ticket } = this.frm;
		if (index < 0) {
			return frappe
				.xcall("slm_extension.api.explain_agreement", { ticket_type, ticket })
				.then((answer) =>
					slm.why_dialog(
						answer.applies ? __("Why this agreement?") : __("Why no agreement?"),
						slm.choice_html(answer) + slm.try_link(answer)
					)
				);
		}
		const { metric, cycle, leg } = this.view.clocks[index];
		return frappe
			.xcall("slm_extension.api.explain_clock", { ticket_type, ticket, metric, cycle, leg })
			.then((answer) => slm.why_dialog(__("{0} of {1}", [slm.escape(__(metric)), slm.escape(ticket)]), slm.explanation_html(answer)));
	}
};

slm.clock_text = function (clock, live, now) {
	const bold = (text) => `<strong>${text}</strong>`;
	const over = live.remaining < 0;
	const amount = slm.duration(Math.abs(live.remaining), clock.phase === "running" && live.open ? "ticking" : true);
	const left = over ? __("{0} over", [bold(amount)]) : __("{0} left", [bold(amount)]);
	const goal = slm.duration(clock.goal, true);
	let sums = __("{0} of {1} used", [slm.duration(live.elapsed, clock.phase !== "running"), goal]);
	if (clock.held) sums += ` · ${__("{0} held", [slm.duration(clock.held)])}`;
	const due = clock.due ? __("Due {0}", [slm.datetime(clock.due)]) : "";
	const missed = clock.missed_at ? __("missed {0}", [slm.when(clock.missed_at, now)]) : "";
	const stopped = clock.stopped
		? `${slm.words.stopped_by()[clock.stopped_by] || slm.escape(__(clock.stopped_by))} ${slm.when(clock.stopped, now)}`
		: "";
	switch (clock.phase) {
		case "running": {
			const closed = live.open
				? ""
				: ` · ${live.opens ? __("closed until {0}", [slm.when(live.opens, now)]) : __("closed for now")}`;
			return { left: left + closed, sums, due, since: missed };
		}
		case "held": {
			const reason = __("held: {0}", [slm.escape(__(clock.reason))]);
			return { left: `${left} · ${reason}`, sums, due: due || __("No due time while held"), since: missed };
		}
		case "stopped":
			return {
				left: over ? left : __("{0} to spare", [bold(amount)]),
				sums,
				due: stopped,
				since: [clock.due && __("was due {0}", [slm.datetime(clock.due)]), missed].filter(Boolean).join("<br>"),
			};
		case "not started":
			return { left: __("Nothing has started it yet"), sums: __("Goal {0}", [goal]), due: "", since: "" };
		default: {
			const why = { "no target applies": __("No target applies any more") }[clock.reason];
			return { left: why || slm.escape(__(clock.reason)), sums, due: "", since: "" };
		}
	}
};

slm.why_dialog = function (title, html) {
	const dialog = new frappe.ui.Dialog({ title, size: "large", fields: [{ fieldtype: "HTML", fieldname: "why" }] });
	dialog.fields_dict.why.$wrapper.html(`<div class="slm-why">${html}</div>`);
	dialog.show();
	return dialog;
};

// The same question with other properties.
slm.try_link = function ({ ticket, opened }) {
	const { type, ...others } = ticket;
	const site = frappe.boot.time_zone?.system || slm.user_zone();
	const values = { ...others, issue_type: type, opened: slm.moment(opened, site).format("YYYY-MM-DD HH:mm:ss") };
	return `<p class="slm-which mb-0"><a href="${slm.escape(slm.which_route(values))}">${__("Try it with other properties")}</a></p>`;
};

slm.explanation_html = function (answer) {
	const { clock } = answer;
	const known = answer.agreements[clock.agreement];
	const link = known
		? `<a href="/app/slm-agreement/${encodeURIComponent(clock.agreement)}">${slm.escape(known.title)}</a>, ${__(
				"version {0}",
				[slm.escape(known.document_version)]
		  )}`
		: slm.escape(clock.agreement);
	const target = clock.priorities.map((priority) => slm.escape(__(priority))).join(", ") || __("all priorities");
	const elsewhere = clock.zone && clock.zone !== slm.user_zone();
	const zone = elsewhere
		? ` (${slm.escape(clock.zone)}; ${__("the times here are those of {0}", [slm.escape(slm.user_zone())])})`
		: "";
	const facts = [
		[__("Agreement"), link],
		[__("Goal"), `${slm.duration(clock.goal, true)} · ${target}`],
		[__("Counted in"), slm.escape(clock.calendar) + zone],
		clock.due && [__("Due"), slm.datetime(clock.due, true)],
		clock.missed_at && [__("Missed"), slm.datetime(clock.missed_at, true)],
		answer.cause && [
			__("Late because of"),
			[slm.words.cause()[answer.cause] || answer.cause, answer.responsible].filter(Boolean).map(slm.escape).join(": "),
		],
	].filter(Boolean);
	const list = facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("");
	return `<dl>${list}</dl>${slm.spans_html(answer)}${slm.swaps_html(answer.swaps)}
		<h5>${__("Why this agreement")}</h5>${slm.choice_html(answer)}${slm.try_link(answer)}`;
};

slm.span_words = function (span) {
	if (span.kind === "closed") {
		const word = slm.words.closed()[span.closed];
		return span.reason ? `${word}: ${slm.escape(__(span.reason))}` : word;
	}
	const word = slm.words.spell()[span.kind];
	return span.reason && span.kind !== "replaced" ? `${word}: ${slm.escape(__(span.reason))}` : word;
};

slm.spans_html = function (answer) {
	if (!answer.spans.length) return `<p class="text-muted">${__("No time has passed on this clock.")}</p>`;
	const column = (span) => (span.kind === "counted" ? 0 : ["held", "done"].includes(span.kind) ? 1 : 2);
	const cells = (values) =>
		values.map((value) => `<td class="slm-number">${value === null ? "" : slm.duration(value, true)}</td>`).join("");
	const rows = answer.spans
		.map((span) => {
			const values = [null, null, null];
			values[column(span)] = span.seconds;
			return `<tr data-kind="${span.kind}" data-seconds="${span.seconds}"><td>${slm.datetime(
				span.start,
				true
			)}</td><td>${slm.span_words(span)}</td>${cells(values)}</tr>`;
		})
		.join("");
	const head = [__("From"), __("What")].map((name) => `<th scope="col">${name}</th>`).join("");
	const numbers = [__("Counted"), __("Held"), __("Not Counted")]
		.map((name) => `<th scope="col" class="slm-number">${name}</th>`)
		.join("");
	const end = answer.spans[answer.spans.length - 1].end;
	return `<div class="slm-spans" tabindex="0" role="region" aria-label="${__("Span by span")}">
		<table class="table table-sm slm-why-table"><caption class="sr-only">${__("Span by span")}</caption>
		<thead><tr>${head}${numbers}</tr></thead><tbody>${rows}</tbody>
		<tfoot><tr><th scope="row">${slm.datetime(end, true)}</th><td>${__("Together {0}", [
		slm.duration(answer.total, true),
	])}</td>${cells([answer.counted, answer.held, answer.uncounted])}</tr></tfoot></table></div>`;
};

slm.swaps_html = function (swaps) {
	if (!swaps.length) return "";
	const target = (goal, priorities) =>
		goal === null
			? __("no target")
			: [slm.duration(goal, true), ...priorities.map((one) => slm.escape(__(one)))].join(" · ");
	const lines = swaps.map(
		(swap) =>
			`<li>${__("{0}: {1} gave way to {2}; {3} counted as used before, {4} after", [
				slm.datetime(swap.at, true),
				target(swap.goal_before, swap.priorities_before),
				target(swap.goal_after, swap.priorities_after),
				slm.duration(swap.elapsed_before, true),
				slm.duration(swap.elapsed_after, true),
			])}</li>`
	);
	return `<h5>${__("Targets that took over")}</h5><ul>${lines.join("")}</ul>`;
};

frappe.ui.form.on("Issue", {
	refresh(frm) {
		if (!frm.fields_dict.slm_clocks) return;
		frm.slm_clocks = frm.slm_clocks || new slm.TicketClocks(frm);
		frm.set_df_property("slm_figures", "hidden", 1); // they are for lists, and said better by the clocks
		frm.slm_clocks.load();
		frm.slm_clocks.listen();
	},
	after_save(frm) {
		frm.slm_clocks && frm.slm_clocks.reload_soon(true);
	},
	timeline_refresh(frm) {
		frm.slm_clocks && frm.slm_clocks.reload_soon();
	},
});
