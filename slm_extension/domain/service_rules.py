"""Which service a ticket is about, by rules: the first that suits decides. Pure; knows no documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from unicodedata import normalize


class Condition(Enum):
	"""What a rule may ask of a ticket; the value is the name it has in Traits and Rule."""

	ISSUE_TYPE = "issue_type"
	PROJECT = "project"
	CUSTOMER = "customer"
	COMPANY = "company"
	EMAIL_ACCOUNT = "email_account"
	SUBJECT = "words"


@dataclass(frozen=True, slots=True)
class Traits:
	"""What is known of a ticket when its service is looked for."""

	subject: str = ""
	issue_type: str = ""
	project: str = ""
	customer: str = ""
	company: str = ""
	email_account: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
	"""If all that is asked suits, it is that service. What is empty is not asked; one of `words` is enough.

	`team` gets the ticket; empty: the one that supports the service.
	"""

	name: str
	service: str
	issue_type: str = ""
	project: str = ""
	customer: str = ""
	company: str = ""
	email_account: str = ""
	words: tuple[str, ...] = ()
	team: str = ""

	def unsuited(self, traits: Traits) -> tuple[Condition, ...]:
		"""The conditions that a ticket does not meet; empty when the rule suits."""
		return tuple(condition for condition in Condition if not self._meets(condition, traits))

	def _meets(self, condition: Condition, traits: Traits) -> bool:
		if condition is Condition.SUBJECT:
			return not self.words or any(says(traits.subject, words) for words in self.words)
		asked = getattr(self, condition.value)
		return not asked or asked == getattr(traits, condition.value)


@dataclass(frozen=True, slots=True)
class Looked:
	"""A rule that was looked at, and what kept it from deciding; `late` if one before it had decided already."""

	rule: Rule
	unsuited: tuple[Condition, ...]
	late: bool

	@property
	def decided(self) -> bool:
		return not self.unsuited and not self.late


@dataclass(frozen=True, slots=True)
class RuleBook:
	"""The rules of a site in their order."""

	rules: tuple[Rule, ...] = ()

	@property
	def asks_for_account(self) -> bool:
		"""Whether any rule asks by which e-mail account a ticket came in."""
		return any(rule.email_account for rule in self.rules)

	def choose(self, traits: Traits) -> Rule | None:
		"""The first rule that suits."""
		return next((rule for rule in self.rules if not rule.unsuited(traits)), None)

	def look(self, traits: Traits) -> tuple[Looked, ...]:
		"""Every rule in its order, with why it decides or does not."""
		chosen = self.choose(traits)
		found: list[Looked] = []
		late = False
		for rule in self.rules:
			found.append(Looked(rule, rule.unsuited(traits), late))
			late = late or rule is chosen
		return tuple(found)


def words_of(text: str) -> tuple[str, ...]:
	"""Words and phrases of a text, apart by commas, semicolons or lines."""
	return tuple(
		filter(None, (" ".join(part.split()) for part in re.split("[,;\n\u3001\uff0c\uff1b]", text)))
	)


def says(text: str, phrase: str) -> bool:
	"""Whether a text has a word or phrase in it, in whichever case, and not merely within a longer word.

	Where a script puts no spaces between words, being there is enough.
	"""
	return _pattern(phrase).search(_plain(text)) is not None


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
	plain = _plain(phrase)
	before = r"(?<!\w)" if _ends_words(plain[:1]) else ""
	after = r"(?!\w)" if _ends_words(plain[-1:]) else ""
	return re.compile(before + r"\s+".join(re.escape(word) for word in plain.split()) + after)


_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def _ends_words(letter: str) -> bool:
	return letter.isalnum() and not _UNSPACED.match(letter)


def _plain(text: str) -> str:
	return normalize("NFKC", text).casefold()


def in_order(rules: Iterable[tuple[int, Rule]]) -> RuleBook:
	"""A book of rules with their places; of the same place the one named first in the alphabet comes first."""
	return RuleBook(tuple(rule for _, rule in sorted(rules, key=lambda one: (one[0], one[1].name))))
