"""One typed vocabulary: what fits, what holds, and how it is said."""

import pytest
from django.utils import translation

from tickets import condition


@pytest.mark.parametrize(
    ("fact", "operator", "value", "answer"),
    [
        ("a", "is", "a", True),
        ("a", "is", "b", False),
        ("a", "is_not", "b", True),
        ("a", "in", ["a", "b"], True),
        ("a", "in", "ab", False),
        (24, "at_least", 24, True),
        (23, "at_least", 24, False),
        (24, "at_most", 24, True),
        (25, "at_most", 24, False),
        (None, "is_not", "b", False),
        (True, "at_least", 0, False),
        ("24", "at_least", 1, False),
    ],
)
def test_holds(fact, operator, value, answer):
    assert condition.holds(fact, operator, value) is answer


def test_an_operator_that_does_not_exist_is_a_bug():
    with pytest.raises(ValueError, match="like"):
        condition.holds("a", "like", "a")


@pytest.mark.parametrize(
    ("name", "operator", "value", "refused"),
    [
        ("cents", "at_least", 5000, ""),
        ("cents", "is", 5000, "“Amount” cannot be compared like this."),
        ("cents", "at_least", -1, "This value does not fit “Amount”."),
        ("cents", "at_least", 50.5, "This value does not fit “Amount”."),
        ("cents", "at_least", True, "This value does not fit “Amount”."),
        ("costs_money", "is", "yes", "This value does not fit “Costs money”."),
        ("customer_status", "in", ["new", "prospect"], ""),
        ("customer_status", "in", [], "This value does not fit “Customer”."),
        ("customer_status", "is", "cash cow", "This value does not fit “Customer”."),
        ("churn_score", "at_least", 1, "“churn_score” is not a fact we know."),
    ],
)
def test_what_does_not_fit_is_refused_in_words(name, operator, value, refused):
    assert condition.refusal(name, operator, value) == refused


def test_a_condition_says_itself():
    assert (
        condition.sentence("customer_status", "in", ["new", "prospect"])
        == "Customer: new customer or prospect"
    )
    assert condition.sentence("tenure_months", "at_least", 24) == "Months as a customer: at least 24"
    with translation.override("en"):
        assert condition.sentence("cents", "at_most", 5000) == "Amount: at most €50.00"
