// Who held a ticket: a bar of its legs, what each holder had together, and the same as a table. After slm_time.js.

slm.legs_style = `
.slm-legs { margin-top: 10px; padding: 12px 15px; font-size: var(--text-base, 14px); border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); background: var(--fg-color); }
.slm-legs-head { display: flex; flex-wrap: wrap; gap: 2px 12px; justify-content: space-between; align-items: baseline; }
.slm-legs-head strong { font-weight: 500; color: var(--heading-color); }
.slm-legs-bar { display: flex; height: 14px; margin: 8px 0; border-radius: 4px; overflow: hidden; gap: 1px; background: var(--border-color); }
.slm-leg { min-width: 3px; background: var(--slm-holder); }
.slm-leg[data-going] { background: linear-gradient(to right, var(--slm-holder) calc(100% - 12px), color-mix(in srgb, var(--slm-holder) 40%, transparent)); }
.slm-dot { display: inline-block; flex: none; width: 10px; height: 10px; border-radius: 3px; background: var(--slm-holder); }
.slm-leg[data-party="customer"], .slm-dot[data-party="customer"] { background: repeating-linear-gradient(135deg, var(--slm-holder) 0 3px, color-mix(in srgb, var(--slm-holder) 30%, transparent) 3px 6px); }
.slm-leg[data-party="nobody"], .slm-dot[data-party="nobody"] { background: var(--fg-color); box-shadow: inset 0 0 0 1px var(--slm-holder); }
.slm-legs-key { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 4px; padding: 0; }
.slm-legs-key li { display: flex; gap: 6px; align-items: center; color: var(--text-color); overflow-wrap: anywhere; }
.slm-legs summary { cursor: pointer; color: var(--text-muted); font-size: var(--text-sm, 12px); width: max-content; }
.slm-legs-scroll { overflow-x: auto; margin-top: 6px; }
.slm-legs table { margin: 0; }
.slm-legs td, .slm-legs th { padding: 4px 8px !important; white-space: nowrap; }
.slm-legs .slm-number { text-align: right; font-variant-numeric: tabular-nums; }
.slm-legs tfoot td, .slm-legs tfoot th { font-weight: 600; border-top: 2px solid var(--border-color) !important; }
`;

slm.HOLDER_COLOURS = {
	team: ["#7a6ff0", "#0f9fb5", "#c658a8", "#4a8bf5", "#3d9970", "#8d6e63", "#5c6bc0"],
	supplier: ["#e8833a", "#c9a227", "#b5533c", "#d9734e"],
};

// Each holder of a ticket keeps his colour wherever the ticket's form speaks of him.
slm.HolderColours = class {
	constructor() {
		this.known = { team: [], supplier: [] };
	}

	of(party, name) {
		const palette = slm.HOLDER_COLOURS[party];
		if (!palette) return { customer: "#7c8798", unassigned: "#b8bec7" }[party] || "#b8bec7";
		if (!this.known[party].includes(name)) this.known[party].push(name);
		return palette[this.known[party].indexOf(name) % palette.length];
	}

	dot(party, name) {
		return `<span class="slm-dot" data-party="${party}" style="--slm-holder: ${this.of(party, name)}" aria-hidden="true"></span>`;
	}
};

slm.holder_name = function (party, name) {
	switch (party) {
		case "team":
			return name;
		case "supplier":
			return name || __("A supplier");
		case "customer":
			return name ? __("Customer {0}", [name]) : __("Customer");
		case "nobody":
			return __("Nobody, it was done");
		default:
			return __("Unassigned");
	}
};

// The legs with the last one, while it goes on, up to this second.
slm.legs_at = function (view, now) {
	const legs = view.legs.map((leg) => (leg.going ? { ...leg, end: Math.max(leg.end, now), seconds: Math.max(leg.end, now) - leg.start } : leg));
	return { legs, seconds: legs.reduce((sum, leg) => sum + leg.seconds, 0) };
};

