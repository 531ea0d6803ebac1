"""Who gets what: every address, by role, method and object, against a table written by people.

An address without a row fails. What belongs to somebody else answers exactly like what does not exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from cast import Cast, person
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Absence, ApiToken, Customer, Person, SignInService
from policies.asks.link import AnswerLink
from policies.challenges.rule import Kind, Rule
from policies.facts import Wish, forget_rules
from policies.models import (
    AcquisitionOffer,
    Ask,
    BaseStandard,
    Budget,
    Challenge,
    CustomerWish,
    Detail,
    ExportBatch,
    ExtraAuthority,
    Finding,
    Hindrance,
    HouseWill,
    Idea,
    LearningSlot,
    Limit,
    Outreach,
    Paid,
    PayoutOrder,
    PayoutTarget,
    Question,
    Rulebook,
    Ruling,
    Tie,
    TrainingItem,
)
from policies.offer import Offer
from tickets.models import (
    Article,
    Attachment,
    Bulk,
    BusinessHours,
    CannedReply,
    Chat,
    ChecklistItem,
    Copied,
    CustomField,
    Erasure,
    HeldReply,
    Incident,
    IncomingMail,
    Link,
    Macro,
    Mailbox,
    Merge,
    Message,
    OnCall,
    OutgoingMail,
    Place,
    Pledge,
    Policy,
    PublicReview,
    ReadyList,
    Repair,
    SavedView,
    Site,
    StagedFile,
    StatusName,
    Tag,
    Ticket,
    Webhook,
)
from tickets.models import Rule as DeskRule
from tickets.portal.callback import slots_of

pytestmark = pytest.mark.django_db

# The columns. `gone` was an agent of North and is deactivated; the session is still in the browser.
ROLES = ("stranger", "cem", "eva", "fay", "anna", "gus", "ben", "dora", "ada", "gone")
# Cem's ticket is North's, Eva's is South's. What Cem is to the one, Eva is to the other.
MIRROR = {"cem": "eva", "eva": "cem", "anna": "gus", "gus": "anna", "ben": "dora", "dora": "ben"}
# On the second database a customer, a lead and the administrator are enough: between them they see every page.
EVERYWHERE = ("cem", "ben", "ada")
# No view asks for the role and the method at once: these three try each method everywhere.
ASKING_FOR_METHODS = ("stranger", "cem", "anna")
MISSING = 999_999_999
HUGE = 10**30

# `in`: sent to sign in. Rows with a number in their address are for North's object; for South's the columns
# are mirrored, and for one that does not exist everybody but strangers gets what a foreign one gives.
TABLE = """
# address                  sends stranger cem eva fay anna gus ben dora ada gone
# ---- the portal -------------------------------------------------------------------
portal:home                GET   200 200 200 200 302 302 302 302 302 200
portal:home                POST  405 405 405 405 405 405 405 405 405 405
portal:new                 GET   in  200 200 200 404 404 404 404 404 in
portal:new                 POST  in  302 302 302 404 404 404 404 404 in
portal:questions           GET   in  405 405 405 405 405 405 405 405 in
portal:questions           POST  in  200 200 200 404 404 404 404 404 in
portal:ticket              GET   in  200 404 404 404 404 404 404 404 in
portal:ticket              POST  in  405 405 405 405 405 405 405 405 in
portal:conversation        GET   in  200 404 404 404 404 404 404 404 in
portal:conversation        POST  in  405 405 405 405 405 405 405 405 in
portal:promise             GET   in  200 404 404 404 404 404 404 404 in
portal:promise             POST  in  405 405 405 405 405 405 405 405 in
portal:reply               GET   in  302 404 404 404 404 404 404 404 in
portal:reply               POST  in  302 404 404 404 404 404 404 404 in
portal:put_on_copy         GET   in  302 404 404 404 404 404 404 404 in
portal:put_on_copy         POST  in  422 404 404 404 404 404 404 404 in
portal:take_off_copy       GET   in  302 404 404 404 404 404 404 404 in
portal:take_off_copy       POST  in  302 404 404 404 404 404 404 404 in
portal:confirm             GET   in  302 404 404 404 404 404 404 404 in
portal:confirm             POST  in  302 404 404 404 404 404 404 404 in
portal:rate                GET   in  302 404 404 404 404 404 404 404 in
portal:rate                POST  in  302 404 404 404 404 404 404 404 in
portal:organisation        GET   in  404 404 404 404 404 404 404 404 in
portal:organisation        POST  in  405 405 405 405 405 405 405 405 in
gestures:of_request        GET   in  200 404 404 404 404 404 404 404 in
gestures:of_request        POST  in  405 405 405 405 405 405 405 405 in
# ---- what everybody can count on is published ------------------------------------------------
gestures:count_on_us       GET   200 200 200 200 200 200 200 200 200 200
gestures:count_on_us       POST  405 405 405 405 405 405 405 405 405 405
gestures:counted_on_us     GET   200 200 200 200 200 200 200 200 200 200
gestures:counted_on_us     POST  405 405 405 405 405 405 405 405 405 405
portal:deletion            GET   in  200 200 200 404 404 404 404 404 in
portal:deletion            POST  in  302 302 302 404 404 404 404 404 in
portal:confirm_deletion    GET   in  405 405 405 405 405 405 405 405 in
portal:confirm_deletion    POST  in  302 302 302 404 404 404 404 404 in
portal:withdraw_deletion   GET   in  405 405 405 405 405 405 405 405 in
portal:withdraw_deletion   POST  in  302 302 302 404 404 404 404 404 in
setup:reviews              GET   in  404 404 404 200 200 200 200 200 in
setup:reviews              POST  in  405 405 405 405 405 405 405 405 in
setup:new_review           GET   in  404 404 404 200 200 200 200 200 in
setup:new_review           POST  in  404 404 404 422 422 422 422 422 in
desk:review_posted         GET   in  405 405 405 405 405 405 405 405 in
desk:review_posted         POST  in  404 404 404 302 404 302 404 404 in
setup:deletions            GET   in  404 404 404 404 404 404 404 200 in
setup:deletions            POST  in  405 405 405 405 405 405 405 405 in
setup:carry_out_deletion   GET   in  405 405 405 405 405 405 405 405 in
setup:carry_out_deletion   POST  in  404 404 404 404 404 404 404 302 in
portal:own_questions       GET   in  200 200 200 404 404 404 404 404 in
portal:own_questions       POST  in  200 200 200 404 404 404 404 404 in
portal:own_data            GET   in  200 200 200 404 404 404 404 404 in
portal:own_data            POST  in  405 405 405 405 405 405 405 405 in
# ---- feedback: a link nobody signed is no link; figures are for leads ---------------------------------
portal:feedback            GET   404 404 404 404 404 404 404 404 404 404
portal:feedback            POST  404 404 404 404 404 404 404 404 404 404
portal:unsubscribe         GET   404 404 404 404 404 404 404 404 404 404
portal:unsubscribe         POST  404 404 404 404 404 404 404 404 404 404
desk:feedback              GET   in  404 404 404 404 404 200 200 200 in
desk:feedback              POST  in  405 405 405 405 405 405 405 405 in
# ---- knowledge: what everybody reads, what colleagues read, who writes and who publishes ---------------
portal:help                GET   200 200 200 200 200 200 200 200 200 200
portal:help                POST  405 405 405 405 405 405 405 405 405 405
portal:article             GET   404 404 404 404 200 404 200 404 404 404
portal:article             POST  405 405 405 405 405 405 405 405 405 405
portal:article/public      GET   200 200 200 200 200 200 200 200 200 200
portal:vote                GET   in  405 405 405 405 405 405 405 405 in
portal:vote                POST  in  404 404 404 302 404 302 404 404 in
portal:suggested           GET   in  405 405 405 405 405 405 405 405 in
portal:suggested           POST  in  200 200 200 404 404 404 404 404 in
desk:knowledge             GET   in  404 404 404 200 200 200 200 200 in
desk:knowledge             POST  in  405 405 405 405 405 405 405 405 in
desk:new_article           GET   in  404 404 404 200 200 200 200 200 in
desk:new_article           POST  in  404 404 404 422 422 422 422 422 in
desk:article               GET   in  404 404 404 200 404 200 404 200 in
desk:article               POST  in  405 405 405 405 405 405 405 405 in
desk:edit_article          GET   in  404 404 404 200 404 200 404 200 in
desk:edit_article          POST  in  404 404 404 422 404 422 404 422 in
desk:publish_article       GET   in  405 405 405 405 405 405 405 405 in
desk:publish_article       POST  in  404 404 404 302 404 302 404 302 in
desk:retire_article        GET   in  405 405 405 405 405 405 405 405 in
desk:retire_article        POST  in  404 404 404 302 404 302 404 302 in
desk:address_article       GET   in  405 405 405 405 405 405 405 405 in
desk:address_article       POST  in  404 404 404 422 404 422 404 422 in
desk:article_version       GET   in  404 404 404 200 404 200 404 200 in
desk:article_version       POST  in  405 405 405 405 405 405 405 405 in
desk:restore_article       GET   in  405 405 405 405 405 405 405 405 in
desk:restore_article       POST  in  404 404 404 302 404 302 404 302 in
desk:articles_of_ticket    GET   in  404 404 404 200 404 200 404 404 in
desk:articles_of_ticket    POST  in  405 405 405 405 405 405 405 405 in
desk:missed                GET   in  404 404 404 404 404 200 200 200 in
desk:missed                POST  in  405 405 405 405 405 405 405 405 in
desk:settle_missed         GET   in  405 405 405 405 405 405 405 405 in
desk:settle_missed         POST  in  404 404 404 404 404 302 302 302 in
# ---- the own page -----------------------------------------------------------------
me                         GET   in  200 200 200 200 200 200 200 200 in
me                         POST  in  302 302 302 302 302 302 302 302 in
language                   GET   405 405 405 405 405 405 405 405 405 405
language                   POST  302 302 302 302 302 302 302 302 302 302
tokens                     GET   in  404 404 404 302 302 302 302 404 in
tokens                     POST  in  404 404 404 201 201 201 201 404 in
token_revocation           GET   in  404 404 404 302 302 302 302 404 in
token_revocation           POST  in  404 404 404 302 404 404 404 404 in
cut_company                GET   in  405 405 405 405 405 405 405 405 in
cut_company                POST  in  404 404 404 404 404 404 404 404 in
absences                   GET   in  404 404 404 302 302 302 302 404 in
absences                   POST  in  404 404 404 422 422 422 422 404 in
end_absence                GET   in  404 404 404 302 302 302 302 404 in
end_absence                POST  in  404 404 404 302 404 302 404 404 in
# ---- files: what stands in the conversation, and what hangs on a note --------------
file                       GET   in  200 404 404 200 404 200 404 404 in
file                       POST  in  405 405 405 405 405 405 405 405 in
file/note                  GET   in  404 404 404 200 404 200 404 404 in
# ---- the desk -----------------------------------------------------------------------
desk:tickets               GET   in  404 404 404 200 200 200 200 404 in
desk:tickets               POST  in  405 405 405 405 405 405 405 405 in
desk:rows                  GET   in  404 404 404 200 200 200 200 404 in
desk:rows                  POST  in  405 405 405 405 405 405 405 405 in
desk:rail                  GET   in  404 404 404 200 200 200 200 404 in
desk:rail                  POST  in  405 405 405 405 405 405 405 405 in
desk:fresh_notices         GET   in  404 404 404 200 200 200 200 404 in
desk:fresh_notices         POST  in  405 405 405 405 405 405 405 405 in
desk:bulk                  GET   in  404 404 404 302 302 302 302 404 in
desk:bulk                  POST  in  404 404 404 302 302 302 302 404 in
desk:bulk_run              GET   in  404 404 404 200 404 404 404 404 in
desk:bulk_run              POST  in  405 405 405 405 405 405 405 405 in
desk:bulk_now              GET   in  404 404 404 200 404 404 404 404 in
desk:bulk_now              POST  in  405 405 405 405 405 405 405 405 in
desk:undo_bulk             GET   in  405 405 405 405 405 405 405 405 in
desk:undo_bulk             POST  in  404 404 404 302 404 404 404 404 in
desk:new_view              GET   in  404 404 404 200 200 200 200 404 in
desk:new_view              POST  in  404 404 404 422 422 422 422 404 in
desk:view                  GET   in  404 404 404 404 404 200 404 404 in
desk:view                  POST  in  404 404 404 404 404 422 404 404 in
desk:remove_view           GET   in  405 405 405 405 405 405 405 405 in
desk:remove_view           POST  in  404 404 404 404 404 302 404 404 in
desk:keys                  GET   in  404 404 404 200 200 200 200 404 in
desk:keys                  POST  in  404 404 404 302 302 302 302 404 in
desk:palette               GET   in  404 404 404 200 200 200 200 404 in
desk:palette               POST  in  405 405 405 405 405 405 405 405 in
desk:notices               GET   in  404 404 404 200 200 200 200 404 in
desk:notices               POST  in  405 405 405 405 405 405 405 405 in
desk:news                  GET   in  404 404 404 200 200 200 200 404 in
desk:news                  POST  in  404 404 404 422 422 422 422 404 in
desk:ticket                GET   in  404 404 404 200 404 200 404 404 in
desk:ticket                POST  in  405 405 405 405 405 405 405 405 in
desk:conversation          GET   in  404 404 404 200 404 200 404 404 in
desk:conversation          POST  in  405 405 405 405 405 405 405 405 in
desk:head                  GET   in  404 404 404 200 404 200 404 404 in
desk:head                  POST  in  405 405 405 405 405 405 405 405 in
desk:pause                 GET   in  404 404 404 302 404 302 404 404 in
desk:pause                 POST  in  404 404 404 302 404 302 404 404 in
desk:thanks                GET   in  405 405 405 405 405 405 405 405 in
desk:thanks                POST  in  404 404 404 302 404 302 404 404 in
desk:split                 GET   in  404 404 404 200 404 200 404 404 in
desk:split                 POST  in  404 404 404 422 404 422 404 404 in
desk:prioritise            GET   in  405 405 405 405 405 405 405 405 in
desk:prioritise            POST  in  404 404 404 302 404 302 404 404 in
desk:skip                  GET   in  404 404 404 302 404 302 404 404 in
desk:skip                  POST  in  405 405 405 405 405 405 405 405 in
desk:reckoning             GET   in  404 404 404 200 404 200 404 404 in
desk:reckoning             POST  in  405 405 405 405 405 405 405 405 in
desk:reply                 GET   in  405 405 405 405 405 405 405 405 in
desk:reply                 POST  in  404 404 404 302 404 302 404 404 in
desk:note                  GET   in  405 405 405 405 405 405 405 405 in
desk:note                  POST  in  404 404 404 302 404 302 404 404 in
desk:draft                 GET   in  405 405 405 405 405 405 405 405 in
desk:draft                 POST  in  404 404 404 422 404 422 404 404 in
desk:draft_versions        GET   in  404 404 404 200 404 200 404 404 in
desk:draft_versions        POST  in  405 405 405 405 405 405 405 405 in
desk:mail                  GET   in  404 404 404 200 404 200 404 404 in
desk:mail                  POST  in  405 405 405 405 405 405 405 405 in
desk:send_again            GET   in  405 405 405 405 405 405 405 405 in
desk:send_again            POST  in  404 404 404 302 404 302 404 404 in
desk:assign                GET   in  405 405 405 405 405 405 405 405 in
desk:assign                POST  in  404 404 404 302 404 302 404 404 in
desk:new_ticket            GET   in  404 404 404 200 200 200 200 404 in
desk:new_ticket            POST  in  404 404 404 422 422 422 422 404 in
desk:release               GET   in  405 405 405 405 405 405 405 405 in
desk:release               POST  in  404 404 404 302 404 302 404 404 in
desk:customer              GET   in  404 404 404 200 404 200 404 404 in
desk:customer              POST  in  405 405 405 405 405 405 405 405 in
desk:contact               GET   in  404 404 404 200 404 200 404 404 in
desk:contact               POST  in  404 404 404 302 404 302 404 404 in
authority:of_customer      GET   in  404 404 404 200 404 200 404 404 in
authority:of_customer      POST  in  405 405 405 405 405 405 405 405 in
desk:correct               GET   in  404 404 404 200 404 200 404 404 in
desk:correct               POST  in  404 404 404 422 404 422 404 404 in
desk:move                  GET   in  405 405 405 405 405 405 405 405 in
desk:move                  POST  in  404 404 404 302 404 302 404 404 in
# ---- promises by word ---------------------------------------------------------------------------
desk:alike                 GET   in  404 404 404 200 404 200 404 404 in
desk:alike                 POST  in  405 405 405 405 405 405 405 405 in
desk:merge                 GET   in  404 404 404 200 404 200 404 404 in
desk:merge                 POST  in  404 404 404 422 404 422 404 404 in
desk:take_apart            GET   in  405 405 405 405 405 405 405 405 in
desk:take_apart            POST  in  404 404 404 302 404 302 404 404 in
desk:snooze                GET   in  404 404 404 200 404 200 404 404 in
desk:snooze                POST  in  404 404 404 422 404 422 404 404 in
desk:wake                  GET   in  405 405 405 405 405 405 405 405 in
desk:wake                  POST  in  404 404 404 302 404 302 404 404 in
desk:tags                  GET   in  404 404 404 200 404 200 404 404 in
desk:tags                  POST  in  405 405 405 405 405 405 405 405 in
desk:tag                   GET   in  405 405 405 405 405 405 405 405 in
desk:tag                   POST  in  404 404 404 302 404 302 404 404 in
desk:columns               GET   in  404 404 404 200 200 200 200 404 in
desk:columns               POST  in  404 404 404 302 302 302 302 404 in
desk:details               GET   in  404 404 404 200 404 200 404 404 in
desk:details               POST  in  404 404 404 302 404 302 404 404 in
desk:beside                GET   in  404 404 404 200 404 200 404 404 in
desk:beside                POST  in  405 405 405 405 405 405 405 405 in
desk:put_on_copy           GET   in  405 405 405 405 405 405 405 405 in
desk:put_on_copy           POST  in  404 404 404 302 404 302 404 404 in
desk:take_off_copy         GET   in  405 405 405 405 405 405 405 405 in
desk:take_off_copy         POST  in  404 404 404 302 404 302 404 404 in
desk:watch                 GET   in  405 405 405 405 405 405 405 405 in
desk:watch                 POST  in  404 404 404 302 404 302 404 404 in
desk:unwatch               GET   in  405 405 405 405 405 405 405 405 in
desk:unwatch               POST  in  404 404 404 302 404 302 404 404 in
desk:link                  GET   in  405 405 405 405 405 405 405 405 in
desk:link                  POST  in  404 404 404 302 404 302 404 404 in
desk:unlink                GET   in  405 405 405 405 405 405 405 405 in
desk:unlink                POST  in  404 404 404 302 404 302 404 404 in
authority:relationship     GET   in  404 404 404 200 404 200 404 404 in
authority:relationship     POST  in  405 405 405 405 405 405 405 405 in
authority:note_detail      GET   in  405 405 405 405 405 405 405 405 in
authority:note_detail      POST  in  404 404 404 302 404 302 404 404 in
authority:forget_detail    GET   in  405 405 405 405 405 405 405 405 in
authority:forget_detail    POST  in  404 404 404 302 404 302 404 404 in
authority:figures          GET   in  404 404 404 404 404 404 404 200 in
authority:figures          POST  in  404 404 404 404 404 404 404 422 in
desk:add_line              GET   in  405 405 405 405 405 405 405 405 in
desk:add_line              POST  in  404 404 404 302 404 302 404 404 in
desk:tick                  GET   in  405 405 405 405 405 405 405 405 in
desk:tick                  POST  in  404 404 404 302 404 302 404 404 in
desk:put_ready_list        GET   in  405 405 405 405 405 405 405 405 in
desk:put_ready_list        POST  in  404 404 404 302 404 302 404 404 in
desk:recent                GET   in  404 404 404 200 200 200 200 404 in
desk:recent                POST  in  405 405 405 405 405 405 405 405 in
setup:checklists           GET   in  404 404 404 404 404 200 200 200 in
setup:checklists           POST  in  405 405 405 405 405 405 405 405 in
setup:new_checklist        GET   in  404 404 404 404 404 200 200 200 in
setup:new_checklist        POST  in  404 404 404 404 404 422 422 422 in
setup:checklist            GET   in  404 404 404 404 404 200 404 200 in
setup:checklist            POST  in  404 404 404 404 404 422 404 422 in
setup:remove_checklist     GET   in  405 405 405 405 405 405 405 405 in
setup:remove_checklist     POST  in  404 404 404 404 404 302 404 302 in
desk:untag                 GET   in  405 405 405 405 405 405 405 405 in
desk:untag                 POST  in  404 404 404 302 404 302 404 404 in
desk:my_promises           GET   in  404 404 404 200 200 200 200 404 in
desk:my_promises           POST  in  405 405 405 405 405 405 405 405 in
desk:promise_figures       GET   in  404 404 404 404 404 200 200 200 in
desk:promise_figures       POST  in  405 405 405 405 405 405 405 405 in
desk:promises              GET   in  404 404 404 200 404 200 404 404 in
desk:promises              POST  in  405 405 405 405 405 405 405 405 in
desk:promise               GET   in  405 405 405 405 405 405 405 405 in
desk:promise               POST  in  404 404 404 302 404 302 404 404 in
desk:keep_promise          GET   in  405 405 405 405 405 405 405 405 in
desk:keep_promise          POST  in  404 404 404 302 404 302 404 404 in
desk:move_promise          GET   in  405 405 405 405 405 405 405 405 in
desk:move_promise          POST  in  404 404 404 302 404 302 404 404 in
desk:withdraw_promise      GET   in  405 405 405 405 405 405 405 405 in
desk:withdraw_promise      POST  in  404 404 404 302 404 302 404 404 in
desk:pass_on_promise       GET   in  405 405 405 405 405 405 405 405 in
desk:pass_on_promise       POST  in  404 404 404 302 404 302 404 404 in
desk:repair_promise        GET   in  405 405 405 405 405 405 405 405 in
desk:repair_promise        POST  in  404 404 404 302 404 302 404 404 in
# ---- incidents: the team's, with the customers they hit -----------------------------------------
desk:incident_of_ticket    GET   in  404 404 404 200 404 200 404 404 in
desk:incident_of_ticket    POST  in  405 405 405 405 405 405 405 405 in
desk:report_incident       GET   in  405 405 405 405 405 405 405 405 in
desk:report_incident       POST  in  404 404 404 302 404 302 404 404 in
desk:link_incident         GET   in  405 405 405 405 405 405 405 405 in
desk:link_incident         POST  in  404 404 404 302 404 302 404 404 in
desk:unlink_incident       GET   in  405 405 405 405 405 405 405 405 in
desk:unlink_incident       POST  in  404 404 404 302 404 302 404 404 in
desk:incidents             GET   in  404 404 404 200 200 200 200 404 in
desk:incidents             POST  in  405 405 405 405 405 405 405 405 in
desk:incident              GET   in  404 404 404 200 404 200 404 404 in
desk:incident              POST  in  405 405 405 405 405 405 405 405 in
desk:amend_incident        GET   in  405 405 405 405 405 405 405 405 in
desk:amend_incident        POST  in  404 404 404 302 404 302 404 404 in
desk:paste_affected        GET   in  405 405 405 405 405 405 405 405 in
desk:paste_affected        POST  in  404 404 404 200 404 200 404 404 in
desk:pick_affected         GET   in  405 405 405 405 405 405 405 405 in
desk:pick_affected         POST  in  404 404 404 302 404 302 404 404 in
desk:take_off              GET   in  405 405 405 405 405 405 405 405 in
desk:take_off              POST  in  404 404 404 302 404 302 404 404 in
# ---- the line: the team's contacts, and one's own callback -------------------------------------
desk:line                  GET   in  404 404 404 200 200 200 200 404 in
desk:line                  POST  in  405 405 405 405 405 405 405 405 in
desk:line_now              GET   in  404 404 404 200 200 200 200 404 in
desk:line_now              POST  in  405 405 405 405 405 405 405 405 in
desk:line_badge            GET   in  404 404 404 200 200 200 200 404 in
desk:line_badge            POST  in  405 405 405 405 405 405 405 405 in
desk:presence              GET   in  405 405 405 405 405 405 405 405 in
desk:presence              POST  in  404 404 404 302 302 302 302 404 in
desk:act                   GET   in  405 405 405 405 405 405 405 405 in
desk:act                   POST  in  404 404 404 302 404 302 404 404 in
desk:line_figures          GET   in  404 404 404 404 404 200 200 200 in
desk:line_figures          POST  in  405 405 405 405 405 405 405 405 in
desk:wall                  GET   in  404 404 404 200 200 200 200 404 in
desk:wall                  POST  in  405 405 405 405 405 405 405 405 in
desk:wall_now              GET   in  404 404 404 200 200 200 200 404 in
desk:wall_now              POST  in  405 405 405 405 405 405 405 405 in
desk:chats                 GET   in  404 404 404 200 200 200 200 404 in
desk:chats                 POST  in  405 405 405 405 405 405 405 405 in
desk:chat                  GET   in  404 404 404 200 404 200 404 404 in
desk:chat                  POST  in  405 405 405 405 405 405 405 405 in
desk:chat_now              GET   in  404 404 404 200 404 200 404 404 in
desk:chat_now              POST  in  405 405 405 405 405 405 405 405 in
desk:chat_say              GET   in  405 405 405 405 405 405 405 405 in
desk:chat_say              POST  in  404 404 404 302 404 302 404 404 in
desk:chat_typing           GET   in  405 405 405 405 405 405 405 405 in
desk:chat_typing           POST  in  404 404 404 204 404 204 404 404 in
desk:chat_end              GET   in  405 405 405 405 405 405 405 405 in
desk:chat_end              POST  in  404 404 404 302 404 302 404 404 in
desk:chat_step_in          GET   in  405 405 405 405 405 405 405 405 in
desk:chat_step_in          POST  in  404 404 404 302 404 302 404 404 in
desk:chat_rest             GET   in  405 405 405 405 405 405 405 405 in
desk:chat_rest             POST  in  404 404 404 302 404 302 404 404 in
portal:chat                GET   in  200 200 200 404 404 404 404 404 in
portal:chat                POST  in  302 302 302 404 404 404 404 404 in
portal:chat_now            GET   in  200 200 404 404 404 404 404 404 in
portal:chat_now            POST  in  405 405 405 405 405 405 405 405 in
portal:chat_say            GET   in  405 405 405 405 405 405 405 405 in
portal:chat_say            POST  in  302 302 404 404 404 404 404 404 in
portal:chat_typing         GET   in  405 405 405 405 405 405 405 405 in
portal:chat_typing         POST  in  204 204 404 404 404 404 404 404 in
portal:chat_leave          GET   in  405 405 405 405 405 405 405 405 in
portal:chat_leave          POST  in  302 302 404 404 404 404 404 404 in
portal:chat_call           GET   in  405 405 405 405 405 405 405 405 in
portal:chat_call           POST  in  302 302 404 404 404 404 404 404 in
portal:callback            GET   in  200 200 200 404 404 404 404 404 in
portal:callback            POST  in  302 302 302 404 404 404 404 404 in
portal:callback_now        GET   in  200 200 200 404 404 404 404 404 in
portal:callback_now        POST  in  405 405 405 405 405 405 405 405 in
portal:move_callback       GET   in  405 405 405 405 405 405 405 405 in
portal:move_callback       POST  in  302 302 302 404 404 404 404 404 in
portal:withdraw_callback   GET   in  405 405 405 405 405 405 405 405 in
portal:withdraw_callback   POST  in  302 302 302 404 404 404 404 404 in
# ---- the frame on somebody's web site: nobody without an open site, whoever they are ------------------
widget:frame               GET   404 404 404 404 404 404 404 404 404 404
widget:frame               POST  405 405 405 405 405 405 405 405 405 405
widget:room                GET   404 404 404 404 404 404 404 404 404 404
widget:room                POST  405 405 405 405 405 405 405 405 405 405
widget:now                 GET   404 404 404 404 404 404 404 404 404 404
widget:now                 POST  405 405 405 405 405 405 405 405 405 405
widget:start               GET   405 405 405 405 405 405 405 405 405 405
widget:start               POST  404 404 404 404 404 404 404 404 404 404
widget:prove               GET   405 405 405 405 405 405 405 405 405 405
widget:prove               POST  404 404 404 404 404 404 404 404 404 404
widget:say                 GET   405 405 405 405 405 405 405 405 405 405
widget:say                 POST  404 404 404 404 404 404 404 404 404 404
widget:typing              GET   405 405 405 405 405 405 405 405 405 405
widget:typing              POST  404 404 404 404 404 404 404 404 404 404
widget:file                GET   404 404 404 404 404 404 404 404 404 404
widget:file                POST  405 405 405 405 405 405 405 405 405 405
# ---- the set-up: leads for their teams, administrators for the house -----------------------------
setup:custom_fields        GET   in  404 404 404 404 404 404 404 200 in
setup:custom_fields        POST  in  405 405 405 405 405 405 405 405 in
setup:new_custom_field     GET   in  404 404 404 404 404 404 404 200 in
setup:new_custom_field     POST  in  404 404 404 404 404 404 404 422 in
setup:custom_field         GET   in  404 404 404 404 404 404 404 200 in
setup:custom_field         POST  in  404 404 404 404 404 404 404 422 in
setup:retire_custom_field  GET   in  405 405 405 405 405 405 405 405 in
setup:retire_custom_field  POST  in  404 404 404 404 404 404 404 302 in
setup:teams                GET   in  404 404 404 404 404 200 200 200 in
setup:teams                POST  in  405 405 405 405 405 405 405 405 in
setup:new_team             GET   in  404 404 404 404 404 404 404 200 in
setup:new_team             POST  in  404 404 404 404 404 404 404 422 in
setup:team                 GET   in  404 404 404 404 404 200 404 200 in
setup:team                 POST  in  404 404 404 404 404 404 404 422 in
setup:join_team            GET   in  405 405 405 405 405 405 405 405 in
setup:join_team            POST  in  404 404 404 404 404 404 404 422 in
setup:member               GET   in  404 404 404 404 404 404 404 200 in
setup:member               POST  in  404 404 404 404 404 404 404 422 in
setup:leave_team           GET   in  405 405 405 405 405 405 405 405 in
setup:leave_team           POST  in  404 404 404 404 404 404 404 302 in
setup:people               GET   in  404 404 404 404 404 404 404 200 in
setup:people               POST  in  405 405 405 405 405 405 405 405 in
setup:new_person           GET   in  404 404 404 404 404 404 404 200 in
setup:new_person           POST  in  404 404 404 404 404 404 404 422 in
setup:person               GET   in  404 404 404 404 404 404 404 200 in
setup:person               POST  in  404 404 404 404 404 404 404 422 in
setup:block_person         GET   in  405 405 405 405 405 405 405 405 in
setup:block_person         POST  in  404 404 404 404 404 404 404 302 in
setup:administer           GET   in  405 405 405 405 405 405 405 405 in
setup:administer           POST  in  404 404 404 404 404 404 404 302 in
setup:send_invitation      GET   in  405 405 405 405 405 405 405 405 in
setup:send_invitation      POST  in  404 404 404 404 404 404 404 302 in
setup:give_back_tickets    GET   in  405 405 405 405 405 405 405 405 in
setup:give_back_tickets    POST  in  404 404 404 404 404 404 404 302 in
setup:causes               GET   in  404 404 404 404 404 404 404 200 in
setup:causes               POST  in  405 405 405 405 405 405 405 405 in
setup:new_cause            GET   in  404 404 404 404 404 404 404 200 in
setup:new_cause            POST  in  404 404 404 404 404 404 404 422 in
setup:cause                GET   in  404 404 404 404 404 404 404 200 in
setup:cause                POST  in  404 404 404 404 404 404 404 422 in
setup:statuses             GET   in  404 404 404 404 404 404 404 200 in
setup:statuses             POST  in  405 405 405 405 405 405 405 405 in
setup:new_status           GET   in  404 404 404 404 404 404 404 200 in
setup:new_status           POST  in  404 404 404 404 404 404 404 422 in
setup:status               GET   in  404 404 404 404 404 404 404 200 in
setup:status               POST  in  404 404 404 404 404 404 404 422 in
setup:retire_status        GET   in  405 405 405 405 405 405 405 405 in
setup:retire_status        POST  in  404 404 404 404 404 404 404 302 in
setup:sites                GET   in  404 404 404 404 404 404 404 200 in
setup:sites                POST  in  405 405 405 405 405 405 405 405 in
setup:new_site             GET   in  404 404 404 404 404 404 404 200 in
setup:new_site             POST  in  404 404 404 404 404 404 404 422 in
setup:site                 GET   in  404 404 404 404 404 404 404 200 in
setup:site                 POST  in  404 404 404 404 404 404 404 422 in
setup:end_site             GET   in  405 405 405 405 405 405 405 405 in
setup:end_site             POST  in  404 404 404 404 404 404 404 302 in
setup:sign_in_services     GET   in  404 404 404 404 404 404 404 200 in
setup:sign_in_services     POST  in  405 405 405 405 405 405 405 405 in
setup:new_sign_in_service  GET   in  404 404 404 404 404 404 404 200 in
setup:new_sign_in_service  POST  in  404 404 404 404 404 404 404 422 in
setup:sign_in_service      GET   in  404 404 404 404 404 404 404 200 in
setup:sign_in_service      POST  in  404 404 404 404 404 404 404 422 in
setup:end_sign_in_service  GET   in  405 405 405 405 405 405 405 405 in
setup:end_sign_in_service  POST  in  404 404 404 404 404 404 404 302 in
setup:overflow             GET   in  404 404 404 404 404 200 200 200 in
setup:overflow             POST  in  404 404 404 404 404 422 422 422 in
setup:index                GET   in  404 404 404 200 200 200 200 200 in
setup:index                POST  in  405 405 405 405 405 405 405 405 in
setup:rules                GET   in  404 404 404 404 404 200 200 200 in
setup:rules                POST  in  405 405 405 405 405 405 405 405 in
setup:new_rule             GET   in  404 404 404 404 404 200 200 200 in
setup:new_rule             POST  in  404 404 404 404 404 422 422 422 in
setup:rule                 GET   in  404 404 404 404 404 200 404 200 in
setup:rule                 POST  in  404 404 404 404 404 422 404 422 in
setup:rule_preview         GET   in  404 404 404 404 404 200 404 200 in
setup:rule_preview         POST  in  405 405 405 405 405 405 405 405 in
setup:rule_log             GET   in  404 404 404 404 404 200 404 200 in
setup:rule_log             POST  in  405 405 405 405 405 405 405 405 in
setup:switch_rule          GET   in  405 405 405 405 405 405 405 405 in
setup:switch_rule          POST  in  404 404 404 404 404 302 404 302 in
setup:first_steps          GET   in  404 404 404 404 404 404 404 200 in
setup:first_steps          POST  in  405 405 405 405 405 405 405 405 in
setup:first_firm           GET   in  404 404 404 404 404 404 404 200 in
setup:first_firm           POST  in  404 404 404 404 404 404 404 422 in
setup:first_open           GET   in  404 404 404 404 404 404 404 200 in
setup:first_open           POST  in  404 404 404 404 404 404 404 422 in
setup:first_team           GET   in  404 404 404 404 404 404 404 200 in
setup:first_team           POST  in  404 404 404 404 404 404 404 422 in
setup:first_mail           GET   in  404 404 404 404 404 404 404 200 in
setup:first_mail           POST  in  405 405 405 405 405 405 405 405 in
setup:first_promises       GET   in  404 404 404 404 404 404 404 200 in
setup:first_promises       POST  in  404 404 404 404 404 404 404 422 in
setup:put_off_step         GET   in  405 405 405 405 405 405 405 405 in
setup:put_off_step         POST  in  404 404 404 404 404 404 404 302 in
setup:search               GET   in  404 404 404 200 200 200 200 200 in
setup:search               POST  in  405 405 405 405 405 405 405 405 in
setup:log                  GET   in  404 404 404 404 404 404 404 200 in
setup:log                  POST  in  405 405 405 405 405 405 405 405 in
setup:inbox                GET   in  404 404 404 404 404 404 404 200 in
setup:inbox                POST  in  405 405 405 405 405 405 405 405 in
setup:retry_mail           GET   in  405 405 405 405 405 405 405 405 in
setup:retry_mail           POST  in  404 404 404 404 404 404 404 302 in
setup:put_aside_mail       GET   in  405 405 405 405 405 405 405 405 in
setup:put_aside_mail       POST  in  404 404 404 404 404 404 404 302 in
setup:raw_mail             GET   in  404 404 404 404 404 404 404 200 in
setup:raw_mail             POST  in  405 405 405 405 405 405 405 405 in
setup:mailboxes            GET   in  404 404 404 404 404 404 404 200 in
setup:mailboxes            POST  in  405 405 405 405 405 405 405 405 in
setup:new_mailbox          GET   in  404 404 404 404 404 404 404 200 in
setup:new_mailbox          POST  in  404 404 404 404 404 404 404 422 in
setup:mailbox              GET   in  404 404 404 404 404 404 404 200 in
setup:mailbox              POST  in  404 404 404 404 404 404 404 422 in
setup:end_mailbox          GET   in  405 405 405 405 405 405 405 405 in
setup:end_mailbox          POST  in  404 404 404 404 404 404 404 302 in
setup:stationery           GET   in  404 404 404 404 404 200 200 200 in
setup:stationery           POST  in  405 405 405 405 405 405 405 405 in
setup:paper                GET   in  404 404 404 404 404 404 404 200 in
setup:paper                POST  in  404 404 404 404 404 404 404 302 in
setup:outgoing             GET   in  404 404 404 404 404 404 404 200 in
setup:outgoing             POST  in  404 404 404 404 404 404 404 422 in
setup:end_outgoing         GET   in  405 405 405 405 405 405 405 405 in
setup:end_outgoing         POST  in  404 404 404 404 404 404 404 302 in
setup:canned_replies       GET   in  404 404 404 200 200 200 200 200 in
setup:canned_replies       POST  in  405 405 405 405 405 405 405 405 in
setup:new_canned_reply     GET   in  404 404 404 200 200 200 200 200 in
setup:new_canned_reply     POST  in  404 404 404 422 422 422 422 422 in
setup:canned_reply         GET   in  404 404 404 404 404 200 404 200 in
setup:canned_reply         POST  in  404 404 404 404 404 422 404 422 in
setup:remove_canned_reply  GET   in  405 405 405 405 405 405 405 405 in
setup:remove_canned_reply  POST  in  404 404 404 404 404 302 404 302 in
desk:take_back             GET   in  405 405 405 405 405 405 405 405 in
desk:take_back             POST  in  404 404 404 302 404 302 404 404 in
desk:stage                 GET   in  405 405 405 405 405 405 405 405 in
desk:stage                 POST  in  404 404 404 422 404 422 404 404 in
desk:unstage               GET   in  405 405 405 405 405 405 405 405 in
desk:unstage               POST  in  404 404 404 302 404 404 404 404 in
desk:canned                GET   in  404 404 404 200 404 200 404 404 in
desk:canned                POST  in  405 405 405 405 405 405 405 405 in
desk:put_canned            GET   in  405 405 405 405 405 405 405 405 in
desk:put_canned            POST  in  404 404 404 302 404 302 404 404 in
desk:viewers               GET   in  405 405 405 405 405 405 405 405 in
desk:viewers               POST  in  404 404 404 200 404 200 404 404 in
desk:preview               GET   in  405 405 405 405 405 405 405 405 in
desk:preview               POST  in  404 404 404 422 404 422 404 404 in
desk:pick_articles         GET   in  404 404 404 200 404 200 404 404 in
desk:pick_articles         POST  in  405 405 405 405 405 405 405 405 in
desk:pick_people           GET   in  404 404 404 200 404 200 404 404 in
desk:pick_people           POST  in  405 405 405 405 405 405 405 405 in
desk:pick_tickets          GET   in  404 404 404 200 404 200 404 404 in
desk:pick_tickets          POST  in  405 405 405 405 405 405 405 405 in
setup:macros               GET   in  404 404 404 200 200 200 200 200 in
setup:macros               POST  in  405 405 405 405 405 405 405 405 in
setup:new_macro            GET   in  404 404 404 200 200 200 200 200 in
setup:new_macro            POST  in  404 404 404 422 422 422 422 422 in
setup:macro                GET   in  404 404 404 404 404 200 404 200 in
setup:macro                POST  in  404 404 404 404 404 422 404 422 in
setup:remove_macro         GET   in  405 405 405 405 405 405 405 405 in
setup:remove_macro         POST  in  404 404 404 404 404 302 404 302 in
desk:macros                GET   in  404 404 404 200 404 200 404 404 in
desk:macros                POST  in  405 405 405 405 405 405 405 405 in
desk:macro                 GET   in  404 404 404 200 404 200 404 404 in
desk:macro                 POST  in  404 404 404 302 404 302 404 404 in
# ---- the authority panel --------------------------------------------------------------
authority:panel            GET   in  404 404 404 200 404 200 404 404 in
authority:panel            POST  in  405 405 405 405 405 405 405 405 in
authority:answer           GET   in  404 404 404 200 404 200 404 404 in
authority:answer           POST  in  405 405 405 405 405 405 405 405 in
authority:goodwill         GET   in  404 404 404 200 404 200 404 404 in
authority:goodwill         POST  in  405 405 405 405 405 405 405 405 in
authority:offer            GET   in  405 405 405 405 405 405 405 405 in
authority:offer            POST  in  404 404 404 302 404 302 404 404 in
authority:will             GET   in  405 405 405 405 405 405 405 405 in
authority:will             POST  in  404 404 404 302 404 302 404 404 in
authority:deliver          GET   in  405 405 405 405 405 405 405 405 in
authority:deliver          POST  in  404 404 404 302 404 302 404 404 in
authority:redeem           GET   in  405 405 405 405 405 405 405 405 in
authority:redeem           POST  in  404 404 404 302 404 302 404 404 in
authority:reverse          GET   in  405 405 405 405 405 405 405 405 in
authority:reverse          POST  in  404 404 404 302 404 302 404 404 in
authority:mirrors          GET   in  404 404 404 200 404 200 404 404 in
authority:mirrors          POST  in  405 405 405 405 405 405 405 405 in
authority:mirror           GET   in  404 404 404 200 404 200 404 404 in
authority:mirror           POST  in  404 404 404 302 404 302 404 404 in
authority:wish_mirror      GET   in  405 405 405 405 405 405 405 405 in
authority:wish_mirror      POST  in  404 404 404 302 404 302 404 404 in
authority:leave_out        GET   in  405 405 405 405 405 405 405 405 in
authority:leave_out        POST  in  404 404 404 302 404 302 404 404 in
authority:take_in          GET   in  405 405 405 405 405 405 405 405 in
authority:take_in          POST  in  404 404 404 302 404 302 404 404 in
authority:space            GET   in  404 404 404 200 404 200 404 404 in
authority:space            POST  in  405 405 405 405 405 405 405 405 in
authority:add_idea         GET   in  405 405 405 405 405 405 405 405 in
authority:add_idea         POST  in  404 404 404 302 404 302 404 404 in
authority:use_idea         GET   in  405 405 405 405 405 405 405 405 in
authority:use_idea         POST  in  404 404 404 302 404 404 404 404 in
authority:thank_idea       GET   in  405 405 405 405 405 405 405 405 in
authority:thank_idea       POST  in  404 404 404 302 404 404 404 404 in
authority:praise_idea      GET   in  404 404 404 404 404 200 404 404 in
authority:praise_idea      POST  in  404 404 404 404 404 302 404 404 in
authority:praise_ruling    GET   in  404 404 404 404 404 200 404 404 in
authority:praise_ruling    POST  in  404 404 404 404 404 302 404 404 in
authority:kind_words       GET   in  404 404 404 200 200 200 200 404 in
authority:kind_words       POST  in  405 405 405 405 405 405 405 405 in
authority:say              GET   in  405 405 405 405 405 405 405 405 in
authority:say              POST  in  404 404 404 404 404 302 404 404 in
authority:withdraw         GET   in  405 405 405 405 405 405 405 405 in
authority:withdraw         POST  in  404 404 404 302 404 404 404 404 in
authority:challenge        GET   in  405 405 405 405 405 405 405 405 in
authority:challenge        POST  in  404 404 404 302 404 302 404 404 in
authority:extras           GET   in  404 404 404 200 200 200 200 404 in
authority:extras           POST  in  405 405 405 405 405 405 405 405 in
authority:match            GET   in  405 405 405 405 405 405 405 405 in
authority:match            POST  in  404 404 404 302 404 302 404 404 in
authority:hear             GET   in  405 405 405 405 405 405 405 405 in
authority:hear             POST  in  404 404 404 302 404 302 404 404 in
authority:note_paid        GET   in  405 405 405 405 405 405 405 405 in
authority:note_paid        POST  in  404 404 404 302 404 302 404 404 in
authority:meet             GET   in  405 405 405 405 405 405 405 405 in
authority:meet             POST  in  404 404 404 302 404 302 404 404 in
authority:clear            GET   in  405 405 405 405 405 405 405 405 in
authority:clear            POST  in  404 404 404 302 404 302 404 404 in
authority:tie              GET   in  405 405 405 405 405 405 405 405 in
authority:tie              POST  in  404 404 404 302 404 302 404 404 in
authority:untie            GET   in  405 405 405 405 405 405 405 405 in
authority:untie            POST  in  404 404 404 302 404 404 404 404 in
authority:ability          GET   in  404 404 404 200 200 200 200 404 in
authority:ability          POST  in  405 405 405 405 405 405 405 405 in
authority:learnt           GET   in  405 405 405 405 405 405 405 405 in
authority:learnt           POST  in  404 404 404 302 404 404 404 404 in
authority:slot             GET   in  405 405 405 405 405 405 405 405 in
authority:slot             POST  in  404 404 404 422 422 422 422 404 in
authority:no_slot          GET   in  405 405 405 405 405 405 405 405 in
authority:no_slot          POST  in  404 404 404 302 404 302 404 404 in
authority:confirm          GET   in  405 405 405 405 405 405 405 405 in
authority:confirm          POST  in  404 404 404 422 422 422 422 404 in
# ---- the setup: leads look, administrators change ----------------------------------------------
setup:policies             GET   in  404 404 404 404 404 200 200 200 in
setup:policies             POST  in  405 405 405 405 405 405 405 405 in
setup:new_policy           GET   in  404 404 404 404 404 404 404 200 in
setup:new_policy           POST  in  404 404 404 404 404 404 404 422 in
setup:policy               GET   in  404 404 404 404 404 200 200 200 in
setup:policy               POST  in  404 404 404 404 404 404 404 422 in
setup:move_policy          GET   in  405 405 405 405 405 405 405 405 in
setup:move_policy          POST  in  404 404 404 404 404 404 404 302 in
setup:retire_policy        GET   in  405 405 405 405 405 405 405 405 in
setup:retire_policy        POST  in  404 404 404 404 404 404 404 302 in
setup:recalculations       GET   in  404 404 404 404 404 404 404 200 in
setup:recalculations       POST  in  404 404 404 404 404 404 404 422 in
setup:duty                 GET   in  404 404 404 404 404 200 200 200 in
setup:duty                 POST  in  404 404 404 404 404 422 422 422 in
setup:team_hours           GET   in  405 405 405 405 405 405 405 405 in
setup:team_hours           POST  in  404 404 404 404 404 302 404 302 in
setup:person_hours         GET   in  405 405 405 405 405 405 405 405 in
setup:person_hours         POST  in  404 404 404 404 404 422 422 422 in
setup:end_on_call          GET   in  405 405 405 405 405 405 405 405 in
setup:end_on_call          POST  in  404 404 404 404 404 302 404 302 in
setup:webhooks             GET   in  404 404 404 404 404 404 404 200 in
setup:webhooks             POST  in  404 404 404 404 404 404 404 422 in
setup:end_webhook          GET   in  405 405 405 405 405 405 405 405 in
setup:end_webhook          POST  in  404 404 404 404 404 404 404 302 in
setup:resume_webhook       GET   in  405 405 405 405 405 405 405 405 in
setup:resume_webhook       POST  in  404 404 404 404 404 404 404 302 in
setup:calendars            GET   in  404 404 404 404 404 200 200 200 in
setup:calendars            POST  in  405 405 405 405 405 405 405 405 in
setup:new_calendar         GET   in  404 404 404 404 404 404 404 200 in
setup:new_calendar         POST  in  404 404 404 404 404 404 404 422 in
setup:calendar             GET   in  404 404 404 404 404 200 200 200 in
setup:calendar             POST  in  404 404 404 404 404 404 404 422 in
setup:holidays             GET   in  404 404 404 404 404 404 404 200 in
setup:holidays             POST  in  404 404 404 404 404 404 404 422 in
# ---- the studio: leads for their teams, the administrator for the house -------------------
studio:home                GET   in  404 404 404 302 302 200 200 200 in
studio:home                POST  in  405 405 405 405 405 405 405 405 in
studio:insight             GET   in  404 404 404 404 404 200 200 200 in
studio:insight             POST  in  405 405 405 405 405 405 405 405 in
studio:asks                GET   in  404 404 404 200 200 200 200 200 in
studio:asks                POST  in  405 405 405 405 405 405 405 405 in
studio:answer              GET   in  404 404 404 404 404 200 404 404 in
studio:answer              POST  in  404 404 404 404 404 302 404 404 in
studio:pass_on             GET   in  405 405 405 405 405 405 405 405 in
studio:pass_on             POST  in  404 404 404 404 404 422 404 404 in
studio:answer_by_mail      GET   200 404 404 404 404 404 200 404 404 200
studio:answer_by_mail      POST  200 404 404 404 404 404 200 404 404 200
studio:upkeep              GET   in  404 404 404 404 404 200 200 200 in
studio:upkeep              POST  in  405 405 405 405 405 405 405 405 in
studio:widen               GET   in  405 405 405 405 405 405 405 405 in
studio:widen               POST  in  404 404 404 404 404 302 302 302 in
studio:take_away_rule      GET   in  405 405 405 405 405 405 405 405 in
studio:take_away_rule      POST  in  404 404 404 404 404 302 302 302 in
studio:confirm_rule        GET   in  405 405 405 405 405 405 405 405 in
studio:confirm_rule        POST  in  404 404 404 404 404 404 404 302 in
studio:limits              GET   in  404 404 404 404 404 200 200 200 in
studio:limits              POST  in  404 404 404 404 404 302 422 422 in
studio:limit               GET   in  404 404 404 404 404 200 404 404 in
studio:limit               POST  in  404 404 404 404 404 302 404 404 in
studio:limit/house         GET   in  404 404 404 404 404 404 404 200 in
studio:limit/house         POST  in  404 404 404 404 404 404 404 302 in
studio:reviews             GET   in  404 404 404 200 404 200 404 404 in
studio:reviews             POST  in  404 404 404 422 404 302 404 404 in
studio:challenges          GET   in  404 404 404 200 200 200 200 200 in
studio:challenges          POST  in  405 405 405 405 405 405 405 405 in
studio:challenge_record    GET   in  404 404 404 404 404 200 200 200 in
studio:challenge_record    POST  in  405 405 405 405 405 405 405 405 in
studio:challenge           GET   in  404 404 404 200 404 200 404 200 in
studio:challenge           POST  in  404 404 404 404 404 302 404 302 in
studio:extras              GET   in  404 404 404 404 404 200 200 200 in
studio:extras              POST  in  404 404 404 404 404 422 422 422 in
studio:end_extra           GET   in  405 405 405 405 405 405 405 405 in
studio:end_extra           POST  in  404 404 404 404 404 302 404 302 in
studio:budgets             GET   in  404 404 404 404 404 200 200 200 in
studio:budgets             POST  in  405 405 405 405 405 405 405 405 in
studio:pots                GET   in  404 404 404 404 404 302 302 404 in
studio:pots                POST  in  404 404 404 404 404 422 422 404 in
studio:budget              GET   in  404 404 404 404 404 200 404 404 in
studio:budget              POST  in  404 404 404 404 404 302 404 404 in
studio:budget/house        GET   in  404 404 404 404 404 404 404 404 in
studio:rules               GET   in  404 404 404 404 404 200 200 200 in
studio:rules               POST  in  405 405 405 405 405 405 405 405 in
studio:compare             GET   in  404 404 404 404 404 200 200 200 in
studio:compare             POST  in  405 405 405 405 405 405 405 405 in
studio:version             GET   in  404 404 404 404 404 200 200 200 in
studio:version             POST  in  405 405 405 405 405 405 405 405 in
studio:back_to_version     GET   in  405 405 405 405 405 405 405 405 in
studio:back_to_version     POST  in  404 404 404 404 404 404 404 302 in
studio:roll_back           GET   in  405 405 405 405 405 405 405 405 in
studio:roll_back           POST  in  404 404 404 404 404 302 302 302 in
studio:ruling              GET   in  404 404 404 200 404 200 404 404 in
studio:ruling              POST  in  405 405 405 405 405 405 405 405 in
studio:drafts              GET   in  404 404 404 404 404 200 200 200 in
studio:drafts              POST  in  404 404 404 404 404 302 302 302 in
studio:draft               GET   in  404 404 404 404 404 200 200 200 in
studio:draft               POST  in  405 405 405 405 405 405 405 405 in
studio:rehearsal           GET   in  404 404 404 404 404 200 200 200 in
studio:rehearsal           POST  in  405 405 405 405 405 405 405 405 in
studio:rehearse            GET   in  405 405 405 405 405 405 405 405 in
studio:rehearse            POST  in  404 404 404 404 404 302 302 302 in
studio:publish             GET   in  405 405 405 405 405 405 405 405 in
studio:publish             POST  in  404 404 404 404 404 422 422 302 in
studio:discard             GET   in  405 405 405 405 405 405 405 405 in
studio:discard             POST  in  404 404 404 404 404 302 302 302 in
studio:draft_limit         GET   in  404 404 404 404 404 200 200 200 in
studio:draft_limit         POST  in  404 404 404 404 404 302 302 302 in
studio:draft_limit_new     GET   in  404 404 404 404 404 200 200 200 in
studio:draft_limit_new     POST  in  404 404 404 404 404 422 422 422 in
studio:draft_standard_new  GET   in  404 404 404 404 404 200 200 200 in
studio:draft_standard_new  POST  in  404 404 404 404 404 422 422 422 in
studio:draft_standard      GET   in  404 404 404 404 404 200 200 200 in
studio:draft_standard      POST  in  404 404 404 404 404 422 422 422 in
studio:draft_guardrail_new GET   in  404 404 404 404 404 200 200 200 in
studio:draft_guardrail_new POST  in  404 404 404 404 404 422 422 422 in
studio:draft_guardrail     GET   in  404 404 404 404 404 200 200 200 in
studio:draft_guardrail     POST  in  404 404 404 404 404 422 422 422 in
studio:draft_gesture_new   GET   in  404 404 404 404 404 200 200 200 in
studio:draft_gesture_new   POST  in  404 404 404 404 404 422 422 422 in
studio:draft_gesture       GET   in  404 404 404 404 404 200 200 200 in
studio:draft_gesture       POST  in  404 404 404 404 404 422 422 422 in
studio:draft_requirement   GET   in  405 405 405 405 405 405 405 405 in
studio:draft_requirement   POST  in  404 404 404 404 404 422 422 422 in
studio:draft_no_requirement GET  in  405 405 405 405 405 405 405 405 in
studio:draft_no_requirement POST in  404 404 404 404 404 302 302 302 in
studio:draft_term          GET   in  405 405 405 405 405 405 405 405 in
studio:draft_term          POST  in  404 404 404 404 404 302 302 302 in
studio:draft_no_term       GET   in  405 405 405 405 405 405 405 405 in
studio:draft_no_term       POST  in  404 404 404 404 404 302 302 302 in
studio:house_will          GET   in  404 404 404 404 404 200 200 200 in
studio:house_will          POST  in  404 404 404 404 404 422 422 422 in
studio:withdraw_will       GET   in  405 405 405 405 405 405 405 405 in
studio:withdraw_will       POST  in  404 404 404 404 404 404 404 302 in
studio:draft_need          GET   in  405 405 405 405 405 405 405 405 in
studio:draft_need          POST  in  404 404 404 404 404 302 302 302 in
studio:draft_no_need       GET   in  405 405 405 405 405 405 405 405 in
studio:draft_no_need       POST  in  404 404 404 404 404 302 302 302 in
studio:ability             GET   in  404 404 404 404 404 200 200 200 in
studio:ability             POST  in  405 405 405 405 405 405 405 405 in
studio:talk                GET   in  405 405 405 405 405 405 405 405 in
studio:talk                POST  in  404 404 404 404 404 302 422 302 in
studio:slot                GET   in  405 405 405 405 405 405 405 405 in
studio:slot                POST  in  404 404 404 404 404 422 422 422 in
studio:quiet               GET   in  404 404 404 404 404 200 200 200 in
studio:quiet               POST  in  405 405 405 405 405 405 405 405 in
studio:reach               GET   in  405 405 405 405 405 405 405 405 in
studio:reach               POST  in  404 404 404 404 404 302 404 404 in
studio:ideas               GET   in  404 404 404 404 404 200 200 200 in
studio:ideas               POST  in  405 405 405 405 405 405 405 405 in
studio:consent_idea        GET   in  405 405 405 405 405 405 405 405 in
studio:consent_idea        POST  in  404 404 404 404 404 302 404 404 in
studio:decline_idea        GET   in  405 405 405 405 405 405 405 405 in
studio:decline_idea        POST  in  404 404 404 404 404 302 404 404 in
studio:newcomers           GET   in  404 404 404 404 404 200 200 200 in
studio:newcomers           POST  in  404 404 404 404 404 422 422 422 in
studio:newcomers_offer     GET   in  404 404 404 404 404 200 200 200 in
studio:newcomers_offer     POST  in  404 404 404 404 404 302 302 302 in
studio:activate_offer      GET   in  405 405 405 405 405 405 405 405 in
studio:activate_offer      POST  in  404 404 404 404 404 302 302 302 in
studio:end_offer           GET   in  405 405 405 405 405 405 405 405 in
studio:end_offer           POST  in  404 404 404 404 404 302 302 302 in
studio:payouts             GET   in  404 404 404 404 404 200 200 200 in
studio:payouts             POST  in  405 405 405 405 405 405 405 405 in
studio:confirm_payout      GET   in  405 405 405 405 405 405 405 405 in
studio:confirm_payout      POST  in  404 404 404 404 404 302 404 302 in
studio:refuse_payout       GET   in  405 405 405 405 405 405 405 405 in
studio:refuse_payout       POST  in  404 404 404 404 404 302 404 302 in
studio:send_payout_again   GET   in  405 405 405 405 405 405 405 405 in
studio:send_payout_again   POST  in  404 404 404 404 404 302 404 302 in
studio:payout_target       GET   in  404 404 404 404 404 404 404 302 in
studio:payout_target       POST  in  404 404 404 404 404 404 404 422 in
studio:resume_payouts      GET   in  405 405 405 405 405 405 405 405 in
studio:resume_payouts      POST  in  404 404 404 404 404 404 404 302 in
studio:end_payout_target   GET   in  405 405 405 405 405 405 405 405 in
studio:end_payout_target   POST  in  404 404 404 404 404 404 404 302 in
studio:books               GET   in  404 404 404 404 404 200 200 200 in
studio:books               POST  in  405 405 405 405 405 405 405 405 in
studio:check_books         GET   in  405 405 405 405 405 405 405 405 in
studio:check_books         POST  in  404 404 404 404 404 404 404 302 in
studio:settle_finding      GET   in  405 405 405 405 405 405 405 405 in
studio:settle_finding      POST  in  404 404 404 404 404 302 404 302 in
studio:exports             GET   in  404 404 404 404 404 404 404 302 in
studio:exports             POST  in  404 404 404 404 404 404 404 302 in
studio:export_ledger       GET   in  404 404 404 404 404 404 404 200 in
studio:export_ledger       POST  in  405 405 405 405 405 405 405 405 in
studio:export_datev        GET   in  404 404 404 404 404 404 404 200 in
studio:export_datev        POST  in  405 405 405 405 405 405 405 405 in
studio:questions           GET   in  404 404 404 200 200 200 200 200 in
studio:questions           POST  in  405 405 405 405 405 405 405 405 in
studio:say_to_question     GET   in  405 405 405 405 405 405 405 405 in
studio:say_to_question     POST  in  404 404 404 302 404 302 404 404 in
studio:close_question      GET   in  405 405 405 405 405 405 405 405 in
studio:close_question      POST  in  404 404 404 404 404 302 404 404 in
studio:beginning           GET   in  404 404 404 404 404 404 404 200 in
studio:beginning           POST  in  404 404 404 404 404 404 404 422 in
studio:standards           GET   in  404 404 404 404 404 200 200 200 in
studio:standards           POST  in  404 404 404 404 404 422 422 422 in
studio:take_away_standard  GET   in  405 405 405 405 405 405 405 405 in
studio:take_away_standard  POST  in  404 404 404 404 404 404 404 302 in
# ---- signing in ------------------------------------------------------------------------
account_login              GET   200 302 302 302 302 302 302 302 302 200
account_login              POST  200 302 302 302 302 302 302 302 302 200
account_logout             GET   302 200 200 200 200 200 200 200 200 302
account_logout             POST  302 302 302 302 302 302 302 302 302 302
account_signup             GET   200 302 302 302 302 302 302 302 302 200
account_signup             POST  200 302 302 302 302 302 302 302 302 200
account_inactive           GET   200 200 200 200 200 200 200 200 200 200
account_inactive           POST  405 405 405 405 405 405 405 405 405 405
account_reauthenticate     GET   in  200 200 200 200 200 200 200 200 in
account_reauthenticate     POST  in  200 200 200 200 200 200 200 200 in
account_email              GET   in  200 200 200 200 200 200 200 200 in
account_email              POST  in  302 302 302 302 302 302 302 302 in
account_email_verification_sent GET  302 302 302 302 302 302 302 302 302 302
account_email_verification_sent POST 302 302 302 302 302 302 302 302 302 302
account_change_password    GET   in  200 200 200 200 200 200 200 200 in
account_change_password    POST  in  200 200 200 200 200 200 200 200 in
account_set_password       GET   in  302 302 302 302 302 302 302 302 in
account_set_password       POST  in  302 302 302 302 302 302 302 302 in
account_reset_password     GET   200 200 200 200 200 200 200 200 200 200
account_reset_password     POST  200 200 200 200 200 200 200 200 200 200
account_reset_password_done GET  200 200 200 200 200 200 200 200 200 200
account_reset_password_done POST 405 405 405 405 405 405 405 405 405 405
account_reset_password_from_key GET  200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key POST 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done GET  200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done POST 405 405 405 405 405 405 405 405 405 405
account_request_login_code GET   200 302 302 302 302 302 302 302 302 200
account_request_login_code POST  200 302 302 302 302 302 302 302 302 200
mfa_index                  GET   in  200 200 200 200 200 200 200 200 in
mfa_index                  POST  in  405 405 405 405 405 405 405 405 in
mfa_list_webauthn          GET   in  200 200 200 200 200 200 200 200 in
mfa_list_webauthn          POST  in  405 405 405 405 405 405 405 405 in
mfa_add_webauthn           GET   in  302 302 302 302 302 302 302 302 in
mfa_add_webauthn           POST  in  302 302 302 302 302 302 302 302 in
mfa_edit_webauthn          GET   in  302 302 302 302 302 302 302 302 in
mfa_edit_webauthn          POST  in  302 302 302 302 302 302 302 302 in
mfa_remove_webauthn        GET   in  302 302 302 302 302 302 302 302 in
mfa_remove_webauthn        POST  in  302 302 302 302 302 302 302 302 in
mfa_login_webauthn         GET   302 302 302 302 302 302 302 302 302 302
mfa_login_webauthn         POST  302 302 302 302 302 302 302 302 302 302
company_sign_in            GET   404 404 404 404 404 404 404 404 404 404
company_sign_in            POST  405 405 405 405 405 405 405 405 405 405
company_callback           GET   404 404 404 404 404 404 404 404 404 404
company_callback           POST  405 405 405 405 405 405 405 405 405 405
account_confirm_login_code GET   302 302 302 302 302 302 302 302 302 302
account_confirm_login_code POST  302 302 302 302 302 302 302 302 302 302
# ---- the house -----------------------------------------------------------------------------
healthz                    GET   503 503 503 503 503 503 503 503 503 503
healthz                    POST  405 405 405 405 405 405 405 405 405 405
mail_handed_over           GET   405 405 405 405 405 405 405 405 405 405
mail_handed_over           POST  404 404 404 404 404 404 404 404 404 404
mail_amazon                GET   405 405 405 405 405 405 405 405 405 405
mail_amazon                POST  404 404 404 404 404 404 404 404 404 404
mail_reports               GET   405 405 405 405 405 405 405 405 405 405
mail_reports               POST  404 404 404 404 404 404 404 404 404 404
# ---- the programs' door ------------------------------------------------------------------------
api:me                     GET   401 200 200 200 200 200 200 200 200 401
api:me                     POST  401 405 405 405 405 405 405 405 405 401
api:custom_fields          GET   401 200 200 200 200 200 200 200 200 401
api:custom_fields          POST  401 405 405 405 405 405 405 405 405 401
api:own_statuses           GET   401 404 404 404 200 200 200 200 200 401
api:own_statuses           POST  401 405 405 405 405 405 405 405 405 401
api:ticket_fields          GET   401 200 404 404 200 404 200 404 404 401
api:ticket_fields          POST  401 405 405 405 405 405 405 405 405 401
api:ticket_fields          PUT   401 404 404 404 200 404 200 404 404 401
api:causes                 GET   401 200 200 200 200 200 200 200 200 401
api:causes                 POST  401 405 405 405 405 405 405 405 405 401
api:tickets                GET   401 200 200 200 200 200 200 200 200 401
api:tickets                POST  401 201 201 201 400 400 400 400 404 401
api:ticket                 GET   401 200 404 404 200 404 200 404 404 401
api:ticket                 POST  401 405 405 405 405 405 405 405 405 401
api:ticket                 PATCH 401 404 404 404 200 404 200 404 404 401
api:messages               GET   401 200 404 404 200 404 200 404 404 401
api:messages               POST  401 201 404 404 201 404 201 404 404 401
api:assignment             GET   401 405 405 405 405 405 405 405 405 401
api:assignment             POST  401 405 405 405 405 405 405 405 405 401
api:assignment             PUT   401 404 404 404 200 404 200 404 404 401
api:assignment             DELETE 401 404 404 404 204 404 204 404 404 401
api:status                 GET   401 405 405 405 405 405 405 405 405 401
api:status                 POST  401 405 405 405 405 405 405 405 405 401
api:status                 PUT   401 200 404 404 200 404 200 404 404 401
api:tags                   GET   401 404 404 404 200 404 200 404 404 401
api:tags                   POST  401 405 405 405 405 405 405 405 405 401
api:tags                   PUT   401 404 404 404 200 404 200 404 404 401
api:links                  GET   401 404 404 404 200 404 200 404 404 401
api:links                  POST  401 404 404 404 201 404 201 404 404 401
api:link                   GET   401 405 405 405 405 405 405 405 405 401
api:link                   POST  401 405 405 405 405 405 405 405 405 401
api:link                   DELETE 401 404 404 404 204 404 204 404 404 401
api:checklist              GET   401 404 404 404 200 404 200 404 404 401
api:checklist              POST  401 404 404 404 201 404 201 404 404 401
api:checklist_line         GET   401 405 405 405 405 405 405 405 405 401
api:checklist_line         POST  401 405 405 405 405 405 405 405 405 401
api:checklist_line         PUT   401 404 404 404 200 404 200 404 404 401
api:checklist_line         DELETE 401 404 404 404 204 404 204 404 404 401
api:ready_lists            GET   401 404 404 404 200 404 200 404 404 401
api:ready_lists            POST  401 405 405 405 405 405 405 405 405 401
api:ready_list             GET   401 405 405 405 405 405 405 405 405 401
api:ready_list             POST  401 405 405 405 405 405 405 405 405 401
api:ready_list             PUT   401 404 404 404 200 404 200 404 404 401
api:watchers               GET   401 404 404 404 200 404 200 404 404 401
api:watchers               POST  401 405 405 405 405 405 405 405 405 401
api:watchers               PUT   401 404 404 404 200 404 200 404 404 401
api:snooze                 GET   401 404 404 404 404 404 404 404 404 401
api:snooze                 POST  401 405 405 405 405 405 405 405 405 401
api:snooze                 PUT   401 404 404 404 200 404 200 404 404 401
api:snooze                 DELETE 401 404 404 404 204 404 204 404 404 401
api:merge                  GET   401 404 404 404 200 404 200 404 404 401
api:merge                  POST  401 405 405 405 405 405 405 405 405 401
api:merge                  PUT   401 404 404 404 200 404 200 404 404 401
api:merge                  DELETE 401 404 404 404 204 404 204 404 404 401
api:bulk_actions           GET   401 405 405 405 405 405 405 405 405 401
api:bulk_actions           POST  401 404 404 404 400 400 400 400 404 401
api:bulk_rehearsal         GET   401 405 405 405 405 405 405 405 405 401
api:bulk_rehearsal         POST  401 404 404 404 400 400 400 400 404 401
api:bulk_action            GET   401 404 404 404 200 404 404 404 404 401
api:bulk_action            POST  401 405 405 405 405 405 405 405 405 401
api:bulk_undoing           GET   401 405 405 405 405 405 405 405 405 401
api:bulk_undoing           POST  401 405 405 405 405 405 405 405 405 401
api:bulk_undoing           PUT   401 404 404 404 200 404 404 404 404 401
api:reviews                GET   401 404 404 404 200 200 200 200 200 401
api:reviews                POST  401 404 404 404 400 400 400 400 400 401
api:review                 GET   401 404 404 404 200 404 200 404 200 401
api:review                 POST  401 405 405 405 405 405 405 405 405 401
api:review_posting         GET   401 405 405 405 405 405 405 405 405 401
api:review_posting         POST  401 405 405 405 405 405 405 405 405 401
api:review_posting         PUT   401 404 404 404 200 404 200 404 200 401
api:articles               GET   401 200 200 200 200 200 200 200 200 401
api:articles               POST  401 404 404 404 201 400 201 400 201 401
api:article                GET   401 404 404 404 200 404 200 404 200 401
api:article                POST  401 405 405 405 405 405 405 405 405 401
api:article                PUT   401 404 404 404 200 404 200 404 200 401
api:article_versions       GET   401 404 404 404 200 404 200 404 200 401
api:article_versions       POST  401 405 405 405 405 405 405 405 405 401
api:article_address        GET   401 405 405 405 405 405 405 405 405 401
api:article_address        POST  401 405 405 405 405 405 405 405 405 401
api:article_address        PUT   401 404 404 404 400 404 400 404 400 401
api:article_publication    GET   401 405 405 405 405 405 405 405 405 401
api:article_publication    POST  401 405 405 405 405 405 405 405 405 401
api:article_publication    PUT   401 404 404 404 200 404 200 404 200 401
api:article_publication    DELETE 401 404 404 404 204 404 204 404 204 401
api:line_events            GET   401 405 405 405 405 405 405 405 405 401
api:line_events            POST  401 404 404 404 401 401 401 401 404 401
api:line_call              GET   401 404 404 404 401 401 401 401 404 401
api:line_call              POST  401 405 405 405 405 405 405 405 405 401
api:incidents              GET   401 404 404 404 200 200 200 200 404 401
api:incidents              POST  401 404 404 404 400 400 400 400 404 401
api:incident               GET   401 404 404 404 200 404 200 404 404 401
api:incident               POST  401 405 405 405 405 405 405 405 405 401
api:affected               GET   401 404 404 404 200 404 200 404 404 401
api:affected               POST  401 404 404 404 200 404 200 404 404 401
api_authority:authority    GET   401 405 405 405 405 405 405 405 405 401
api_authority:authority    POST  401 404 404 404 200 404 200 404 404 401
api_authority:offers       GET   401 200 404 404 200 404 200 404 404 401
api_authority:offers       POST  401 404 404 404 201 404 201 404 404 401
api_authority:stages       GET   401 404 404 404 200 404 200 404 404 401
api_authority:stages       POST  401 404 404 404 200 404 200 404 404 401
api_authority:customer_wish GET  401 404 404 404 200 404 200 404 404 401
api_authority:customer_wish POST 401 405 405 405 405 405 405 405 405 401
api_authority:customer_wish PUT  401 404 404 404 200 404 200 404 404 401
api_authority:paid         GET   401 404 404 404 200 404 200 404 404 401
api_authority:paid         POST  401 405 405 405 405 405 405 405 405 401
api_authority:paid         PUT   401 404 404 404 200 404 200 404 404 401
api_authority:hindrances   GET   401 404 404 404 200 404 200 404 404 401
api_authority:hindrances   POST  401 404 404 404 201 404 201 404 404 401
api_authority:hindrance_end GET  401 405 405 405 405 405 405 405 405 401
api_authority:hindrance_end POST 401 405 405 405 405 405 405 405 405 401
api_authority:hindrance_end PUT  401 404 404 404 200 404 200 404 404 401
api_authority:challenges   GET   401 404 404 404 200 200 200 200 200 401
api_authority:challenges   POST  401 405 405 405 405 405 405 405 405 401
api_authority:challenge    GET   401 405 405 405 405 405 405 405 405 401
api_authority:challenge    POST  401 404 404 404 201 404 201 404 404 401
api_authority:challenge_answer GET 401 405 405 405 405 405 405 405 405 401
api_authority:challenge_answer POST 401 405 405 405 405 405 405 405 405 401
api_authority:challenge_answer PUT 401 404 404 404 404 404 200 404 200 401
api_authority:extras       GET   401 404 404 404 200 200 200 200 200 401
api_authority:extras       POST  401 404 404 404 404 404 400 400 400 401
api_authority:extra_end    GET   401 405 405 405 405 405 405 405 405 401
api_authority:extra_end    POST  401 405 405 405 405 405 405 405 405 401
api_authority:extra_end    PUT   401 404 404 404 404 404 200 404 200 401
api_authority:passing      GET   401 404 404 404 404 404 200 404 404 401
api_authority:passing      POST  401 404 404 404 404 404 409 404 404 401
api_authority:withdrawal   GET   401 405 405 405 405 405 405 405 405 401
api_authority:withdrawal   POST  401 405 405 405 405 405 405 405 405 401
api_authority:withdrawal   PUT   401 404 404 404 200 404 404 404 404 401
api_authority:asks         GET   401 404 404 404 200 200 200 200 404 401
api_authority:asks         POST  401 405 405 405 405 405 405 405 405 401
api_authority:answer       GET   401 405 405 405 405 405 405 405 405 401
api_authority:answer       POST  401 404 404 404 404 404 200 404 404 401
api_authority:exports      GET   401 404 404 404 404 404 404 404 200 401
api_authority:exports      POST  401 404 404 404 404 404 404 404 201 401
api_authority:export_file  GET   401 404 404 404 404 404 404 404 200 401
api_authority:export_file  POST  401 405 405 405 405 405 405 405 405 401
api_authority:holdings     GET   401 405 405 405 405 405 405 405 405 401
api_authority:holdings     POST  401 404 404 404 404 404 404 404 400 401
api_authority:customer_destination GET 401 405 405 405 405 405 405 405 405 401
api_authority:customer_destination POST 401 405 405 405 405 405 405 405 405 401
api_authority:customer_destination PUT 401 404 404 404 404 404 404 404 200 401
api_authority:payout_report GET  405 405 405 405 405 405 405 405 405 405
api_authority:payout_report POST 404 404 404 404 404 404 404 404 404 404
api-nowhere                GET   401 404 404 404 404 404 404 404 404 401
api-nowhere                POST  401 404 404 404 404 404 404 404 404 401
api-schema                 GET   401 200 200 200 200 200 200 200 200 401
api-schema                 POST  401 405 405 405 405 405 405 405 405 401
api-docs                   GET   401 200 200 200 200 200 200 200 200 401
api-docs                   POST  401 405 405 405 405 405 405 405 405 401
# ---- the administration: its pages for single rows follow one rule --------------------------
admin:index                GET   302 302 302 302 302 302 302 302 200 302
admin:index                POST  302 302 302 302 302 302 302 302 200 302
admin:login                GET   in  403 403 403 403 403 403 403 302 in
admin:login                POST  in  403 403 403 403 403 403 403 200 in
admin:logout               GET   302 302 302 302 302 302 302 302 405 302
admin:logout               POST  302 302 302 302 302 302 302 302 302 302
admin:password_change      GET   302 302 302 302 302 302 302 302 302 302
admin:password_change      POST  302 302 302 302 302 302 302 302 302 302
admin:password_change_done GET   302 302 302 302 302 302 302 302 200 302
admin:password_change_done POST  302 302 302 302 302 302 302 302 405 302
admin:autocomplete         GET   302 302 302 302 302 302 302 302 403 302
admin:autocomplete         POST  302 302 302 302 302 302 302 302 405 302
admin:jsi18n               GET   302 302 302 302 302 302 302 302 200 302
admin:jsi18n               POST  302 302 302 302 302 302 302 302 405 302
admin:view_on_site         GET   302 302 302 302 302 302 302 302 404 302
admin:view_on_site         POST  302 302 302 302 302 302 302 302 404 302
admin:app_list             GET   302 302 302 302 302 302 302 302 200 302
admin:app_list             POST  302 302 302 302 302 302 302 302 200 302
admin:changelist           GET   in  302 302 302 302 302 302 302 200 in
admin:add                  GET   in  302 302 302 302 302 302 302 200 in
"""

# What is sent: a form that would go through, so that a wrong status is never a right refusal.
KEY = "0123456789abcdef0123456789abcdef"
SOON = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
SENT: dict[str, dict[str, str]] = {
    "portal:reply": {"text": "One thing more.", "key": KEY},
    "portal:rate": {"score": "4"},
    "desk:put_on_copy": {"email": "fresh@firm.example"},
    "desk:contact": {"name": "Somebody"},
    "me": {"name": "Somebody", "language": "de", "time_zone": "Europe/Berlin"},
    "language": {"language": "de"},
    "tokens": {"name": "the new till"},
    "desk:reply": {"text": "We are on it.", "key": KEY, "then": ""},
    "desk:note": {"text": "Look at the van.", "key": KEY},
    "portal:vote": {"helped": "yes"},
    "desk:presence": {"state": "busy"},
    "desk:act": {"verb": "accept"},
    "desk:move": {"status": "waiting_others"},
    "desk:prioritise": {"priority": "3"},
    "desk:promise": {"words": "I call you", "until": SOON, "outside": "1", "key": KEY},
    "desk:move_promise": {"until": SOON, "outside": "1", "reason": "The van is late"},
    "desk:withdraw_promise": {"reason": "Not needed any more"},
    "desk:repair_promise": {"words": "Called, and said sorry"},
    "setup:switch_rule": {"mode": "dry"},
    "setup:put_off_step": {"step": "mail"},
    "authority:offer": {"kind": "voucher", "amount": "10", "owed_by": "", "key": KEY},
    "authority:will": {"will": "want"},
    "authority:reverse": {"why": "Given twice"},
    "studio:answer": {"answer": "decline", "words": "We send a new one instead."},
    "studio:reviews": {"verdict": "right", "words": "Just so"},
    "studio:challenge": {"answer": "stays", "words": "It protects the budget."},
    "authority:challenge": {"rule": "stretch:", "challenge": "Too little"},
    "studio:answer_by_mail": {"answer": "decline", "words": "We send a new one instead."},
    "studio:limit": {"own": "60", "stretch": "120", "customer": "300", "reason": "More room"},
    "studio:limit/house": {"own": "60", "stretch": "120", "customer": "300", "reason": "More room"},
    "studio:budget": {"monthly": "600", "key": KEY},
    "studio:drafts": {"note": "More room"},
    "studio:draft_term": {"name": "loyalty", "value": "120", "from_months": "60"},
    "studio:draft_limit": {"own": "60", "stretch": "120", "customer": "300"},
    "desk:report_incident": {"name": "Van broke down", "happened_at": "2026-01-02T10:00", "key": KEY},
    "desk:amend_incident": {"name": "Two vans", "happened_at": "2026-01-02T10:00"},
    "desk:paste_affected": {"entries": "nobody@kulanz.example"},
    "authority:hear": {"wants": "speed"},
    "api_authority:customer_wish": {"wants": "speed"},
    "authority:note_paid": {"cents": "20", "source": "customer"},
    "api_authority:paid": {"cents": 2000, "source": "customer"},
    "api_authority:hindrances": {"what": "time"},
    "authority:meet": {"what": "tool", "words": "Screen is black"},
    "authority:tie": {"kind": "friend"},
    "studio:draft_need": {"fact": "fault", "from_amount": "50"},
    "authority:learnt": {"words": "How to"},
    "authority:mirror": {"expected": "0", "key": KEY},
    "authority:praise_idea": {"words": "Quick and right", "key": KEY},
    "authority:praise_ruling": {"words": "Quick and right", "key": KEY},
    "authority:add_idea": {"wish": "To be called back", "gesture": "A call", "key": KEY},
    "studio:say_to_question": {"words": "They moved house"},
    "api_authority:customer_destination": {"account": "DE02 1203 0000 0000 2020 51"},
    "studio:settle_finding": {"words": "A restore went wrong"},
    "studio:exports": {"chart": "skr04", "year_begins": "1", "account_length": "4"},
    "studio:confirm_payout": {"reference": "Statement 7"},
    "studio:refuse_payout": {"words": "Not in the statement"},
    "studio:decline_idea": {"words": "Too dear"},
    "studio:newcomers_offer": {"kind": "same"},
    "studio:standards": {"code": ""},
    "api:affected": {"customers": ["nobody@kulanz.example"]},
    "api:messages": {"text": "One thing more."},
    "api:status": {"status": "closed"},
    "api:ticket_fields": {"custom_fields": {}},
    "api:tags": {"tags": ["fragile"]},
    "api:checklist": {"words": "Look again"},
    "api:checklist_line": {"done": True},
    "desk:tag": {"name": "fragile"},
    "api:watchers": {"watchers": []},
    "api_authority:challenge": {"rule": "stretch:", "why": "Too little"},
    "api_authority:challenge_answer": {"answer": "stays", "words": "It protects the other customers."},
    "api_authority:extras": {"team": 2**31, "cents": 100, "reason": "Recall", "ends_at": f"{SOON}Z"},
    "api_authority:passing": {"to": 2**31},
    "api_authority:authority": {"kind": "voucher", "cents": 1000},
    "api_authority:offers": {"kind": "voucher", "cents": 1000},
    "api_authority:stages": {"stage": "delivered"},
    "api_authority:answer": {"answer": "decline", "words": "We send a new one instead."},
}


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    expected: dict[str, str]


def rows() -> list[Row]:
    lines = [line.split() for line in TABLE.strip().splitlines() if not line.startswith("#")]
    assert all(len(line) == 2 + len(ROLES) for line in lines)
    return [Row(name, method, dict(zip(ROLES, cells, strict=True))) for name, method, *cells in lines]


def addresses(
    patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every address there is: its full name and its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield ":".join([*spaces, pattern.name or "?"]), str(pattern.pattern)


def row_of(name: str) -> str:
    """The pages of single tables in the administration share the rows of their kind."""
    kind = re.fullmatch(r"admin:[a-z0-9]+_[a-z0-9]+_(changelist|add|history|delete|change)", name)
    if kind:
        return f"admin:{kind[1]}" if kind[1] in ("changelist", "add") else "admin:row"
    return "admin:row" if name in ("admin:?", "admin:auth_user_password_change") else name


def test_every_address_has_its_rows() -> None:
    known = {(row.name.split("/")[0], row.method) for row in rows()}
    free = {"admin:row"} | {row.name for row in rows() if row.name in ("admin:changelist", "admin:add")}
    found = {row_of(name) for name, _route in addresses(get_resolver().url_patterns)}
    missing = {(name, method) for name in found - free for method in ("GET", "POST")} - known
    assert sorted(missing) == []
    assert {name for name, _method in known} - found == set()


# ---- the world the table speaks of --------------------------------------------------------------------------------


@dataclass
class World:
    """One of everything on each side, North and South, and one browser that everybody uses in turn."""

    cast: Cast
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    sessions: dict[str, str] = field(default_factory=dict)
    north: dict[str, object] = field(default_factory=dict)
    south: dict[str, object] = field(default_factory=dict)


@pytest.fixture
def world(cast: Cast, settings: object, tmp_path: object, caplog: object) -> World:
    caplog.set_level("CRITICAL", "django.request")  # thousands of refusals, all of them meant
    settings.MEDIA_ROOT = tmp_path
    gus, ada, fay, gone = (
        person("Gus"),
        person("Ada", is_staff=True, is_superuser=True),
        person("Fay"),
        person("Gone"),
    )
    cast.south.welcome(gus)
    cast.north.welcome(gone)
    Customer.objects.create(person=fay, organisation=cast.cem.organisation, status="established")
    people = {**cast.people, "gus": gus, "ada": ada, "fay": fay, "gone": gone}
    made = World(cast)
    for role in ROLES[1:]:
        made.browser.force_login(people[role])
        made.sessions[role] = made.browser.cookies.pop(settings.SESSION_COOKIE_NAME).value
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    with Rulebook.amend(by=None, note="Teams of their own") as book:
        for team in (cast.north, cast.south):
            amounts = {"own_cents": 5000, "stretch_cents": 10_000, "customer_cents": 20_000}
            Limit.objects.create(rulebook=book, role="agent", team=team, **amounts)
        BaseStandard.objects.create(
            rulebook=book,
            code="first-answer",
            promise_en="Soon",
            promise_de="Bald",
            measured_by="first_response",
        )
    forget_rules()
    made.north = objects_of(cast, cast.cem, cause=cast.late, agent=cast.anna, lead=cast.ben)
    made.south = objects_of(cast, cast.eva, cause=cast.broken, agent=gus, lead=cast.dora)
    return made


def objects_of(cast: Cast, customer: Customer, **who: object) -> dict[str, object]:
    """A ticket with a file in the open and one on a note, a gesture, a question, a budget and a token."""
    agent, lead = who["agent"], who["lead"]
    ticket = cast.ticket(f"About {customer}", customer=customer, by=customer.person, cause=who["cause"])
    for level in (agent, lead):
        level.levels.get_or_create(cause=who["cause"], defaults={"level": 4})
    budget, _made = Budget.objects.get_or_create(
        team=ticket.team, defaults={"name": f"Of {ticket.team}", "monthly_cents": 50_000}
    )
    said = ticket.reply("With a picture.", by=agent, files=[png("open.png")])
    noted = ticket.note("With another.", by=agent, files=[png("inside.png")])
    booked = Ruling.request(agent, ticket, Wish("voucher", 1000), key="booked")
    payout = a_payout(Ruling.request(agent, ticket, Wish("voucher", 900), key="paid").offer)
    Ruling.request(agent, ticket, Wish("voucher", 8000), key="asked")
    token, _secret = ApiToken.issue(agent, "till")
    rules, today = rules_to_edit(lead), timezone.localdate()
    incident = Incident.report(
        name="Van", cause=ticket.cause, team=ticket.team, happened_at=timezone.now(), by=agent, key="van"
    )
    incident.link(ticket, by=agent)
    quiet = Customer.objects.create(person=person(f"Quiet{ticket.pk}"), status="established")
    incident.add([quiet], by=agent)
    challenge = Challenge.raise_it(Rule(Kind.OWN), ticket, by=agent, why="Too little")
    extra = ExtraAuthority.objects.create(
        person=agent,
        granted_by=lead,
        cents=1,
        currency="EUR",
        reason="Recall",
        starts_at=timezone.now() - timedelta(days=2),
        ends_at=timezone.now() + timedelta(days=2),
        key="extra",
    )
    idea = Idea.add(ticket, wish="To be called", gesture="A call", by=agent, key="idea")
    idea.use(ticket, by=agent)
    later = timezone.now() + timedelta(days=2)
    pledge = Pledge.give(ticket, words="I call you", until=later, by=agent, key="call")
    Repair.open_for(pledge, at=timezone.now())
    steps = [{"do": "note", "text": "Look."}]
    rule = DeskRule.write(
        by=lead, key=f"rule-{ticket.pk}", name="Look", team=ticket.team, trigger="opened", steps=steps
    )
    view = SavedView.write(by=lead, key=f"view-{ticket.pk}", name="Look", team=ticket.team)
    macro = Macro.write(by=lead, key=f"macro-{ticket.pk}", name="Look", team=ticket.team, steps=steps)
    texts = {"text_de": "Hallo {customer}", "text_en": "Hello {customer}"}
    canned = CannedReply.write(
        by=lead, key=f"canned-{ticket.pk}", name="Hello", scope="team", team=ticket.team, **texts
    )
    HeldReply.hold(ticket, "Later.", by=agent, key="held", goes_at=later)
    staged = StagedFile.keep(png("a.png"), ticket=ticket, by=agent, kind="public", at=timezone.now())
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    return {
        **rules,
        **articles_of(ticket, lead),
        "finding": a_finding(booked.offer).pk,
        "export": ExportBatch.make(chart="skr04", by=lead, key="export").pk,
        "export file": (ExportBatch.objects.get(made_by=lead).pk, "ledger"),
        "question": Question.put("pair", ticket.team, key=f"q{ticket.pk}", at=timezone.now(), asked=agent).pk,
        "customer": customer.pk,
        "payout": payout.pk,
        "payout target": payout.target_id,
        "desk rule": rule.pk,
        "macro": macro.pk,
        "canned": canned.pk,
        "staged": (ticket.pk, staged.pk),
        "canned here": (ticket.pk, canned.pk),
        "site": Site.add(name="Shop", origins=["https://shop.example"], by=lead, key=f"site-{ticket.pk}").pk,
        "sign-in service": a_sign_in_service(f"firm-{ticket.pk}.example", lead).pk,
        "view": view.pk,
        "mailbox": Mailbox.objects.create(
            address=f"box{ticket.pk}@kulanz.example", cause=ticket.cause, host="imap.example", made_by=lead
        ).pk,
        "erasure": Erasure.ask(quiet).pk,
        "review": PublicReview.take_up(
            source="Stars",
            author="A",
            text="Late.",
            link=f"https://stars.example/{ticket.pk}",
            written_at=timezone.now(),
            cause=ticket.cause,
            by=agent,
        ).pk,
        "mail aside": IncomingMail.store(b"x", door="pipe").pk,
        "mail": (ticket.pk, a_mail_on(ticket)),
        "came back": (ticket.pk, a_letter_that_came_back(said)),
        "macro here": (ticket.pk, macro.pk),
        "pledge": (ticket.pk, pledge.pk),
        "idea": idea.pk,
        "outreach": Outreach.objects.create(
            customer=quiet, team=ticket.team, week=timezone.localdate(), this_year=1, year_before=4
        ).pk,
        "known idea": a_known_idea(ticket, agent, lead).pk,
        "used idea": (ticket.pk, idea.pk),
        "incident": incident.pk,
        "place": Place.enter(ticket.team, customer=customer).pk,
        "call": "c1",
        "chat": Chat.start(customer, cause=ticket.cause, text="Are you there?", key="matrix").pk,
        "affected": (incident.pk, quiet.pk),
        "mirrored": (ticket.pk, booked.offer.pk),
        "left out": (ticket.pk, booked.offer.pk, quiet.pk),
        "ruling": booked.pk,
        "wish": CustomerWish.hear(ticket, "heard", by=agent).pk,
        "paid": Paid.note(ticket, 2000, source="customer", by=agent).pk,
        "hindrance": (ticket.pk, Hindrance.meet(ticket, "tool", by=agent).pk),
        # Somebody else than the tickets are about, or nobody here could decide anything.
        "tie": Tie.declare(agent, quiet, "friend").pk,
        "training": TrainingItem.need(agent, ticket.cause, "gap", at=timezone.now()).pk,
        "learning slot": LearningSlot.plan(
            agent,
            timezone.now() + timedelta(days=1),
            timezone.now() + timedelta(days=1, hours=1),
            by=agent,
        ).pk,
        "ticket": ticket.pk,
        "bulk": Bulk.run([ticket], {"do": "tag", "tag": "Van"}, by=agent, key="bulk").pk,
        "tag": (ticket.pk, Tag.put(f"Van {ticket.pk}", ticket, by=agent).pk),
        "link": (ticket.pk, a_link_of(ticket, agent)),
        "copied": (ticket.pk, Copied.add(ticket, f"copy{ticket.pk}@firm.example", by=agent).pk),
        "detail": (ticket.pk, a_detail_of(ticket, agent)),
        **checklists_of(ticket, agent, lead),
        "custom field": a_field_of(ticket, lead),
        "own status": an_own_status(ticket, lead),
        **two_that_became_one(cast, agent, customer=customer, cause=ticket.cause),
        "message": (ticket.pk, said.pk),
        "heard": (ticket.pk, ticket.messages.order_by("pk")[0].pk),
        "offer": Offer.objects.get(ruling=booked).pk,
        "ask": Ask.objects.get(ruling__ticket=ticket).pk,
        "limit": (rules["draft"], Rulebook.objects.get(state="draft").limits.first().pk),
        "team limit": Limit.objects.get(rulebook__state="published", team=ticket.team).pk,
        "house limit": Limit.objects.get(rulebook__state="published", role="agent", team=None).pk,
        "budget": budget.pk,
        "house budget": cast.pool.pk,
        "token": token.pk,
        "extra": extra.pk,
        "challenge": challenge.pk,
        "answer link": AnswerLink.issue(Ask.objects.get(ruling__ticket=ticket), lead, at=timezone.now()),
        "duty team": ticket.team_id,
        "cause": ticket.cause_id,
        "member": (ticket.team_id, agent.pk),
        "colleague": agent.pk,
        "webhook": Webhook.objects.create(name="Siren", url=f"https://siren.example/{ticket.pk}").pk,
        "on call": OnCall.plan(ticket.team, agent, starts_at=timezone.now(), ends_at=later, by=lead).pk,
        "absence": Absence.announce(
            agent, first=today, last=today, substitute=lead, by=agent, at=timezone.now()
        ).pk,
        "file": Attachment.objects.get(message=said).token,
        "file/note": Attachment.objects.get(message=noted).token,
        "assignee": {"to": str(lead.pk)},
    }


def two_that_became_one(cast: Cast, agent: Person, **whose: object) -> dict[str, object]:
    merged, survivor = (cast.ticket("Twice", by=whose["customer"].person, **whose) for _one in range(2))
    Merge.make(merged, survivor, by=agent)
    return {"merged": merged.pk, "survivor": survivor.pk}


def a_link_of(ticket: Ticket, agent: Person) -> int:
    other = Ticket.open(ticket.customer, subject="Beside", text="Also.", cause=ticket.cause, by=agent)
    return Link.make(ticket, "blocks", other, by=agent).pk


def a_detail_of(ticket: Ticket, agent: Person) -> int:
    day = timezone.localdate() + timedelta(days=9)
    said = {"words": "Twins", "purpose": "To ask", "consent": "asked", "forget_on": day}
    return Detail.note(ticket, **said, by=agent, key="detail").pk


def a_field_of(ticket: Ticket, lead: Person) -> int:
    said = {"code": f"van_{ticket.pk}", "name_en": "Van", "name_de": "Wagen", "kind": "line"}
    return CustomField.write(**said, causes=[], teams=[ticket.team], by=lead, key="field").pk


def an_own_status(ticket: Ticket, lead: Person) -> int:
    name = f"With the maker {ticket.pk}"
    said = {"name_en": name, "name_de": name, "status": "waiting_others"}
    return StatusName.write(**said, by=lead, key=f"maker {ticket.pk}").pk


def checklists_of(ticket: Ticket, agent: Person, lead: Person) -> dict[str, object]:
    line = ChecklistItem.add(ticket, "Look", by=agent, key="look")
    ready = ReadyList.write(name="Van", cause=ticket.cause, lines=["Call"], by=lead, key="van")
    here = (ticket.pk, ready.pk)
    return {"line of a checklist": (ticket.pk, line.pk), "ready list": ready.pk, "ready list here": here}


def articles_of(ticket: Ticket, lead: Person) -> dict[str, object]:
    """What the team alone reads, with its first version, and what everybody does."""
    texts = {
        "title_en": "Vans",
        "text_en": "Ring twice.",
        "title_de": "Wagen",
        "text_de": "Zweimal klingeln.",
    }
    made = {}
    for audience in ("team", "public"):
        key = f"{audience}-{ticket.pk}"
        made[audience] = Article.write(**texts, audience=audience, team_id=ticket.team_id, by=lead, key=key)
        made[audience].publish(by=lead)
    article = made["team"].pk
    return {"article": article, "article version": (article, 1), "public article": made["public"].pk}


def a_sign_in_service(domain: str, lead: Person) -> SignInService:
    said = {"name": "Firm", "issuer": f"https://{domain}", "client_id": "kulanz", "domains": [domain]}
    return SignInService.add(**said, by=lead, key=domain)


def a_mail_on(ticket: Ticket) -> int:
    """The message a mail became."""
    mail = IncomingMail.store(b"From: x@y.example\n\n", door="pipe")
    message = ticket.messages.order_by("pk")[0]
    mail.end("reply", ticket=ticket, message=message)
    return message.pk


def a_letter_that_came_back(said: Message) -> int:
    OutgoingMail.objects.filter(key=f"answer:{said.pk}").update(bounced_at=said.at)
    return said.pk


def a_known_idea(ticket: Ticket, agent: Person, lead: Person) -> Idea:
    idea = Idea.add(ticket, wish="To be heard", gesture="An ear", by=agent, key="known")
    idea.consent(by=lead)
    return idea


def a_finding(offer: Offer) -> Finding:
    found = {"what": "head", "stored": "a", "counted": "b", "found_at": offer.at, "seen_at": offer.at}
    return Finding.objects.create(period=offer.period, **found)


def a_payout(offer: Offer) -> PayoutOrder:
    """One that is held, at the only target there is."""
    target, _made = PayoutTarget.objects.get_or_create(name="Bank", url="https://pay.example/", form="goods")
    return PayoutOrder.objects.create(
        offer=offer,
        target=target,
        delivery=f"msg_{offer.pk}",
        cents=offer.cents,
        currency=offer.currency,
        state="unknown",
        made_at=offer.at,
        due_at=offer.at,
    )


def rules_to_edit(lead: Person) -> dict[str, object]:
    """A draft with one of each, and the version before the one in force: the house's, on both sides the same."""
    draft = Rulebook.objects.filter(state="draft").first() or Rulebook.draft(by=None, note="Later")
    newcomers = AcquisitionOffer.plan(
        by=lead,
        key="newcomers",
        name_en="Welcome",
        name_de="Willkommen",
        gets_en="A month",
        gets_de="Ein Monat",
        worth_cents=1000,
        starts=timezone.localdate(),
    )
    newcomers.answer_with("same", by=lead)
    return {
        "newcomers": newcomers.pk,
        "promise": "first-answer",
        "standard": (draft.version, draft.standards.first().pk),
        "rule": ("guardrail", "no-cash-to-prospects"),
        "policy": Policy.objects.order_by("rank")[0].pk,
        "calendar": BusinessHours.objects.order_by("pk")[0].pk,
        "draft": draft.version,
        "retired": Rulebook.objects.get(state="retired").version,
        "guardrail": (draft.version, draft.guardrails.first().pk),
        "gesture": (draft.version, draft.gesture_kinds.first().pk),
        "requirement": (draft.version, draft.requirements.first().pk),
        "will": HouseWill.say(
            text_en="Call", text_de="Anrufen", starts=timezone.localdate(), ends=timezone.localdate(), by=lead
        ).pk,
        "needed": (
            draft.version,
            draft.needed_facts.get_or_create(fact="why", defaults={"from_cents": 1})[0].pk,
        ),
        "term": (draft.version, draft.terms.get_or_create(name="case_days", defaults={"value": 20})[0].pk),
    }


