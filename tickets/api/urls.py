"""The programs' door to tickets."""

from django.urls import path

from . import (
    articles,
    bulk,
    checklists,
    conversation,
    custom_fields,
    incidents,
    line,
    linking,
    me,
    merging,
    own_statuses,
    reviews,
    snoozing,
    tagging,
    tickets,
    watching,
)

app_name = "api"
urlpatterns = [
    path("me/", me.Myself.as_view(), name="me"),
    path("causes/", tickets.Causes.as_view(), name="causes"),
    path("fields/", custom_fields.CustomFields.as_view(), name="custom_fields"),
    path("own-statuses/", own_statuses.OwnStatuses.as_view(), name="own_statuses"),
    path("tickets/", tickets.Tickets.as_view(), name="tickets"),
    path("tickets/<int:number>/", tickets.OneTicket.as_view(), name="ticket"),
    path("tickets/<int:number>/messages/", conversation.Messages.as_view(), name="messages"),
    path("tickets/<int:number>/assignment/", conversation.TicketAssignment.as_view(), name="assignment"),
    path("tickets/<int:number>/status/", conversation.TicketStatus.as_view(), name="status"),
    path("tickets/<int:number>/merge/", merging.TicketMerge.as_view(), name="merge"),
    path("tickets/<int:number>/snooze/", snoozing.TicketSnooze.as_view(), name="snooze"),
    path("tickets/<int:number>/fields/", custom_fields.TicketFields.as_view(), name="ticket_fields"),
    path("tickets/<int:number>/tags/", tagging.TicketTags.as_view(), name="tags"),
    path("tickets/<int:number>/checklist/", checklists.TicketChecklist.as_view(), name="checklist"),
    path(
        "tickets/<int:number>/checklist/<int:pk>/", checklists.ChecklistLine.as_view(), name="checklist_line"
    ),
    path("tickets/<int:number>/ready-checklists/", checklists.ReadyLists.as_view(), name="ready_lists"),
    path(
        "tickets/<int:number>/ready-checklists/<int:pk>/",
        checklists.OneReadyList.as_view(),
        name="ready_list",
    ),
    path("tickets/<int:number>/watchers/", watching.TicketWatchers.as_view(), name="watchers"),
    path("tickets/<int:number>/links/", linking.TicketLinks.as_view(), name="links"),
    path("tickets/<int:number>/links/<int:pk>/", linking.OneLink.as_view(), name="link"),
    path("bulk-actions/", bulk.BulkActions.as_view(), name="bulk_actions"),
    path("bulk-actions/rehearsal/", bulk.BulkRehearsal.as_view(), name="bulk_rehearsal"),
    path("bulk-actions/<int:number>/", bulk.OneBulkAction.as_view(), name="bulk_action"),
    path("bulk-actions/<int:number>/undoing/", bulk.BulkUndoing.as_view(), name="bulk_undoing"),
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("reviews/<int:number>/", reviews.OneReview.as_view(), name="review"),
    path("reviews/<int:number>/posted/", reviews.ReviewPosting.as_view(), name="review_posting"),
    path("articles/", articles.Articles.as_view(), name="articles"),
    path("articles/<int:number>/", articles.OneArticle.as_view(), name="article"),
    path("articles/<int:number>/versions/", articles.ArticleVersions.as_view(), name="article_versions"),
    path("articles/<int:number>/address/", articles.ArticleReaders.as_view(), name="article_address"),
    path(
        "articles/<int:number>/publication/",
        articles.ArticlePublication.as_view(),
        name="article_publication",
    ),
    path("line/events", line.LineEvents.as_view(), name="line_events"),
    path("line/calls/<path:call_id>", line.LineCall.as_view(), name="line_call"),
    path("incidents/", incidents.Incidents.as_view(), name="incidents"),
    path("incidents/<int:number>/", incidents.OneIncident.as_view(), name="incident"),
    path("incidents/<int:number>/affected/", incidents.WhoWasHit.as_view(), name="affected"),
]
