"""The glossary: its terms, the ones a document uses, and the words it does not cover."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension import testing
from slm_extension.seeds import glossary as seeds
from slm_extension.service_level_management.report.slm_glossary_coverage import slm_glossary_coverage
from slm_extension.services import glossary


@pytest.fixture
def empty(site: str) -> None:
	frappe.db.delete("SLM Glossary Term")


@pytest.fixture
def seeded(empty: None) -> None:
	seeds.seed()


def make_term(term: str, definition: str = "What it is.", **fields: Any) -> Any:
	return frappe.get_doc(
		{"doctype": "SLM Glossary Term", "term": term, "definition": definition, "language": "en", **fields}
	).insert()


def names(found: list[Any]) -> list[str]:
	return [one.term for one in found]


class TestTerms:
	@pytest.mark.parametrize(
		"abbreviation", ["SLM", "SLA", "OLA", "UC", "MTBF", "MTRS"], ids=lambda abbreviation: abbreviation
	)
	def test_the_usual_abbreviations_are_there_from_the_start(self, seeded: None, abbreviation: str) -> None:
		assert frappe.db.exists("SLM Glossary Term", {"abbreviation": abbreviation})

	@pytest.mark.parametrize(
		"word",
		[
			"service catalogue",
			"SLM owner",
			"verification",
			"validation",
			"hold",
			"workload limit",
			"calendar",
		],
		ids=lambda word: word,
	)
	def test_the_terms_that_the_process_needs_are_there_from_the_start(self, seeded: None, word: str) -> None:
		assert glossary.terms_for([f"About the {word}."]), word

	def test_every_seed_is_a_sentence_and_its_own(self) -> None:
		words = [
			word.casefold()
			for one in seeds.TERMS
			for word in (one.term, *one.forms, one.abbreviation)
			if word
		]
		assert len(words) == len(set(words))
		for one in seeds.TERMS:
			assert one.definition.endswith(".") and len(one.definition) > 20, one.term

	def test_seeding_again_keeps_what_a_site_has_changed(self, seeded: None) -> None:
		frappe.db.set_value("SLM Glossary Term", {"term": "Hold"}, "definition", "Our own words.")
		count = frappe.db.count("SLM Glossary Term")

		seeds.seed()

		assert frappe.db.get_value("SLM Glossary Term", {"term": "Hold"}, "definition") == "Our own words."
		assert frappe.db.count("SLM Glossary Term") == count

	def test_one_word_is_defined_once_a_language(self, empty: None) -> None:
		make_term("Service level agreement", abbreviation="SLA")
		with pytest.raises(frappe.ValidationError, match=r"SLA.* is defined already"):
			make_term("Some other thing", abbreviation="SLA")
		with pytest.raises(frappe.ValidationError, match=r"is defined already|already exists|Duplicate"):
			make_term("Service level agreement")

	def test_a_second_language_has_its_own_definition(self, empty: None) -> None:
		make_term("Ticket")
		german = make_term("Ticket", "Eine Anfrage.", language="de")

		assert german.name == "Ticket (de)"
		assert [one.definition for one in glossary.terms_for(["Ticket"])] == ["What it is."]
		frappe.local.lang = "de"
		try:
			assert [one.definition for one in glossary.terms_for(["Ticket"])] == ["Eine Anfrage."]
		finally:
			frappe.local.lang = "en"

	def test_a_word_cannot_be_used_and_avoided_at_once(self, empty: None) -> None:
		with pytest.raises(frappe.ValidationError, match="cannot be used and avoided"):
			make_term("Breach", other_forms="Miss", avoid="violation\nmiss")

	def test_lists_of_words_are_tidied(self, empty: None) -> None:
		assert (
			make_term("  Service   hours ", other_forms=" hours \n\nhours\n").as_dict().other_forms == "hours"
		)
		assert frappe.db.exists("SLM Glossary Term", {"term": "Service hours"})


class TestUse:
	@pytest.mark.parametrize(
		("text", "used"),
		[
			pytest.param("The SLA says so.", True, id="abbreviation"),
			pytest.param("All SLAs say so.", True, id="several of them"),
			pytest.param("See SLA-0001.", True, id="as a word before a hyphen"),
			pytest.param("The service  level\nagreement says so.", True, id="over two lines"),
			pytest.param("SERVICE LEVEL AGREEMENT", True, id="in capitals"),
			pytest.param("the island of SLAY", False, id="part of a word"),
			pytest.param("a sla bug", False, id="an abbreviation in small letters"),
			pytest.param("", False, id="nothing"),
		],
	)
	def test_terms_are_found_as_whole_words(self, empty: None, text: str, used: bool) -> None:
		make_term("Service level agreement", abbreviation="SLA")

		assert bool(glossary.terms_for([text])) is used

	def test_other_forms_count_as_the_term(self, empty: None) -> None:
		make_term("Response time", other_forms="Response\nFirst answer")

		assert names(glossary.terms_for(["The first answer comes in an hour."])) == ["Response time"]

	def test_scripts_without_spaces_are_searched_anywhere(self, empty: None) -> None:
		make_term("服务目录", "服务的清单。", language="")

		assert names(glossary.terms_for(["请看服务目录第一页。"])) == ["服务目录"]

	def test_signs_in_a_term_are_signs(self, empty: None) -> None:
		make_term("24x7 (always)", avoid="C++ [x")

		assert names(glossary.terms_for(["We are there 24x7 (always)!"])) == ["24x7 (always)"]
		assert [one.word for one in glossary.findings_in(["Use C++ [x here"])] == ["C++ [x"]

	def test_an_agreement_prints_the_terms_it_uses_and_only_those(self, seeded: None) -> None:
		document = testing.make_agreement(
			description="<p>After an <b>escalation</b> the MTRS is told.</p>", submit=False
		)

		found = {one["term"]: one for one in glossary.terms_in(document)}

		assert {
			"Escalation",
			"Mean time to restore service",
			"Service level agreement",
			"Response time",
		} <= set(found)
		assert "Outage" not in found
		assert found["Mean time to restore service"] == {
			"term": "Mean time to restore service",
			"abbreviation": "MTRS",
			"definition": next(one.definition for one in seeds.TERMS if one.abbreviation == "MTRS"),
		}

	def test_what_is_not_for_customers_is_printed_in_ours_only(self, empty: None) -> None:
		make_term("Waiver", customer_visible=0)
		document = testing.make_agreement(description="<p>A waiver.</p>", submit=False)

		assert glossary.terms_in(document) == []
		document.kind = "OLA"
		assert [one["term"] for one in glossary.terms_in(document)] == ["Waiver"]

	def test_a_disabled_term_is_not_used(self, empty: None) -> None:
		make_term("Hold", disabled=1)

		assert glossary.terms_for(["On hold."]) == []


class TestCoverage:
	def test_unknown_abbreviations_and_words_to_avoid_are_found(self, empty: None) -> None:
		make_term("Service level agreement", abbreviation="SLA", avoid="support contract")

		found = glossary.findings_in(["The SLA with KPIs, our Support Contract, and OLA-0001."])

		assert [(one.word, one.instead) for one in found] == [("support contract", "Service level agreement")]
		assert [one.word for one in glossary.findings_in(["A KPI of the SLA."])] == ["KPI"]

	def test_the_report_says_which_document_uses_what_where(self, seeded: None) -> None:
		agreement = testing.make_agreement(description="<p>Uptime of the QZX is 99 %.</p>", submit=False)

		_columns, rows, _message = slm_glossary_coverage.execute({"document": agreement.name})

		ours = [(row["word"], row["finding"]) for row in rows if row["document"] == agreement.name]
		assert ours == [("QZX", "Not in the glossary"), ("uptime", "Write Availability instead")]

	def test_the_report_shows_only_what_one_may_read(self, seeded: None) -> None:
		testing.make_agreement(description="<p>QZX</p>", submit=False)
		frappe.set_user(testing.make_user("clerk@acme.example", "Employee"))

		_columns, rows, _message = slm_glossary_coverage.execute({})

		assert {row["document_type"] for row in rows} <= {"SLM Service"}


class TestPage:
	def context(self, **form: str) -> Any:
		from slm_extension.www import service_glossary

		frappe.local.form_dict = frappe._dict(form)
		context = frappe._dict()
		service_glossary.get_context(context)
		return context

	def test_customers_read_the_terms_printed_for_customers(self, empty: None) -> None:
		make_term("Hold")
		make_term("Waiver", customer_visible=0)
		frappe.set_user(testing.make_user("buyer@wool.example", user_type="Website User"))

		assert names(self.context(all="1").terms) == ["Hold"]

	def test_staff_may_ask_for_all_of_it(self, empty: None) -> None:
		make_term("Waiver", customer_visible=0)

		assert names(self.context(all="1").terms) == ["Waiver"]
		assert names(self.context().terms) == []

	def test_guests_have_to_sign_in(self, site: str) -> None:
		frappe.set_user("Guest")
		with pytest.raises(frappe.Redirect):
			self.context()