def png(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"\0" * 30)


# Which object an address is about, by its name.
OBJECT = {
    "portal:ticket": "ticket",
    "portal:conversation": "ticket",
    "portal:reply": "ticket",
    "portal:confirm": "ticket",
    "portal:rate": "ticket",
    "gestures:of_request": "ticket",
    "token_revocation": "token",
    "end_absence": "absence",
    "file": "file",
    "file/note": "file/note",
    "desk:ticket": "ticket",
    "desk:conversation": "ticket",
    "desk:head": "ticket",
    **dict.fromkeys(["desk:reckoning", "desk:prioritise", "desk:skip"], "ticket"),
    "desk:pause": "ticket",
    "desk:thanks": "message",
    "desk:split": "heard",
    "portal:promise": "ticket",
    "desk:reply": "ticket",
    "desk:draft": "ticket",
    "desk:draft_versions": "ticket",
    "desk:note": "ticket",
    "desk:assign": "ticket",
    **dict.fromkeys(["desk:release", "desk:correct"], "ticket"),
    "desk:move": "ticket",
    **dict.fromkeys(["desk:put_on_copy", "portal:put_on_copy"], "ticket"),
    **dict.fromkeys(["desk:take_off_copy", "portal:take_off_copy"], "copied"),
    **dict.fromkeys(["desk:customer", "desk:contact", "authority:of_customer"], "customer"),
    "authority:panel": "ticket",
    "authority:answer": "ticket",
    "authority:goodwill": "ticket",
    "authority:offer": "ticket",
    "authority:will": "ticket",
    "authority:deliver": "offer",
    **dict.fromkeys(["authority:redeem", "authority:reverse", "api_authority:stages"], "offer"),
    "studio:answer": "ask",
    "studio:pass_on": "ask",
    "studio:end_extra": "extra",
    "studio:challenge": "challenge",
    "studio:reviews": "ruling",
    "authority:challenge": "ticket",
    "authority:say": "ask",
    "authority:withdraw": "ask",
    "studio:answer_by_mail": "answer link",
    "studio:limit": "team limit",
    "studio:widen": "team limit",
    **dict.fromkeys(["studio:take_away_rule", "studio:confirm_rule"], "rule"),
    "studio:limit/house": "house limit",
    "studio:budget": "budget",
    "studio:budget/house": "house budget",
    "gestures:counted_on_us": "retired",
    **dict.fromkeys(["desk:incident_of_ticket", "desk:report_incident", "desk:link_incident"], "ticket"),
    "desk:unlink_incident": "ticket",
    **dict.fromkeys(
        ["desk:incident", "desk:amend_incident", "desk:paste_affected", "desk:pick_affected"], "incident"
    ),
    "desk:take_off": "affected",
    "desk:act": "place",
    "api:line_call": "call",
    **dict.fromkeys(
        [f"desk:chat{name}" for name in ("", "_now", "_say", "_typing", "_end", "_step_in", "_rest")], "chat"
    ),
    **dict.fromkeys(["desk:promises", "desk:promise", "desk:macros", "desk:canned"], "ticket"),
    **dict.fromkeys(["desk:alike", "desk:merge", "desk:snooze", "desk:wake"], "ticket"),
    "api:snooze": "survivor",
    **dict.fromkeys(["desk:tags", "desk:tag", "api:tags"], "ticket"),
    **dict.fromkeys([f"desk:{name}" for name in ("beside", "watch", "unwatch")], "ticket"),
    "api:watchers": "ticket",
    **dict.fromkeys(["desk:link", "api:links", "authority:relationship"], "ticket"),
    **dict.fromkeys(["authority:note_detail", "desk:add_line"], "ticket"),
    "authority:forget_detail": "detail",
    **dict.fromkeys(["desk:tick", "api:checklist_line"], "line of a checklist"),
    **dict.fromkeys(["api:checklist", "api:ready_lists"], "ticket"),
    "api:ready_list": "ready list here",
    "desk:put_ready_list": "ready list here",
    **dict.fromkeys(["setup:checklist", "setup:remove_checklist"], "ready list"),
    **dict.fromkeys(["desk:unlink", "api:link"], "link"),
    "desk:untag": "tag",
    **dict.fromkeys(["desk:bulk_run", "desk:bulk_now", "desk:undo_bulk"], "bulk"),
    **dict.fromkeys(["api:bulk_action", "api:bulk_undoing"], "bulk"),
    **dict.fromkeys(["desk:take_apart", "api:merge"], "merged"),
    **dict.fromkeys(["setup:macro", "setup:remove_macro"], "macro"),
    **dict.fromkeys(["desk:view", "desk:remove_view"], "view"),
    "desk:macro": "macro here",
    **dict.fromkeys(["setup:canned_reply", "setup:remove_canned_reply"], "canned"),
    "desk:put_canned": "canned here",
    "desk:take_back": "ticket",
    **dict.fromkeys(["desk:stage", "desk:preview", "desk:viewers"], "ticket"),
    "desk:unstage": "staged",
    **dict.fromkeys(["setup:custom_field", "setup:retire_custom_field"], "custom field"),
    **dict.fromkeys(["setup:status", "setup:retire_status"], "own status"),
    **dict.fromkeys(["desk:details", "api:ticket_fields"], "ticket"),
    **dict.fromkeys(["setup:site", "setup:end_site"], "site"),
    **dict.fromkeys(["setup:sign_in_service", "setup:end_sign_in_service"], "sign-in service"),
    **dict.fromkeys(["portal:article", "portal:vote", "desk:article", "desk:edit_article"], "article"),
    **dict.fromkeys([f"desk:{name}_article" for name in ("publish", "retire", "address")], "article"),
    **dict.fromkeys(["desk:article_version", "desk:restore_article"], "article version"),
    "portal:article/public": "public article",
    "desk:articles_of_ticket": "ticket",
    **dict.fromkeys([f"desk:pick_{kind}" for kind in ("articles", "people", "tickets")], "ticket"),
    "desk:mail": "mail",
    "desk:send_again": "came back",
    **dict.fromkeys(["setup:mailbox", "setup:end_mailbox"], "mailbox"),
    **dict.fromkeys([f"setup:{name}_mail" for name in ("retry", "put_aside", "raw")], "mail aside"),
    **dict.fromkeys(
        [f"desk:{name}_promise" for name in ("keep", "move", "withdraw", "pass_on", "repair")], "pledge"
    ),
    **dict.fromkeys(
        [f"setup:{name}" for name in ("rule", "rule_preview", "rule_log", "switch_rule")], "desk rule"
    ),
    "authority:mirrors": "ticket",
    **dict.fromkeys(["authority:mirror", "authority:wish_mirror", "authority:leave_out"], "mirrored"),
    "authority:take_in": "left out",
    **dict.fromkeys([f"authority:{name}" for name in ("space", "add_idea", "match")], "ticket"),
    **dict.fromkeys(["authority:use_idea", "authority:thank_idea"], "used idea"),
    "authority:praise_idea": "known idea",
    "authority:praise_ruling": "ruling",
    **dict.fromkeys(["studio:consent_idea", "studio:decline_idea"], "idea"),
    **dict.fromkeys(["studio:newcomers_offer", "studio:activate_offer", "studio:end_offer"], "newcomers"),
    "studio:take_away_standard": "promise",
    "authority:learnt": "training",
    **dict.fromkeys(["authority:hear", "authority:note_paid", "authority:meet", "authority:tie"], "ticket"),
    "authority:clear": "hindrance",
    **dict.fromkeys(
        ["api_authority:customer_wish", "api_authority:paid", "api_authority:hindrances"], "ticket"
    ),
    "api_authority:hindrance_end": "hindrance",
    "authority:untie": "tie",
    "studio:withdraw_will": "will",
    "studio:draft_need": "draft",
    "studio:draft_no_need": "needed",
    "authority:no_slot": "learning slot",
    **dict.fromkeys(["api:incident", "api:affected"], "incident"),
    **dict.fromkeys(
        [f"api:article{name}" for name in ("", "_versions", "_address", "_publication")], "article"
    ),
    **dict.fromkeys(["studio:roll_back", "studio:version", "studio:back_to_version"], "retired"),
    "studio:ruling": "ruling",
    **dict.fromkeys(
        [f"studio:{name}" for name in ("draft", "rehearsal", "rehearse", "publish", "discard")], "draft"
    ),
    **dict.fromkeys(
        [
            f"studio:draft_{name}"
            for name in ("guardrail_new", "gesture_new", "limit_new", "standard_new", "requirement")
        ],
        "draft",
    ),
    **{f"studio:draft_{name}": name for name in ("limit", "guardrail", "gesture", "standard")},
    "studio:draft_no_requirement": "requirement",
    "studio:draft_term": "draft",
    "studio:draft_no_term": "term",
    **dict.fromkeys(["api:ticket", "api:messages", "api:assignment", "api:status"], "ticket"),
    **dict.fromkeys(["api_authority:authority", "api_authority:offers"], "ticket"),
    "api_authority:answer": "ask",
    **dict.fromkeys(["api_authority:passing", "api_authority:withdrawal"], "ask"),
    "api_authority:challenge": "ticket",
    "api_authority:challenge_answer": "challenge",
    "api_authority:extra_end": "extra",
    **dict.fromkeys([f"studio:{name}_payout" for name in ("confirm", "refuse")], "payout"),
    "studio:send_payout_again": "payout",
    "studio:settle_finding": "finding",
    "studio:reach": "outreach",
    **dict.fromkeys(["studio:say_to_question", "studio:close_question"], "question"),
    "api_authority:customer_destination": "customer",
    **dict.fromkeys(["studio:export_ledger", "studio:export_datev"], "export"),
    "api_authority:export_file": "export file",
    **dict.fromkeys(["studio:resume_payouts", "studio:end_payout_target"], "payout target"),
    **dict.fromkeys([f"setup:{name}" for name in ("policy", "move_policy", "retire_policy")], "policy"),
    **dict.fromkeys(["setup:end_webhook", "setup:resume_webhook"], "webhook"),
    **dict.fromkeys([f"setup:{name}" for name in ("team_hours", "team", "join_team")], "duty team"),
    **dict.fromkeys(
        [f"setup:{name}" for name in ("person", "block_person", "administer", "send_invitation")], "colleague"
    ),
    "setup:give_back_tickets": "colleague",
    **dict.fromkeys(["setup:member", "setup:leave_team"], "member"),
    "setup:cause": "cause",
    "setup:carry_out_deletion": "erasure",
    **dict.fromkeys(["api:review", "api:review_posting"], "review"),
    "desk:review_posted": "ticket",
    "setup:end_on_call": "on call",
    **dict.fromkeys(["setup:calendar", "setup:holidays"], "calendar"),
}
ARGUMENTS = {
    **{f"widget:{name}": ["gone"] for name in ("frame", "room", "now", "start", "prove", "say", "typing")},
    "widget:file": ["gone", "forged"],
    **{key: ["gone"] for key in ["company_sign_in", "company_callback", "cut_company"]},
    "mail_handed_over": ["mailgun"],
    "mail_reports": ["mailgun"],
    "setup:paper": ["0", "de"],
    "portal:feedback": ["17-nobody-signed-this"],
    "portal:unsubscribe": ["questions-17-nobody-signed-this"],
    "api_authority:payout_report": ["00000000-0000-4000-8000-000000000000"],
    **{f"mfa_{name}_webauthn": [MISSING] for name in ("edit", "remove")},
    "account_reset_password_from_key": ["1", "abc-def"],
    "admin:view_on_site": [MISSING, MISSING],
    "admin:app_list": ["accounts"],
}
REAL = {"admin:changelist": "admin:accounts_team_changelist", "admin:add": "admin:accounts_team_add"}


