"""The agents' door."""

from django.urls import path

from . import conversation, incidents, line, lists, macros, pledges, reckoning

app_name = "desk"
urlpatterns = [
    path("", lists.tickets, name="tickets"),
    path("rows/", lists.rows, name="rows"),
    path("notices/", lists.notices, name="notices"),
    path("tickets/<int:number>/", conversation.ticket, name="ticket"),
    path("tickets/<int:number>/conversation/", conversation.thread, name="conversation"),
    path("tickets/<int:number>/head/", conversation.head, name="head"),
    path("tickets/<int:number>/replies/", conversation.reply, name="reply"),
    path("tickets/<int:number>/notes/", conversation.note, name="note"),
    path("tickets/<int:number>/assignment/", conversation.assign, name="assign"),
    path("tickets/<int:number>/status/", conversation.move, name="move"),
    path("tickets/<int:number>/reckoning/", reckoning.reckoning, name="reckoning"),
    path("tickets/<int:number>/incident/", incidents.of_ticket, name="incident_of_ticket"),
    path("tickets/<int:number>/incident/report/", incidents.report, name="report_incident"),
    path("tickets/<int:number>/incident/link/", incidents.link, name="link_incident"),
    path("tickets/<int:number>/incident/unlink/", incidents.unlink, name="unlink_incident"),
    path("line/", line.line, name="line"),
    path("line/now/", line.now, name="line_now"),
    path("line/badge/", line.badge, name="line_badge"),
    path("line/presence/", line.presence, name="presence"),
    path("line/places/<int:pk>/", line.act, name="act"),
    path("line/wall/", line.wall, name="wall"),
    path("line/wall/now/", line.wall_now, name="wall_now"),
    path("promises/", pledges.my_promises, name="my_promises"),
    path("tickets/<int:number>/promises/", pledges.of_ticket, name="promises"),
    path("tickets/<int:number>/promises/new/", pledges.give, name="promise"),
    path("tickets/<int:number>/promises/<int:pk>/kept/", pledges.keep, name="keep_promise"),
    path("tickets/<int:number>/promises/<int:pk>/moment/", pledges.move, name="move_promise"),
    path("tickets/<int:number>/promises/<int:pk>/withdrawal/", pledges.withdraw, name="withdraw_promise"),
    path("tickets/<int:number>/promises/<int:pk>/keeper/", pledges.pass_on, name="pass_on_promise"),
    path("tickets/<int:number>/promises/<int:pk>/repair/", pledges.repaired, name="repair_promise"),
    path("tickets/<int:number>/macros/", macros.of_ticket, name="macros"),
    path("tickets/<int:number>/macros/<int:pk>/", macros.macro, name="macro"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/words/", incidents.amend, name="amend_incident"),
    path("incidents/<int:pk>/list/", incidents.paste, name="paste_affected"),
    path("incidents/<int:pk>/picks/", incidents.pick, name="pick_affected"),
    path("incidents/<int:pk>/affected/<int:customer>/removal/", incidents.take_off, name="take_off"),
]
