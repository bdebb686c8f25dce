"""Two people at the very same moment: each thing happens once, and nothing is overwritten."""

import threading

import pytest
from django.db import connection
from tests.records.figures.returns import DAY, YEAR, an_office, cells, filled

from bangfu.records.audit.chain import first_break
from bangfu.records.figures.actions import approve, open_submission, save_values, submit
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, Stale

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run some works in threads that start together; what each gave or raised."""
    together, given = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            with clock.set_to(DAY):
                together.wait(20)
                given[number] = work()
        except Exception as error:
            given[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def test_of_two_savers_of_one_cell_one_is_told():
    with clock.set_to(DAY):
        office = an_office()
        row = filled(office)
    seen = row.version

    def saver(account, households):
        values = cells(households=households)
        return lambda: save_values(row, values, seen_version=seen, actor=account)

    given = at_once(saver(office.clerk, "330"), saver(office.town, "340"))
    refused = [one for one in given if isinstance(one, Exception)]
    assert [isinstance(one, Stale) for one in refused] == [True]
    figure = Observation.objects.get(element__element="households")
    versions = figure.changes.order_by("version").values_list("version", flat=True)
    assert (figure.version, list(versions)) == (2, [1, 2])
    assert first_break() is None


def test_two_openers_open_one_return():
    with clock.set_to(DAY):
        office = an_office()
    village = office.tree["甲一村"]

    def opener(account):
        return lambda: open_submission(office.form, village, YEAR, actor=account)

    one, two = at_once(opener(office.clerk), opener(office.town))
    assert one.pk == two.pk == Submission.objects.get().pk


def test_saving_while_it_is_approved_ends_one_way_or_the_other():
    with clock.set_to(DAY):
        office = an_office()
        row = filled(office)
        row = submit(row.pk, seen_version=row.version, actor=office.clerk)
        row = approve(row.pk, seen_version=row.version, actor=office.town)
    seen = row.version
    saved, approved = at_once(
        lambda: save_values(row, cells(households="1"), seen_version=seen, actor=office.clerk),
        lambda: approve(row.pk, seen_version=seen, actor=office.county),
    )
    assert isinstance(saved, Refused)
    assert approved.state == "approved"
    figure = Observation.objects.get(element__element="households")
    assert (figure.value_int, figure.locked) == (320, True)
    assert ObservationChange.objects.filter(observation=figure).count() == 1