def payload(world: World, name: str, side: dict[str, object] | None = None) -> dict[str, str]:
    if name == "portal:new":
        return {"cause": str(world.cast.late.pk), "subject": "New", "text": "Something else.", "key": KEY}
    if name in ("portal:chat", "portal:chat_say"):
        return {"cause": world.cast.late.code, "text": "Something else.", "key": KEY}
    if name == "portal:callback":
        when = slots_of(world.cast.hours, now=timezone.now())[2][0]
        return {"cause": world.cast.late.code, "number": "+49 30 123456", "when": when, "key": KEY}
    if name == "api:tickets":
        return {"cause": world.cast.late.code, "subject": "New", "text": "Something else."}
    if name in ("api:articles", "api:article"):
        texts = {"title_en": "x", "text_en": "x", "title_de": "x", "text_de": "x"}
        return {**texts, **({"seen": 1} if name == "api:article" else {"audience": "desk", "team": "north"})}
    if name == "api:assignment":
        return {"assignee": int((side or world.north)["assignee"]["to"])}
    if name == "api:links":
        return {"role": "relates", "ticket": (side or world.north)["survivor"]}
    if name == "api:merge":
        return {"into": (side or world.north)["survivor"]}
    if name == "desk:link_incident":
        return {"incident": str((side or world.north)["incident"])}
    if name == "authority:leave_out":
        return {"customer": str((side or world.north)["left out"][-1]), "words": "Has got it already"}
    if name == "studio:limits":
        return {**SENT["studio:limit"], "whom": f"agent-{world.cast.north.pk}"}
    if name == "studio:talk":
        anna = world.cast.anna
        return {"agent": anna.pk, "cause": world.cast.late.pk, "level": "3", "words": "Well done"}
    if name in ("desk:assign", "desk:pass_on_promise"):
        return (side or world.north)["assignee"]
    if name == "desk:promise":
        return {**SENT[name], "owner": (side or world.north)["assignee"]["to"]}
    return SENT.get(name, {})


