"""Articles: written, changed, published, found, voted on, retired – and by whom each is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from counting import as_often_for_thirty, reading
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import translation

from tickets.knowledge.find import for_ticket, search, suggestions
from tickets.models import Article, ArticleVote, ArticleWords, MissedSearch

pytestmark = pytest.mark.django_db
NEW = {
    "title_de": "Leuchte flackert: Ersatzleuchtmittel einsetzen",
    "text_de": "Strom aus.\n\n1. Schrauben lösen\n2. Leuchtmittel tauschen",
    "title_en": "Lamp flickers: change the bulb",
    "text_en": "Switch it off.\n\n- <script>alert(1)</script>\n- see https://kulanz.example/",
}


def an_article(cast: Cast, **how: object) -> Article:
    how = {"audience": "public", "team_id": cast.north.pk, "by": cast.ben, "key": "one", "at": MONDAY, **how}
    article = Article.write(**{**NEW, **how})
    article.publish(by=cast.ben, at=MONDAY)
    return article


def seen_by(who: object) -> list[str]:
    return [article.live.title_en for article in Article.objects.visible_to(who).with_texts().order_by("pk")]


def test_each_reads_what_was_written_for_them_and_nobody_a_draft(cast: Cast) -> None:
    for audience in ("public", "desk", "team"):
        an_article(cast, audience=audience, key=audience, title_en=audience)
    Article.write(**NEW, audience="public", team_id=cast.north.pk, by=cast.ben, key="draft")
    an_article(cast, key="gone", title_en="gone").retire(by=cast.ben)
    assert seen_by(AnonymousUser()) == ["public"]
    assert seen_by(cast.cem.person) == ["public"]
    assert seen_by(cast.dora) == ["public", "desk"]
    assert seen_by(cast.anna) == ["public", "desk", "team"]
    assert Article.objects.managed_by(cast.anna).count() == 5
    assert Article.objects.managed_by(cast.dora).count() == 0
    assert Article.objects.managed_by(person("Ada", is_staff=True)).count() == 5


def test_readers_keep_what_was_published_until_the_next_publication(cast: Cast) -> None:
    article = an_article(cast)
    assert article.revise(seen=1, by=cast.anna, at=MONDAY, **{**NEW, "title_de": "Neu"})
    fresh = Article.objects.with_texts().get(pk=article.pk)
    assert (fresh.live.title_de, fresh.latest.title_de, fresh.is_changed) == (NEW["title_de"], "Neu", True)
    assert search(Article.objects.public(), "neu") == []
    assert fresh.publish(by=cast.ben) is True
    assert fresh.publish(by=cast.ben) is False
    assert [one.pk for one in search(Article.objects.public(), "neu")] == [article.pk]


def test_of_two_who_change_the_same_version_the_second_is_told(cast: Cast) -> None:
    article = an_article(cast)
    other = Article.objects.get(pk=article.pk)
    changed = {**NEW, "text_de": "Anders"}
    assert article.revise(seen=1, by=cast.anna, **changed) is True
    assert other.revise(seen=1, by=cast.ben, **{**NEW, "text_de": "Noch anders"}) is False
    assert other.revise(seen=1, by=cast.ben, **changed) is True  # sent twice, it says what stands there
    assert [one.number for one in article.versions.all()] == [2, 1]


def test_a_title_nobody_published_is_read_by_those_who_look_after_it_alone(
    cast: Cast, client: Client
) -> None:
    article = an_article(cast, audience="desk")
    article.revise(seen=1, by=cast.anna, **{**NEW, "title_de": "Rückruf der Serie", "title_en": "Recall"})
    for who, sees in ((cast.anna, True), (cast.dora, False)):
        client.force_login(who)
        pages = [client.get("/desk/knowledge/", asked) for asked in ({}, {"q": "recall"})]
        assert ["Recall" in str([row[0].title for row in page.context["rows"]]) for page in pages] == [
            sees
        ] * 2
        assert [len(page.context["rows"]) for page in pages] == [1, int(sees)]


def test_what_became_public_meanwhile_is_not_published_by_who_may_not(cast: Cast) -> None:
    article = Article.write(**NEW, audience="team", team_id=cast.north.pk, by=cast.anna, key="one")
    Article.objects.get(pk=article.pk).address(
        audience="public", team_id=cast.north.pk, cause_id=None, by=cast.ben
    )
    assert (article.publish(by=cast.anna), Article.objects.published().count()) == (False, 0)


def test_what_was_published_meanwhile_gets_no_other_readers_by_who_saw_a_draft(cast: Cast) -> None:
    half = {**NEW, "title_en": "", "text_en": ""}
    article = Article.write(**half, audience="desk", team_id=cast.north.pk, by=cast.anna, key="one")
    seen = Article.objects.get(pk=article.pk)
    article.publish(by=cast.anna)
    said = {"audience": "public", "team_id": cast.north.pk, "cause_id": None}
    assert (seen.address(by=cast.anna, **said), Article.objects.public().count()) == (False, 0)
    fresh = Article.objects.get(pk=article.pk)
    assert (fresh.address(by=cast.ben, **said), fresh.address(by=cast.ben, **said)) == (True, True)
    assert fresh.events.filter(kind="addressed").count() == 1


def test_an_earlier_version_is_taken_up_again_as_a_new_one(cast: Cast) -> None:
    article = an_article(cast)
    article.revise(seen=1, by=cast.anna, **{**NEW, "title_de": "Falsch"})
    assert article.restore(article.versions.get(number=1), seen=2, by=cast.ben)
    newest = article.versions.first()
    assert (newest.number, newest.restored, newest.title_de) == (3, 1, NEW["title_de"])
    assert [language for language, _lines in newest.against(article.versions.get(number=2))] == ["de"]
    assert [event.kind for event in article.events.all()] == ["restored", "revised", "published", "written"]


def test_the_same_key_is_the_same_article(cast: Cast) -> None:
    assert an_article(cast).pk == an_article(cast, title_de="Anders").pk
    assert Article.objects.count() == 1


def test_what_everybody_reads_needs_both_languages(cast: Cast) -> None:
    half = {**NEW, "title_en": "", "text_en": ""}
    article = Article.write(**half, audience="public", team_id=cast.north.pk, by=cast.ben, key="half")
    assert (article.lacks(), article.publish(by=cast.ben)) == (["en"], False)
    article.address(audience="desk", team_id=cast.north.pk, cause_id=None, by=cast.ben)
    assert (article.lacks(), article.publish(by=cast.ben)) == ([], True)
    with translation.override("en"):
        assert article.live.title == NEW["title_de"]
    assert seen_by(cast.cem.person) == []


def test_articles_are_found_by_parts_of_words_in_both_languages_and_best_first(cast: Cast) -> None:
    lamp = an_article(cast)
    bill = an_article(
        cast,
        key="two",
        title_de="Rechnung verstehen",
        text_de="Die Leuchte steht auf der Rechnung.",
        title_en="Read your bill",
        text_en="Every line.",
    )
    expected = {
        "leuchte": [lamp.pk, bill.pk],
        "LEUCHTMITTEL": [lamp.pk],
        "mittel": [lamp.pk],
        "bulb": [lamp.pk],
        "rechnung leuchte": [bill.pk],
        "rechnung bulb": [bill.pk, lamp.pk],  # nothing holds both: what holds one
        "status:open": [],
        "'; DROP %": [],
        "": [],
    }
    found = {typed: [one.pk for one in search(Article.objects.public(), typed)] for typed in expected}
    assert found == expected


def test_help_lists_by_cause_and_what_has_none_at_the_end(cast: Cast, client: Client) -> None:
    about = an_article(cast, cause_id=cast.late.pk)
    general = an_article(cast, key="two")
    assert list(client.get("/help/").context["articles"]) == [about, general]


def test_a_suggestion_fits_or_is_not_made(cast: Cast) -> None:
    lamp = an_article(cast, cause_id=cast.late.pk)
    public = Article.objects.public()
    assert suggestions(public, "Hallo, meine neue Leuchte flackert seit gestern Abend.") == [lamp]
    assert suggestions(public, "Wann kommt das Paket? Es sollte gestern geliefert werden.") == []
    ticket = cast.ticket("Where is my parcel?")
    assert for_ticket(Article.objects.visible_to(cast.anna), ticket) == [lamp]
    assert for_ticket(Article.objects.visible_to(cast.anna), cast.ticket("x", cause=cast.broken)) == []


def test_one_vote_each_and_the_second_replaces_the_first(cast: Cast) -> None:
    article = an_article(cast)
    ArticleVote.cast(article, helped=False, words="Where is the screw?", by=cast.cem.person)
    ArticleVote.cast(article, helped=True, words="ignored", by=cast.cem.person)
    ArticleVote.cast(article, helped=True, by=cast.eva.person)
    votes = article.votes.order_by("pk").values_list("helped", "words")
    assert list(votes) == [(True, ""), (True, "")]


def test_missed_searches_are_counted_by_day_reported_and_forgotten(cast: Cast) -> None:
    for at in (MONDAY, MONDAY, MONDAY + timedelta(days=1)):
        MissedSearch.note("Rechnung teilen 4711", language="de", at=at)
    MissedSearch.note("split a bill", language="en", at=MONDAY)
    MissedSearch.note("bill of Eva", language="en", name="Eva Meier", at=MONDAY)
    assert list(MissedSearch.objects.filter(language="en").values_list("words", flat=True)) == [
        "bill of",
        "split a bill",
    ]
    report = [(row["words"], row["sum"]) for row in MissedSearch.report()]
    assert report == [("rechnung teilen", 3)]
    assert MissedSearch.settle("rechnung teilen", "de") == 2
    assert MissedSearch.forget_now(now=MONDAY + timedelta(days=90)) == 0
    assert MissedSearch.forget_now(now=MONDAY + timedelta(days=91)) == 2


def test_a_stranger_reads_and_finds_and_what_is_written_never_runs(cast: Cast, client: Client) -> None:
    article = an_article(cast)
    page = client.get(article.portal_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert 'href="https://kulanz.example/"' in page
    assert article.portal_url() in client.get("/help/", {"q": "lamp\0"}).content.decode()
    assert client.get("/help/", {"q": "unicorn"}).context["articles"] == []
    assert client.head("/help/", {"q": "unicorn"}).status_code == 200
    assert list(MissedSearch.objects.values_list("words", "times")) == [("unicorn", 1)]
    assert client.post(f"{article.portal_url()}vote/", {"helped": "yes"}).status_code == 302
    assert ArticleVote.objects.count() == 0


def test_a_customer_votes_on_the_page(cast: Cast, client: Client) -> None:
    article = an_article(cast)
    client.force_login(cast.cem.person)
    assert client.post(f"{article.portal_url()}vote/", {"helped": "maybe"}).status_code == 422
    client.post(f"{article.portal_url()}vote/", {"helped": "no", "words": "Die Schraube"})
    assert list(ArticleVote.objects.values_list("helped", "words")) == [(False, "Die Schraube")]


def test_while_a_request_is_typed_articles_are_suggested_and_nothing_is_kept(
    cast: Cast, client: Client
) -> None:
    an_article(cast)
    client.force_login(cast.cem.person)
    said = {"subject": "Leuchte", "text": "Meine Leuchte flackert\0"}
    assert NEW["title_de"] in client.post("/help/suggested/", said).content.decode()
    assert client.post("/help/suggested/", {"subject": "Paket", "text": ""}).context["articles"] == []
    assert client.get("/help/suggested/").status_code == 405
    assert MissedSearch.objects.count() == 0


def test_the_desk_writes_publishes_and_retires(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    address = {"audience": "public", "team": cast.north.pk, "cause": ""}
    refused = client.post("/desk/knowledge/new/", {**NEW, **address, "title_de": ""})
    assert (refused.status_code, NEW["text_de"].splitlines()[2] in refused.content.decode()) == (422, True)
    client.post("/desk/knowledge/new/", {**NEW, **address, "key": "k" * 32})
    article = Article.objects.with_texts().get()
    client.post(f"{article.desk_url()}publication/")  # everybody would read it: that is Ben's
    assert Article.objects.public().count() == 0
    client.force_login(cast.ben)
    client.post(f"{article.desk_url()}publication/")
    assert Article.objects.public().count() == 1
    stale = client.post(f"{article.desk_url()}texts/", {**NEW, "text_en": "Else", "seen": "7"})
    assert (stale.status_code, "Else" in stale.content.decode()) == (409, True)
    client.post(f"{article.desk_url()}texts/", {**NEW, "text_en": "Else", "seen": "1"})
    page = client.get(f"{article.desk_url()}versions/2/").content.decode()
    assert "<ins>Else</ins>" in page
    client.post(f"{article.desk_url()}versions/1/again/")
    client.post(f"{article.desk_url()}retirement/")
    assert (Article.objects.public().count(), article.versions.count()) == (0, 3)
    assert client.get(article.portal_url()).status_code == 404


def test_nobody_makes_public_by_the_readers_what_they_may_not_publish(cast: Cast, client: Client) -> None:
    article = an_article(cast, audience="team")
    client.force_login(cast.anna)
    said = {"audience": "public", "team": cast.north.pk, "cause": ""}
    assert client.post(f"{article.desk_url()}readers/", said).status_code == 422
    assert client.post(f"{article.desk_url()}readers/", {**said, "team": cast.south.pk}).status_code == 422
    assert Article.objects.public().count() == 0
    client.force_login(cast.ben)
    assert client.post(f"{article.desk_url()}readers/", said).status_code == 302
    assert Article.objects.public().count() == 1


def test_what_everybody_reads_is_neither_hidden_nor_moved_by_who_may_not_retire_it(
    cast: Cast, client: Client
) -> None:
    article = an_article(cast)
    cast.south.welcome(cast.anna, lead=True)
    client.force_login(cast.anna)
    for wish in ({"audience": "team", "team": cast.north.pk}, {"audience": "public", "team": cast.south.pk}):
        assert client.post(f"{article.desk_url()}readers/", {**wish, "cause": ""}).status_code == 422
    kept = {"audience": "public", "team": cast.north.pk, "cause": cast.late.pk}
    assert client.post(f"{article.desk_url()}readers/", kept).status_code == 302
    assert Article.objects.public().get(team=cast.north).cause == cast.late


def test_beside_a_ticket_stands_what_may_be_put_into_the_reply(cast: Cast, client: Client) -> None:
    public = an_article(cast, cause_id=cast.late.pk)
    inside = an_article(cast, audience="team", key="two", cause_id=cast.late.pk, title_de="Nur für uns")
    ticket = cast.ticket()
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{ticket.pk}/articles/").content.decode()
    assert [one.link() in page for one in (public, inside)] == [True, False]
    assert "Nur für uns" in page


def test_lists_ask_as_often_for_thirty_as_for_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    as_often_for_thirty(
        reading(client, "/desk/knowledge/"), lambda number: an_article(cast, key=str(number)), most=14
    )
    assert ArticleWords.objects.count() == 30
