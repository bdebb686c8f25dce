"""Addresses of accounts, of one's own settings, of the second factor and the portal."""

from django.urls import path

from bangfu.web.accounts import (
    bulk,
    changes,
    contacts,
    handovers,
    own,
    portal,
    second_factor,
    views,
)

urlpatterns = [
    path("", views.account_list, name="accounts"),
    path("new/", views.account_new, name="account_new"),
    path("<int:account_id>/", views.account_page, name="account"),
    path("<int:account_id>/close/", changes.change_account("close"), name="account_close"),
    path("<int:account_id>/reopen/", changes.change_account("reopen"), name="account_reopen"),
    path("<int:account_id>/unlock/", changes.change_account("unlock"), name="account_unlock"),
    path(
        "<int:account_id>/second-factor/reset/",
        changes.change_account("reset-second-factor"),
        name="account_reset_second_factor",
    ),
    path(
        "<int:account_id>/portal/bind/",
        changes.change_account("bind-portal"),
        name="account_bind_portal",
    ),
    path(
        "<int:account_id>/portal/unbind/",
        changes.change_account("unbind-portal"),
        name="account_unbind_portal",
    ),
    path("<int:account_id>/password/", changes.password_reset, name="account_password"),
    path("<int:account_id>/roles/", changes.role_give, name="role_give"),
    path("roles/<int:assignment_id>/end/", changes.role_end, name="role_end"),
    path("<int:account_id>/contact/", contacts.contact_keep, name="contact_keep"),
    path("<int:account_id>/contact/show/", contacts.contact_show, name="contact_show"),
    path("<int:account_id>/contact/erase/", contacts.contact_erase, name="contact_erase"),
    path("many/", bulk.bulk, name="accounts_bulk"),
    path("many/confirm/", bulk.bulk_confirm, name="accounts_bulk_confirm"),
    path("many/template/", bulk.bulk_template, name="accounts_bulk_template"),
    path("handovers/", handovers.handover_list, name="handovers"),
    path("handovers/new/", handovers.handover_new, name="handover_new"),
    path("handovers/many/", handovers.handover_bulk, name="handover_bulk"),
    path("handovers/many/template/", handovers.handover_template, name="handover_template"),
    path("handovers/<int:handover_id>/", handovers.handover_sheet, name="handover"),
    path("me/", own.my_account, name="my_account"),
    path("me/language/", own.choose_language, name="my_language"),
    path("me/portal/", own.own_portal, name="my_portal"),
    path("me/name/", own.act_for, name="act_for"),
    path("me/lend/", own.lend, name="lend"),
    path("me/lend/<int:assignment_id>/end/", own.loan_end, name="loan_end"),
    path("me/second-factor/", second_factor.set_up, name="second_factor_set_up"),
    path("me/second-factor/code/", second_factor.give_code, name="second_factor"),
    path("me/second-factor/recovery/", second_factor.recovery_codes, name="recovery_codes"),
    path("portal/", portal.portal_sign_in, name="portal_sign_in"),
    path("portal/answer/", portal.portal_answer, name="portal_answer"),
]