@dataclass(frozen=True)
class Answer:
    """What of an answer must not tell a foreign object from a missing one."""

    status: int
    location: str
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def cell(self) -> str:
        login = reverse(settings.LOGIN_URL)
        return "in" if self.status == 302 and self.location.startswith(f"{login}?next=") else str(self.status)


def ask_for(world: World, role: str, method: str, path: str, sent: dict[str, str] | None = None) -> Answer:
    """One request of this role with nothing but its session; whatever it changed is undone."""
    client = world.browser
    client.cookies = SimpleCookie()
    if role in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    with transaction.atomic():
        if method == "GET":
            response = client.get(path)
        elif path.startswith("/api/"):
            response = client.generic(method, path, json.dumps(sent or {}), content_type="application/json")
        elif method == "POST":
            response = client.post(path, sent or {})
        else:
            response = client.generic(method, path)
        transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = tuple(sorted((k, v) for k, v in response.headers.items() if k != "Content-Length"))
    return Answer(response.status_code, response.headers.get("Location", ""), body, told)


def path_of(row: Row, which: object = None) -> str:
    name = REAL.get(row.name, row.name).split("/")[0]
    named = list(which) if isinstance(which, tuple) else [which]
    return reverse(name, args=ARGUMENTS.get(name, []) if which is None else named)


