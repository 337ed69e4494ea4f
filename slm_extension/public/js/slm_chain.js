// Whether an agreement can be kept by what it rests on: each target in words, the worst case as a time-line.

frappe.provide("slm");

slm.chain_style = `
.slm-chain article { border: 1px solid var(--border-color); border-left-width: 3px; border-radius: var(--border-radius-md, 8px); padding: 12px 15px; margin-bottom: 12px; }
.slm-chain article.slm-bad { border-left-color: var(--red-500, #e24c4c); }
.slm-chain article.slm-good { border-left-color: var(--green-500, #30a66d); }
.slm-chain p { margin: 0 0 6px; overflow-wrap: anywhere; }
.slm-chain article p { display: flex; gap: 8px; align-items: baseline; }
.slm-chain article p .slm-pill { flex: none; }
.slm-chain figure { margin: 8px 0 0; max-width: 900px; }
.slm-chain figcaption { display: flex; flex-wrap: wrap; gap: 4px 16px; color: var(--text-muted); font-size: var(--text-sm, 12px); margin-top: 4px; }
.slm-chain figcaption i { display: inline-block; width: 14px; height: 9px; margin-right: 5px; border-radius: 2px; }
.slm-chain svg { width: 100%; height: auto; display: block; }
.slm-chain svg text { fill: var(--text-color); font-size: 12px; }
.slm-chain svg .slm-muted { fill: var(--text-muted); font-size: 11px; }
.slm-chain svg .slm-lane { fill: var(--bg-light-gray, #f3f3f3); stroke: none; }
.slm-chain .slm-open { fill: #bfdcf5; background: #bfdcf5; }
[data-theme="dark"] .slm-chain .slm-open { fill: #26435f; background: #26435f; }
.slm-chain .slm-leg { fill: var(--blue-500, #0289f7); background: var(--blue-500, #0289f7); }
.slm-chain .slm-wait { fill: var(--gray-500, #999); background: var(--gray-500, #999); }
.slm-chain .slm-own { fill: var(--green-500, #30a66d); background: var(--green-500, #30a66d); }
.slm-chain .slm-late { fill: var(--red-500, #e24c4c); background: var(--red-500, #e24c4c); }
.slm-chain svg .slm-due { stroke: var(--red-500, #e24c4c); stroke-width: 1.5; stroke-dasharray: 4 3; }
.slm-chain svg .slm-midnight { stroke: var(--border-color); stroke-width: 1; }
.slm-chain summary { cursor: pointer; color: var(--text-muted); }
`;

slm.show_chain = function (frm) {
	const field = frm.fields_dict.chain_html;
	if (!field || frm.is_new()) return field?.$wrapper.empty();
	frappe.dom.set_style(slm.chain_style, "slm-chain-style");
	const name = frm.docname;
	return frappe.xcall("slm_extension.api.chain_report", { agreement: name }).then((report) => {
		if (frm.docname !== name) return;
		field.$wrapper.html(slm.chain_html(report));
		slm.chain_buttons(frm, field.$wrapper, report);
	});
};

slm.chain_colours = { Feasible: "green", Infeasible: "red", Waived: "orange", "Nothing Beneath": "gray", "Not Checked": "gray" };

slm.chain_html = function (report) {
	const state = report.state || "Not Checked";
	const says = {
		Feasible: __("As long as everybody keeps what he promised, every target is kept."),
		Infeasible: __("Everybody can keep what he promised, and the customer's target is missed all the same."),
		Waived: __("It can be missed although everybody keeps what he promised; the risk was taken knowingly."),
		"Nothing Beneath": __("No OLA and no UC takes part; what can be kept is not known."),
		"Not Checked": __("It has not been checked."),
	};
	const parts = [`<p>${slm.pill(slm.chain_colours[state], __(state))} ${says[state]}</p>`];
	if (report.problem) parts.push(`<p class="text-danger" role="alert">${slm.escape(report.problem)}</p>`);
	if (report.waived_by) parts.push(slm.waiver_html(report, state));
	if ((report.waiting || []).length) {
		const names = report.waiting.map((name) => frappe.utils.get_form_link("SLM Agreement", name, true, slm.escape(name)));
		parts.push(`<p>${slm.pill("orange", __("not concluded yet"))} ${names.join(", ")}</p>`);
	}
	for (const [calendar, until] of report.unknown_holidays || []) {
		const day = frappe.datetime.str_to_user(until);
		const text = __("The holidays of {0} are known until {1} only; after that none are counted.", [calendar, day]);
		parts.push(`<p>${slm.pill("orange", __("holidays unknown"))} ${slm.escape(text)}</p>`);
	}
	if (report.first) {
		const span = [slm.datetime(report.first), slm.datetime(report.last)];
		parts.push(`<p class="text-muted">${__("Checked for tickets opened from {0} to {1}, to the second.", span)}</p>`);
	}
	const shown = [...(report.findings || [])].sort((one, other) => Number(one.kept) - Number(other.kept));
	parts.push(...shown.map((one, index) => slm.finding_html(one, report.titles, index < slm.chain_drawn)), slm.alone_html(report));
	return `<section class="slm-chain" aria-label="${__("Can it be kept")}" data-state="${slm.escape(state)}">${parts.join(
		""
	)}<div class="slm-chain-buttons"></div></section>`;
};

