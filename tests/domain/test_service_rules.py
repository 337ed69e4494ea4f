"""Which service a ticket is about: the first rule that suits decides, and each says why it does or does not."""

from __future__ import annotations

import pytest

from slm_extension.domain.service_rules import Condition, Rule, RuleBook, Traits, in_order, says, words_of

TICKET = Traits(
	subject="VPN drops every hour",
	issue_type="Incident",
	project="PROJ-0001",
	customer="Wool & Sons",
	company="Acme",
	email_account="Support",
)


@pytest.mark.parametrize(
	("conditions", "unsuited"),
	[
		pytest.param({}, (), id="asks nothing"),
		pytest.param(
			{"issue_type": "Incident", "customer": "Wool & Sons", "company": "Acme"}, (), id="all suit"
		),
		pytest.param(
			{"project": "PROJ-0001", "email_account": "Support", "words": ("vpn",)}, (), id="the others"
		),
		pytest.param({"issue_type": "Request"}, (Condition.ISSUE_TYPE,), id="another type"),
		pytest.param(
			{"customer": "Rail", "words": ("printer", "scanner")},
			(Condition.CUSTOMER, Condition.SUBJECT),
			id="two do not",
		),
		pytest.param({"words": ("printer", "drops")}, (), id="one of the words is enough"),
	],
)
def test_all_that_is_asked_has_to_suit(
	conditions: dict[str, object], unsuited: tuple[Condition, ...]
) -> None:
	assert Rule("R", "S", **conditions).unsuited(TICKET) == unsuited  # type: ignore[arg-type]


def test_the_first_rule_that_suits_decides_and_the_rest_say_why_not() -> None:
	book = RuleBook(
		(
			Rule("printers", "Print", words=("printer",)),
			Rule("vpn", "Remote Access", words=("VPN",)),
			Rule("wool", "Shop", customer="Wool & Sons"),
		)
	)

	chosen = book.choose(TICKET)

	assert chosen is not None and chosen.service == "Remote Access"
	assert [(one.rule.name, one.unsuited, one.late, one.decided) for one in book.look(TICKET)] == [
		("printers", (Condition.SUBJECT,), False, False),
		("vpn", (), False, True),
		("wool", (), True, False),
	]


def test_where_no_rule_suits_there_is_no_service() -> None:
	book = RuleBook((Rule("printers", "Print", words=("printer",)),))

	assert book.choose(TICKET) is None
	assert not any(one.decided for one in book.look(TICKET))


def test_rules_stand_by_their_place_and_then_by_name() -> None:
	book = in_order([(10, Rule("b", "B")), (20, Rule("first", "X")), (10, Rule("a", "A"))])

	assert [rule.name for rule in book.rules] == ["a", "b", "first"]


def test_a_book_knows_whether_the_account_matters() -> None:
	assert not RuleBook((Rule("a", "A"),)).asks_for_account
	assert RuleBook((Rule("a", "A"), Rule("b", "B", email_account="Support"))).asks_for_account


@pytest.mark.parametrize(
	("text", "phrase", "said"),
	[
		pytest.param("VPN is down", "vpn", True, id="any case"),
		pytest.param("The VPNs are down", "vpn", False, id="not within a word"),
		pytest.param("my remote  access", "Remote Access", True, id="a phrase, however spaced"),
		pytest.param("access remote", "remote access", False, id="a phrase in its order"),
		pytest.param("C++ fails", "c++", True, id="signs are letters like any"),
		pytest.param("打印机坏了", "打印机", True, id="a script without spaces"),
		pytest.param("ＶＰＮ down", "vpn", True, id="full-width letters"),  # noqa: RUF001
		pytest.param("a.b", "a*b", False, id="no patterns"),
		pytest.param("", "vpn", False, id="no subject"),
	],
)
def test_a_subject_says_a_phrase(text: str, phrase: str, said: bool) -> None:
	assert says(text, phrase) is said


def test_phrases_are_apart_by_commas_semicolons_and_lines() -> None:
	assert words_of(" VPN, remote   access\n\n; ,Wi-Fi、网络") == ("VPN", "remote access", "Wi-Fi", "网络")