def missing_like(which: object) -> list[object]:
    """Things that do not exist, in the shape of this one."""
    if isinstance(which, tuple):
        return [(*which[:-1], MISSING), *((number,) * len(which) for number in (MISSING, HUGE))]
    return ["nothing-of-that-name"] if isinstance(which, str) else [MISSING, HUGE]


def deviations(world: World, role: str) -> Iterator[str]:
    for row in rows():
        if role not in ASKING_FOR_METHODS and set(row.expected.values()) <= {"405", "in"}:
            continue  # a method nobody may use is refused before anybody looks who asks
        kind, cell = OBJECT.get(row.name), row.expected[role]
        if kind is None or cell == "405":
            path = path_of(row) if kind is None else path_of(row, world.north[kind])
            answer = ask_for(world, role, row.method, path, payload(world, row.name))
            yield from differs(role, row, path, answer, cell)
            if row.name[:6] != "admin:":  # whose sign-in sends on for GET alone
                yield from differs_quickly(world, role, row, path, cell)
            continue
        yield from about_objects(world, role, row, kind)


def about_objects(world: World, role: str, row: Row, kind: str) -> Iterator[str]:
    """North's object, South's, one that does not exist, and one no database could hold."""
    cell, mirrored = row.expected[role], row.expected[MIRROR.get(role, role)]
    nothing, *impossible = missing_like(world.north[kind])
    sides = [
        (world.north[kind], cell, world.north),
        (world.south[kind], mirrored, world.south),
        (nothing, foreign(row, cell), None),
        *((which, foreign(row, cell), None) for which in impossible if row.method == "GET"),
    ]
    answers = []
    for which, expected, side in sides:
        path = path_of(row, which)
        answers.append(ask_for(world, role, row.method, path, payload(world, row.name, side)))
        yield from differs(role, row, path, answers[-1], expected)
    yield from differs_quickly(world, role, row, path_of(row, world.north[kind]), cell)
    north, south, absent, *_rest = answers
    for answer, expected in ((north, cell), (south, mirrored)):
        # The words, the length and the headers must not tell that something is there.
        if expected == "404" and without_tokens(answer) != without_tokens(absent):
            yield f"{role}: {row.method} {row.name} tells that it exists"


