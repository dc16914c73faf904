from pledges.adapters.spool import Spool


def test_values_come_back_in_the_order_they_were_brought_into_as_often_as_asked() -> None:
    spool = Spool[str]()
    for word in ("ville", "città", "都市", "مدينة"):
        spool.append(word)
    spool.arrange([3, 1, 0, 2])
    assert list(spool) == list(spool) == ["مدينة", "città", "ville", "都市"]
    assert (len(spool), spool[1], spool[-1], spool[1:3]) == (4, "città", "都市", ["città", "ville"])


def test_a_spool_may_hold_fewer_than_were_read() -> None:
    spool = Spool[int]()
    for number in range(10_000):
        spool.append(number)
    spool.arrange(range(0, 10_000, 1_000))
    assert sum(spool) == 45_000