slm.legs_html = function (view, now, colours) {
	if (!view || !view.legs.length) return "";
	const { legs, seconds } = slm.legs_at(view, now);
	const going = legs[legs.length - 1].going;
	const name = (leg) => slm.escape(slm.holder_name(leg.party, leg.name));
	const until = (leg) => (leg.going ? __("now") : slm.datetime(leg.end, true));
	const open = (value) => (view.calendar && value !== null ? __("{0} in {1}", [slm.duration(value, true), slm.escape(view.calendar)]) : "");
	const told = (leg) =>
		[__("{0}: {1} until {2}", [name(leg), slm.datetime(leg.start, true), until(leg)]), slm.duration(leg.seconds, true), !leg.going && open(leg.open_seconds)]
			.filter(Boolean)
			.join("\\n");
	const bar = legs
		.map(
			(leg) =>
				`<div class="slm-leg" data-party="${leg.party}" data-seconds="${leg.seconds}" ${leg.going ? "data-going" : ""} title="${told(leg)}"
					style="flex: ${leg.seconds} 1 0; --slm-holder: ${colours.of(leg.party, leg.name)}"></div>`
		)
		.join("");
	const sums = new Map();
	for (const leg of legs) {
		const key = `${leg.party}|${leg.name}`;
		const known = sums.get(key) || { leg, seconds: 0, times: 0 };
		sums.set(key, { leg, seconds: known.seconds + leg.seconds, times: known.times + 1 });
	}
	const key = [...sums.values()]
		.map(({ leg, seconds: sum, times }) => {
			const often = times > 1 ? ` · ${__("{0} times", [times])}` : "";
			return `<li>${colours.dot(leg.party, leg.name)}<span>${name(leg)} <span class="slm-small">${slm.duration(sum)}${often}</span></span></li>`;
		})
		.join("");
	const summary = [...sums.values()].map(({ leg, seconds: sum }) => `${name(leg)} ${slm.duration(sum)}`).join(", ");
	const life = going ? __("{0} since it was opened", [slm.duration(seconds)]) : __("{0} from opening to end", [slm.duration(seconds)]);
	return `<section class="slm-legs" aria-label="${__("Who held it")}">
		<div class="slm-legs-head"><strong>${__("Who Held It")}</strong><span class="slm-small">${life}</span></div>
		<div class="slm-legs-bar" role="img" aria-label="${__("Who held it")}: ${summary}">${bar}</div>
		<ul class="slm-legs-key">${key}</ul>
		<details><summary>${__("As a table")}</summary>${slm.legs_table(view, legs, seconds, name, until)}</details>
	</section>`;
};

slm.legs_table = function (view, legs, seconds, name, until) {
	const hours = view.calendar ? `<th scope="col" class="slm-number">${__("In {0}", [slm.escape(view.calendar)])}</th>` : "";
	const open = (value) => (view.calendar ? `<td class="slm-number">${value === null ? "" : slm.duration(value, true)}</td>` : "");
	const rows = legs
		.map(
			(leg) => `<tr><td>${name(leg)}</td><td>${slm.datetime(leg.start, true)}</td><td>${until(leg)}</td>
				<td class="slm-number">${slm.duration(leg.seconds, true)}</td>${open(leg.open_seconds)}</tr>`
		)
		.join("");
	return `<div class="slm-legs-scroll" tabindex="0" role="region" aria-label="${__("Who held it, leg by leg")}">
		<table class="table table-sm"><caption class="sr-only">${__("Who held it, leg by leg")}</caption>
		<thead><tr><th scope="col">${__("Who")}</th><th scope="col">${__("From")}</th><th scope="col">${__("Until")}</th>
		<th scope="col" class="slm-number">${__("Together")}</th>${hours}</tr></thead><tbody>${rows}</tbody>
		<tfoot><tr><th scope="row" colspan="3">${__("The ticket's life")}</th><td class="slm-number">${slm.duration(seconds, true)}</td>${open(
		view.open_seconds
	)}</tr></tfoot></table></div>`;
};