def foreign(row: Row, cell: str) -> str:
    """What somebody gets for what does not exist, who gets `cell` for what is theirs."""
    if row.name in ("token_revocation", "end_absence") and row.method == "GET":
        return cell  # the way back from signing in again leads to the own page, whatever was meant
    return cell if cell in ("in", "401") else "404"


def differs(role: str, row: Row, path: str, answer: Answer, expected: str) -> Iterator[str]:
    if answer.cell != expected:
        yield f"{role}: {row.method} {row.name} {path} gave {answer.cell}, not {expected}"


def differs_quickly(world: World, role: str, row: Row, path: str, expected: str) -> Iterator[str]:
    """HEAD says what GET says, without a body; three roles are enough to see it, for no view asks for the method."""
    if row.method != "GET" or role not in ASKING_FOR_METHODS:
        return
    quick = ask_for(world, role, "HEAD", path)
    if quick.cell != expected or quick.body:
        yield f"{role}: HEAD {path} gave {quick.cell} and {len(quick.body)} bytes, not {expected} and none"


def without_tokens(answer: Answer) -> tuple[object, ...]:
    return answer.status, answer.location, re.sub(rb'value="[\w-]{64}"', b"", answer.body), answer.headers


@pytest.mark.parametrize(
    "role",
    [pytest.param(r, marks=[] if r in EVERYWHERE else [pytest.mark.first_database]) for r in ROLES],
)
def test_the_table_holds(world: World, role: str) -> None:
    found = list(deviations(world, role))
    assert found == [], "\n" + "\n".join(found)


