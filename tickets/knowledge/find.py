"""Finding articles: by what somebody asks for, by what they are writing, and for the matter of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tickets.search.query import Term, tokens_of

from .article import ArticleQuerySet
from .article_words import ArticleWords, ArticleWordsQuerySet
from .rank import FITS, score, weighty

if TYPE_CHECKING:
    from tickets.ticket import Ticket

    from .article import Article

LONGEST_ASKED, MOST_ASKED = 200, 12
MOST_LOOKED_AT, MOST_FOUND, MOST_SUGGESTED = 200, 30, 3
LONGEST_WRITTEN = 4000  # of a long text the beginning says what it is about


def asked_in(typed: str) -> list[str]:
    """The words of a question as they are looked for."""
    return list(dict.fromkeys(tokens_of(typed[:LONGEST_ASKED])))[:MOST_ASKED]


def search(articles: ArticleQuerySet, typed: str) -> list[Article]:
    """What holds everything asked for, inside of words too; where nothing does, what holds some of it. Best first."""
    tokens = asked_in(typed)
    if not tokens:
        return []
    terms = _terms(tokens)
    words, some = ArticleWords.objects, _terms(weighty(tokens) or tokens)
    found = _best(articles, words.holding(terms) | words.with_parts(tokens), tokens)
    found = found or _best(articles, words.holding(some, any_of_them=True), tokens)
    return [article for article, _score in found[:MOST_FOUND]]


def suggestions(articles: ArticleQuerySet, text: str) -> list[Article]:
    """What may answer somebody who is just writing this; nothing rather than something that does not fit."""
    tokens = weighty(tokens_of(text[:LONGEST_WRITTEN]))
    if not tokens:
        return []
    found = _best(articles, ArticleWords.objects.holding(_terms(tokens), any_of_them=True), tokens)
    return [article for article, points in found if points >= FITS][:MOST_SUGGESTED]


def for_ticket(articles: ArticleQuerySet, ticket: Ticket) -> list[Article]:
    return for_matter(articles, ticket.subject, cause_id=ticket.cause_id)


def for_matter(articles: ArticleQuerySet, matter: str, *, cause_id: int | None) -> list[Article]:
    """What fits it in words, then what was written about its cause."""
    fitting = suggestions(articles, matter)
    if cause_id is None:
        return fitting
    about = articles.with_texts().filter(cause=cause_id).exclude(pk__in=[one.pk for one in fitting])
    return [*fitting, *about.order_by("-pk")[: MOST_SUGGESTED + 2]]


def _terms(tokens: Sequence[str]) -> list[Term]:
    return [Term((token,)) for token in tokens]


def _best(
    articles: ArticleQuerySet, words: ArticleWordsQuerySet, tokens: Sequence[str]
) -> list[tuple[Article, int]]:
    found = articles.with_texts().select_related("words").filter(pk__in=words.values("article"))
    ranked = [
        (article, score(tokens, titles=_titles(article), words=article.words.words))
        for article in found.order_by("-pk")[:MOST_LOOKED_AT]
    ]
    return sorted(ranked, key=lambda pair: (-pair[1], -pair[0].pk))


def _titles(article: Article) -> tuple[str, ...]:
    assert article.live is not None
    return tokens_of(f"{article.live.title_en} {article.live.title_de}")
