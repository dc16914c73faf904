from benchmarks.__main__ import all_benches
from benchmarks.pledges_file import write_pledges
from benchmarks.report import BEGIN, END, PAGE, Row, cells, markdown, plain, results

OURS = Row("import", "import of 2 pledges", True, seconds=2.0, peak_mib=90.2, figures={"imported": 2}, promise="20 s", kept=True)
PEER = Row("import", "by hand, 2 pledges", False, "no proofs", seconds=5.0, peak_mib=None)


def test_the_page_shows_the_figures_that_are_kept_and_no_others():
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == markdown(results())


def test_every_benchmark_has_a_name_of_its_own_and_was_measured():
    names = [bench.name for _, bench in all_benches()]
    assert names == [row.name for row in results()]
    assert len(names) == len(set(names))


def test_a_peer_is_compared_with_our_own_first_row_of_its_group():
    assert [line[2] for line in cells([PEER, OURS])] == ["2.50", "1.00"]


def test_what_a_peer_lacks_is_told_below_the_table():
    assert plain([OURS, PEER]).splitlines()[-1] == "by hand: no proofs."


def test_a_broken_promise_is_told():
    broken = Row("import", "import", True, seconds=30.0, promise="20 s", kept=False)
    assert cells([broken])[0][4] == "20 s: BROKEN"


def test_a_made_file_begins_with_the_example_and_is_the_same_each_time(tmp_path):
    for name, count in (("one", 320), ("other", 320), ("example", 300)):
        write_pledges(tmp_path / name, count)
    one, other, example = ((tmp_path / name).read_bytes() for name in ("one", "other", "example"))
    assert one == other
    assert one.startswith(example)