def test_what_an_agent_is_the_customer_of_is_not_their_work(world: World) -> None:
    """Anna buys here too; on her own matter she is a customer, whatever team it lands in."""
    anna = world.cast.anna
    own = Customer.objects.create(person=anna, status="established")
    ticket = world.cast.ticket("Mine", customer=own, by=anna)
    assert ask_for(world, "anna", "GET", reverse("portal:ticket", args=[ticket.pk])).status == 200
    for name in ("desk:ticket", "desk:conversation", "authority:panel", "authority:goodwill"):
        assert ask_for(world, "anna", "GET", reverse(name, args=[ticket.pk])).status == 404
    for name in ("desk:note", "authority:offer", "desk:move"):
        assert ask_for(world, "anna", "POST", reverse(name, args=[ticket.pk]), SENT[name]).status == 404


# What Fay may do with Cem's request once she oversees their firm's: read and answer; the rest is as before.
OVERSEEN = {
    ("portal:organisation", "GET"): "200",
    **{(f"portal:{name}", "GET"): "200" for name in ("ticket", "conversation", "promise")},
    **{("portal:reply", method): "302" for method in ("GET", "POST")},
    ("file", "GET"): "200",
    **{(f"api:{name}", "GET"): "200" for name in ("ticket", "ticket_fields", "messages")},
    ("api:status", "PUT"): "403",
    ("api:messages", "POST"): "201",
    ("api_authority:offers", "GET"): "200",  # an empty list: what somebody received is theirs
}
SERVED = ("portal:", "gestures:", "file", "api:", "api_authority:", "desk:ticket", "desk:reply", "desk:note")


