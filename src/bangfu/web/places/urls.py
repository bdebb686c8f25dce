"""Addresses of places."""

from django.urls import path

from bangfu.web.places import (
    changing,
    collectives,
    events,
    grouping,
    names,
    outlines,
    pairing,
    reporting,
    views,
)

urlpatterns = [
    path("", views.place_list, name="places"),
    path("<int:place_id>/", views.place_file, name="place"),
    path("<int:place_id>/change/", changing.choose, name="place_change_choose"),
    path("<int:place_id>/change/<slug:kind>/", changing.change, name="place_change"),
    path("changes/", events.event_list, name="place_events"),
    path("changes/<int:event_id>/", events.event_page, name="place_event"),
    path("outlines/", outlines.outlines, name="place_outlines"),
    path("<int:place_id>/names/", names.aliases, name="place_aliases"),
    path("<int:place_id>/names/retire/", names.alias_retire, name="place_alias_retire"),
    path("<int:place_id>/groups/", grouping.groups, name="place_groups"),
    path("<int:place_id>/groups/leave/", grouping.group_leave, name="place_group_leave"),
    path("<int:place_id>/reporting/", reporting.reporting, name="place_reporting"),
    path("<int:place_id>/reporting/end/", reporting.reporting_end, name="place_reporting_end"),
    path("<int:place_id>/pairs/", pairing.pairs, name="place_pairs"),
    path("<int:place_id>/pairs/end/", pairing.pair_end, name="place_pair_end"),
    path("<int:place_id>/collectives/", collectives.collectives, name="place_collectives"),
    path(
        "<int:place_id>/collectives/change/",
        collectives.collective_change,
        name="place_collective_change",
    ),
]
