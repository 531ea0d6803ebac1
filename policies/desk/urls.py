"""The authority panel on the agents' desk."""

from django.urls import path

from . import ability, case, challenges, extras, kind_words, mirror, panel, relationship, space, verbs

app_name = "authority"
urlpatterns = [
    path("tickets/<int:number>/authority/", panel.authority, name="panel"),
    path("tickets/<int:number>/authority/answer/", panel.answer, name="answer"),
    path("tickets/<int:number>/goodwill/", panel.goodwill, name="goodwill"),
    path("tickets/<int:number>/offers/", verbs.offer, name="offer"),
    path("tickets/<int:number>/will/", verbs.will, name="will"),
    path("tickets/<int:number>/customer-wish/", case.hear, name="hear"),
    path("tickets/<int:number>/paid/", case.note_paid, name="note_paid"),
    path("tickets/<int:number>/hindrances/", case.meet, name="meet"),
    path("tickets/<int:number>/hindrances/<int:pk>/end/", case.clear, name="clear"),
    path("tickets/<int:number>/tie/", case.tie, name="tie"),
    path("ties/<int:pk>/end/", case.untie, name="untie"),
    path("tickets/<int:number>/mirror/", mirror.panel, name="mirrors"),
    path("tickets/<int:number>/mirror/<int:pk>/", mirror.mirror, name="mirror"),
    path("tickets/<int:number>/mirror/<int:pk>/wish/", mirror.wish, name="wish_mirror"),
    path("tickets/<int:number>/mirror/<int:pk>/left-out/", mirror.leave_out, name="leave_out"),
    path("tickets/<int:number>/mirror/<int:pk>/left-out/<int:customer>/", mirror.take_in, name="take_in"),
    path("tickets/<int:number>/space/", space.space, name="space"),
    path("tickets/<int:number>/ideas/", space.add, name="add_idea"),
    path("tickets/<int:number>/ideas/<int:pk>/use/", space.use, name="use_idea"),
    path("tickets/<int:number>/ideas/<int:pk>/thanks/", space.thank, name="thank_idea"),
    path("tickets/<int:number>/match/", space.match, name="match"),
    path("tickets/<int:number>/relationship/", relationship.relationship, name="relationship"),
    path("tickets/<int:number>/details/", relationship.note_detail, name="note_detail"),
    path("tickets/<int:number>/details/<int:pk>/removal/", relationship.forget_detail, name="forget_detail"),
    path("setup/relationship/", relationship.figures, name="figures"),
    path("ability/", ability.ability, name="ability"),
    path("ability/training/<int:pk>/", ability.learnt, name="learnt"),
    path("ability/slots/", ability.slot, name="slot"),
    path("ability/slots/<int:pk>/removal/", ability.no_slot, name="no_slot"),
    path("ability/words/", ability.confirm, name="confirm"),
    path("tickets/<int:number>/challenges/", challenges.challenge, name="challenge"),
    path("asks/<int:pk>/answer/", verbs.say, name="say"),
    path("asks/<int:pk>/withdrawal/", verbs.withdraw, name="withdraw"),
    path("kind-words/", kind_words.kind_words, name="kind_words"),
    path("rulings/<int:pk>/kind-words/", kind_words.of_ruling, name="praise_ruling"),
    path("ideas/<int:pk>/kind-words/", kind_words.of_idea, name="praise_idea"),
    path("extras/", extras.extras, name="extras"),
    path("offers/<int:pk>/delivery/", verbs.deliver, name="deliver"),
    path("offers/<int:pk>/redemption/", verbs.redeem, name="redeem"),
    path("offers/<int:pk>/reversal/", verbs.reverse, name="reverse"),
]