@pytest.mark.first_database
def test_who_oversees_an_organisation_reads_and_answers_its_requests_and_no_more(world: World) -> None:
    Customer.objects.filter(person__name="Fay").update(role="manager")
    found = []
    for row in rows():
        kind = OBJECT.get(row.name)
        if not row.name.startswith(SERVED):
            continue
        path = path_of(row, world.north[kind]) if kind else path_of(row)
        cell = OVERSEEN.get((row.name, row.method), row.expected["fay"])
        answer = ask_for(world, "fay", row.method, path, payload(world, row.name))
        found += differs("fay", row, path, answer, cell)
    assert found == []


@pytest.mark.first_database
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_pages_take_no_other_methods(world: World, method: str) -> None:
    """Nothing hides behind a method nobody thinks of; the API says for itself what it takes."""
    taken = []
    for row in rows():
        if row.method != "GET" or row.name.startswith(("admin:", "account_", "api")):
            continue
        kind = OBJECT.get(row.name)
        path = path_of(row, world.north[kind]) if kind else path_of(row)
        answer = ask_for(world, "anna", method, path)
        if answer.status not in (302, 404, 405):
            taken.append(f"{method} {path} gave {answer.status}")
    assert taken == []


def test_rights_end_at_once(world: World) -> None:
    """Whoever leaves the team, or the house, finds every door shut at the next click; the session lives on."""
    cast, ticket = world.cast, world.north["ticket"]
    path = reverse("desk:ticket", args=[ticket])
    file = reverse("file", args=[world.north["file"]])
    assert [ask_for(world, "anna", "GET", where).status for where in (path, file)] == [200, 200]
    cast.north.dismiss(cast.anna)
    assert [ask_for(world, "anna", "GET", where).status for where in (path, file)] == [404, 404]
    cast.anna.is_active = False
    cast.anna.save(update_fields=["is_active"])
    assert [ask_for(world, "anna", "GET", where).cell for where in (path, file)] == ["in", "in"]
