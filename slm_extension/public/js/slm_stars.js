// A score from 1 to 5 as stars: to look at, and to choose. For the desk and for the portal, whose page is a template
// of the host: no double braces here.

frappe.provide("slm");

slm.HIGHEST_SCORE = 5;

slm.satisfaction = (score) =>
	[
		__("Not said"),
		__("Very dissatisfied"),
		__("Dissatisfied"),
		__("Neither satisfied nor dissatisfied"),
		__("Satisfied"),
		__("Very satisfied"),
	][score];

slm.star_style = `
.slm-stars { color: var(--yellow-600, #b98900); letter-spacing: 0.08em; white-space: nowrap; }
.slm-star-picker { border: 0; margin: 0 0 10px; padding: 0; min-width: 0; }
.slm-star-picker legend { font-size: inherit; font-weight: 500; margin: 0 0 2px; padding: 0; border: 0; }
.slm-star-row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
.slm-star-choices { display: inline-flex; position: relative; }
.slm-star-choices input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.slm-star-choices label { margin: 0; padding: 0 3px; cursor: pointer; font-size: 28px; line-height: 1.2; color: var(--yellow-600, #b98900); border-radius: 6px; }
.slm-star-choices input:focus-visible + label { outline: 2px solid var(--primary, #171717); }
.slm-star-choices label span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.slm-star-word { color: var(--text-muted, #6b6b6b); }
`;

slm.add_star_style = function () {
	if (document.getElementById("slm-star-style")) return;
	const style = document.createElement("style");
	style.id = "slm-star-style";
	style.textContent = slm.star_style;
	document.head.append(style);
};

slm.star_text = (score) => "★".repeat(score) + "☆".repeat(slm.HIGHEST_SCORE - score);

// An element, so that nothing has to be escaped.
slm.stars = function (score) {
	slm.add_star_style();
	const said = __("{0} of {1}: {2}", [score, slm.HIGHEST_SCORE, slm.satisfaction(score)]);
	const found = document.createElement("span");
	found.className = "slm-stars";
	found.setAttribute("role", "img");
	found.setAttribute("aria-label", said);
	found.title = said;
	found.textContent = slm.star_text(score);
	return found;
};

// Radio buttons that look like stars: arrow keys, screen readers and touch work as ever. `optional`: it can be taken
// back. `words(score)` says what a score means.
slm.star_picker = function (options) {
	slm.add_star_style();
	const picker = document.createElement("fieldset");
	const legend = document.createElement("legend");
	const row = document.createElement("div");
	const choices = document.createElement("span");
	const word = document.createElement("span");
	const name = `slm-stars-${options.name}-${Math.random().toString(36).slice(2)}`;
	picker.className = "slm-star-picker";
	picker.dataset.name = options.name;
	legend.textContent = options.legend;
	row.className = "slm-star-row";
	choices.className = "slm-star-choices";
	word.className = "slm-star-word";
	word.setAttribute("aria-live", "polite");
	picker.score = options.value || 0;
	const say = options.words || ((score) => __("{0} of {1}", [score, slm.HIGHEST_SCORE]));
	const stars = [];
	const paint = (score) => stars.forEach((star, index) => (star.textContent = index < score ? "★" : "☆"));
	const settle = () => {
		paint(picker.score);
		word.textContent = picker.score ? say(picker.score) : "";
		clear.hidden = !options.optional || !picker.score;
	};
	const choose = (score) => {
		picker.score = score;
		settle();
		if (options.onchange) options.onchange(score);
	};
	const clear = document.createElement("button");
	clear.type = "button";
	clear.className = "btn btn-xs btn-default";
	clear.textContent = __("Take Back");
	clear.addEventListener("click", () => {
		choices.querySelectorAll("input").forEach((input) => (input.checked = false));
		choose(0);
	});
	for (let score = 1; score <= slm.HIGHEST_SCORE; score++) {
		const input = document.createElement("input");
		const label = document.createElement("label");
		const star = document.createElement("b");
		const hidden = document.createElement("span");
		input.type = "radio";
		input.name = name;
		input.value = score;
		input.id = `${name}-${score}`;
		input.checked = score === picker.score;
		input.addEventListener("change", () => choose(score));
		label.htmlFor = input.id;
		label.title = say(score);
		label.addEventListener("mouseenter", () => paint(score));
		star.style.fontWeight = "400";
		star.setAttribute("aria-hidden", "true");
		hidden.textContent = `${score}: ${say(score)}`;
		stars.push(star);
		label.append(star, hidden);
		choices.append(input, label);
	}
	choices.addEventListener("mouseleave", settle);
	row.append(choices, word, clear);
	picker.append(legend, row);
	settle();
	return picker;
};