slm.waiver_html = function (report, state) {
	const label = state === "Waived" ? __("Waived by {0}", [report.waived_by]) : __("A waiver by {0} has lapsed", [report.waived_by]);
	return `<p><strong>${slm.escape(label)}:</strong> ${slm.escape(report.waiver)}</p>`;
};

slm.verdicts = {
	feasible: ["green", __("can be kept")],
	infeasible: ["red", __("can be missed")],
	unbounded: ["red", __("no end")],
	gap: ["red", __("not covered")],
	"rests on nothing": ["gray", __("nothing beneath")],
};

// So many that can go wrong are drawn at once; the others open on a click.
slm.chain_drawn = 3;

slm.finding_html = function (finding, titles, open) {
	const way = finding.verdict === "unbounded" ? finding.worst : finding.earliest || finding.worst;
	const drawing = way && way.finish !== null ? slm.chain_figure(finding, way, titles) : "";
	const label_of = finding.earliest ? __("How it goes wrong") : __("Worst case");
	const folded = drawing && (!finding.earliest || !open);
	const picture = folded ? `<details><summary>${label_of}</summary>${drawing}</details>` : drawing;
	const [colour, label] = slm.verdicts[finding.verdict] || ["gray", finding.verdict];
	const css = { green: "slm-good", red: "slm-bad" }[colour] || "";
	return `<article class="${css}"><p>${slm.pill(colour, label)} <span>${slm.escape(finding.words)}</span></p>${picture}</article>`;
};

// A support that alone is weaker than what it carries is named, so that one sees which to strengthen.
slm.alone_html = function (report) {
	const weak = (report.alone || []).filter((one) => !one.kept && one.verdict !== "gap");
	if (!weak.length) return "";
	const names = [...new Set(weak.map((one) => report.titles[one.support] || one.support))];
	return `<p>${__("Weaker than a target already by itself: {0}.", [names.map((name) => slm.escape(name).bold()).join(", ")])}</p>`;
};

slm.chain_lanes = (finding, way, titles) => [
	...way.passages.map((one) => ({ ...one, name: one.kind ? titles[one.name] || one.name : __(one.name) })),
	{ name: __(finding.metric), calendar: finding.calendar, open: way.open, start: way.opened, end: way.finish, own: true },
];

// The customer's target along the way: held, running, and after it is used up too late.
slm.own_bars = function (way) {
	const bars = [];
	const due = way.due === null ? Infinity : way.due;
	for (const { start, end, held } of way.passages) {
		if (held) bars.push([start, end, "slm-wait"]);
		else {
			if (start < due) bars.push([start, Math.min(end, due), "slm-own"]);
			if (end > due) bars.push([Math.max(start, due), end, "slm-late"]);
		}
	}
	return bars.filter(([from, to]) => to > from);
};

slm.chain_figure = function (finding, way, titles) {
	const held = way.passages.some((one) => one.held);
	const late = way.due !== null && way.finish > way.due;
	const keys = [
		["slm-open", __("open hours")],
		way.passages.some((one) => !one.held) && ["slm-leg", __("has the ticket")],
		held && ["slm-wait", __("has the ticket, the customer's clock is held")],
		["slm-own", __("until the target is used up")],
		late && ["slm-late", __("too late")],
	].filter(Boolean);
	const legend = keys.map(([css, label]) => `<span><i class="${css}"></i>${label}</span>`).join("");
	return `<figure>${slm.chain_drawing(finding, way, titles)}<figcaption>${legend}<span>${__("Times of {0}", [
		slm.escape(finding.zone),
	])}</span></figcaption></figure>`;
};

