"""Editions at the desk: what is ordered is looked through before, and built by a job."""

from datetime import datetime, timedelta

import pytest

from pledges.domain.lifecycle import EditionKind, Move
from pledges.domain.protocol import RulingKind
from pledges.extensions import adapters, settings
from pledges.models import BuildState, Edition, Ruling
from pledges.secretariat.actions.builds import LEASE, Blocked, NotNow, carry_out, order_build, stop_build
from pledges.secretariat.queries.builds import differences
from pledges.secretariat.queries.preflight import FaultKind, preflight
from tests.asked import asked
from tests.assembly import Assembly, now
from tests.secretariat.admins import FIRST, SECOND, acts, ordered, who, worked
from tests.secretariat.signed import add_revision

UNPRINTABLE = "\U0001e6c0"  # Tai Yo, which no font of ours has


@pytest.mark.usefixtures("officers", "within")
class TestBuilds:
    def test_what_is_ordered_is_built_in_its_languages_and_the_log_names_who_ordered_it(self, assembly: Assembly):
        assembly.take_in(2)
        build = ordered(assembly, "en", "fr")
        with pytest.raises(NotNow):
            ordered(assembly)
        assert worked(assembly) == 1
        edition = assembly.session.get_one(Edition, 1)
        assert (build.state, build.edition_number, [file.language for file in edition.files]) == (BuildState.DONE, 1, ["en", "fr"])
        assert build.done == build.total > 0
        assert acts(assembly) == ["edition.ordered", "edition.built", "edition.built"]
        assert worked(assembly) == 0

    def test_a_build_whose_worker_was_lost_is_taken_up_where_it_stood_and_given_up_in_the_end(self, assembly: Assembly):
        assembly.take_in(1)
        number = assembly.build()
        build = ordered(assembly, "en", "ar", edition=number)
        build.state, build.tries, build.leased_until = BuildState.RUNNING, 1, now() + LEASE
        assembly.session.commit()
        assert worked(assembly) == 0, "its worker may still live"
        assert worked(assembly, now() + LEASE * 2) == 1
        assert (build.state, {file.language for file in assembly.session.get_one(Edition, number).files}) == (BuildState.DONE, {"en", "ar"})
        build.state, build.tries, build.leased_until = BuildState.RUNNING, 3, now() - LEASE
        assembly.session.commit()
        assert worked(assembly) == 0
        assert (build.state, "lost several times" in build.told) == (BuildState.STOPPED, True)

    def test_an_officer_stops_a_build_and_nothing_is_kept(self, assembly: Assembly):
        assembly.take_in(1)
        build, officer = ordered(assembly), who(assembly, SECOND)
        moments = iter(now() + timedelta(seconds=step) for step in range(1000))

        def clock() -> datetime:
            at = next(moments)
            if build.part == "themes":
                stop_build(assembly.session, build, by=officer, at=at)
            return at

        carry_out(assembly.session, adapters(), settings(), clock)
        assert (build.state, build.told, assembly.session.get(Edition, 1)) == (BuildState.STOPPED, "An officer stopped it.", None)
        assert not stop_build(assembly.session, build, by=officer, at=now())

    def test_a_worker_that_comes_back_after_another_took_its_build_up_leaves_it_to_that_one(self, assembly: Assembly):
        assembly.take_in(1)
        build = ordered(assembly)
        moments = iter(now() + timedelta(seconds=step) for step in range(1000))

        def clock() -> datetime:
            if build.part == "themes" and build.tries == 1:
                build.tries = 2
                assembly.session.commit()
            return next(moments)

        carry_out(assembly.session, adapters(), settings(), clock)
        assert (build.state, build.tries, build.told, assembly.session.get(Edition, 1)) == (BuildState.RUNNING, 2, "", None)

    def test_what_was_built_is_compared_with_the_build_before(self, assembly: Assembly):
        leaves, changes, _stays = assembly.take_in(3)
        first = assembly.session.get_one(Edition, assembly.build())
        assert differences(assembly.session, first) is None
        assembly.withdraw(leaves)
        pledge = assembly.pledge(changes)
        add_revision(assembly.session, pledge, name="Another Name").move(Move.ACCEPT)
        pledge.accepted_revision = pledge.current
        [comes] = assembly.take_in(1)
        second = assembly.session.get_one(Edition, assembly.build())
        found = differences(assembly.session, second)
        assert found is not None
        assert [(count, [one.public_id for one in rows]) for count, rows in (found.added, found.removed, found.reworded)] == [
            (1, [comes]), (1, [leaves]), (1, [changes]),
        ]  # fmt: skip
        assert found.removed[1][0].withdrawn


@pytest.mark.usefixtures("officers", "within")
class TestPreflight:
    def test_everything_that_stands_in_the_way_is_named_and_nothing_is_built(self, assembly: Assembly):
        [asked_again] = assembly.take_in(1)
        [unprintable] = assembly.take_in(1, actions=f"We plant {UNPRINTABLE} trees.")
        add_revision(assembly.session, assembly.pledge(asked_again), name="Newer").move(Move.RETURN)
        ruling = {"kind": RulingKind.NAME, "subject": "TR", "language": "en", "value": "Türkiye", "reason": "asked for"}
        assembly.session.add(Ruling(**ruling, proposed_by=who(assembly, FIRST), proposed_at=now()))
        assembly.session.commit()
        with asked(assembly.session.get_bind().engine) as sent, pytest.raises(Blocked) as blocked:
            ordered(assembly)
        assert [one for one in sent if one.startswith("BEGIN")][-1] == "BEGIN", "it would keep everybody else from writing"
        found = {fault.kind: fault for fault in blocked.value.faults}
        assert found.keys() == {FaultKind.GLYPHS, FaultKind.SUGGESTION, FaultKind.RULING}
        assert (found[FaultKind.GLYPHS].public_id, found[FaultKind.GLYPHS].detail) == (unprintable, "U+1E6C0")
        assert found[FaultKind.SUGGESTION].public_id == asked_again
        assert [fault.kind for fault in preflight(assembly.session, EditionKind.ADD, now()).faults] == [FaultKind.NO_REV]

    def test_an_expired_key_stands_in_the_way(self, assembly: Assembly):
        assembly.take_in(1)
        adapters().open_sealer(now())  # the instance's own key is made when it is first used
        at = now() + timedelta(days=20_000)
        with pytest.raises(Blocked, match="key"):
            order_build(assembly.session, adapters(), EditionKind.REV, ("en",), by=who(assembly, FIRST), at=at)

    def test_it_asks_as_many_questions_for_many_pledges_as_for_one(self, assembly: Assembly):
        counts = []
        for more in (1, 6):
            assembly.take_in(more)
            assembly.session.expunge_all()
            with asked(assembly.session.get_bind()) as questions:
                assert preflight(assembly.session, EditionKind.REV, now()).faults == []
            counts.append(len(questions))
        assert counts[0] == counts[1]