// Lanes from top to bottom in the order in which the ticket passes, the customer's own target last.
slm.chain_drawing = function (finding, way, titles) {
	const width = 900;
	const left = 190;
	const right = 14;
	const lane = 32;
	const top = 40;
	const lanes = slm.chain_lanes(finding, way, titles);
	const bottom = top + lanes.length * lane;
	const x = (at) => left + ((at - way.begin) / (way.end - way.begin)) * (width - left - right);
	const rect = (from, to, y, h, css) =>
		`<rect x="${x(from).toFixed(1)}" y="${y}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="${h}" class="${css}"></rect>`;
	const shorten = (text) => (text.length > 27 ? `${text.slice(0, 26)}…` : text);
	const when = (at) => slm.moment(at, finding.zone).format(`ddd D MMM ${slm.time_format()}`);
	const rows = lanes.map((one, index) => {
		const y = top + index * lane;
		const bars = one.own ? slm.own_bars(way) : [[one.start, one.end, one.held ? "slm-wait" : "slm-leg"]];
		const bar = bars.map(([from, to, css]) => rect(from, to, y + 6, 10, css)).join("");
		const open = one.open.map(([from, to]) => rect(from, to, y, 22, "slm-open")).join("");
		return `<g><title>${slm.escape(`${one.name} (${one.calendar}): ${when(one.start)} – ${when(one.end)}`)}</title><text x="0" y="${
			y + 10
		}">${slm.escape(shorten(one.name))}</text><text x="0" y="${y + 22}" class="slm-muted">${slm.escape(
			shorten(one.calendar)
		)}</text>${rect(way.begin, way.end, y, 22, "slm-lane")}${open}${bar}</g>`;
	});
	const text = (at, y, words, css = "") => {
		const half = words.length * 3.1;
		const middle = Math.min(Math.max(x(at), left + half), width - right - half);
		return `<text x="${middle.toFixed(1)}" y="${y}" text-anchor="middle" class="${css}">${slm.escape(words)}</text>`;
	};
	const due =
		way.due !== null
			? `<line x1="${x(way.due).toFixed(1)}" x2="${x(way.due).toFixed(1)}" y1="${top - 6}" y2="${bottom}" class="slm-due"></line>` +
			  text(way.due, top - 12, __("due {0}", [when(way.due)]))
			: "";
	const ends = slm.chain_end_labels(way, x, when, text, bottom);
	return `<svg viewBox="0 0 ${width} ${bottom + ends.height}" role="img" aria-label="${slm.escape(finding.words)}">${rows.join(
		""
	)}${slm.midnights(finding, way, x, top, bottom)}${due}${ends.svg}</svg>`;
};

// Opening and end under the lanes, one below the other where they would run into each other.
slm.chain_end_labels = function (way, x, when, text, bottom) {
	const close = x(way.finish) - x(way.opened) < 190;
	const opened = text(way.opened, bottom + 14, __("opened {0}", [when(way.opened)]), "slm-muted");
	const ended = text(way.finish, bottom + (close ? 30 : 14), __("ends {0}", [when(way.finish)]), "slm-muted");
	return { svg: opened + ended, height: close ? 38 : 22 };
};

// A thin line at each midnight of the promise's own zone, as long as they can be told apart.
slm.midnights = function (finding, way, x, top, bottom) {
	const lines = [];
	const day = slm.moment(way.begin, finding.zone).startOf("day").add(1, "day");
	for (; day.unix() < way.end; day.add(1, "day")) {
		if (lines.length > 40) return "";
		const at = x(day.unix()).toFixed(1);
		lines.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" class="slm-midnight"></line>`);
	}
	return lines.join("");
};

slm.chain_buttons = function (frm, $wrapper, report) {
	const $box = $wrapper.find(".slm-chain-buttons");
	const button = (label, act) =>
		$(`<button type="button" class="btn btn-default btn-sm mr-2">${label}</button>`).on("click", act).appendTo($box);
	if (frm.doc.rests_on?.length && frappe.model.can_write("SLM Agreement") && !frm.is_dirty())
		button(__("Check Now"), () => slm.call_and_reload(frm, "check_chain"));
	if (report.state === "Infeasible" && frappe.user.has_role("SLM Process Owner"))
		button(__("Waive"), () =>
			frappe.prompt(
				[{ ...slm.reason_field, label: __("Why the risk is taken") }],
				(values) => slm.call_and_reload(frm, "waive_chain", values),
				__("Waive the Chain"),
				__("Waive")
			)
		);
};
