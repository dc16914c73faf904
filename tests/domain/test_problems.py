from pledges.domain.problems import N_, Problem, Refused, refuse


def test_a_problem_reads_as_one_sentence() -> None:
    message = N_("At most %(limit)d characters: 100 %% full.")
    assert str(Problem("leader_name", message, {"limit": 200})) == "At most 200 characters: 100 % full."


def test_a_refusal_holds_its_problems_and_says_them() -> None:
    refused = refuse("leader_name", "A name needs at least one letter.")
    assert isinstance(refused, Refused)
    assert refused.problems == (Problem("leader_name", "A name needs at least one letter."),)
    assert str(Refused([Problem("a", "One."), Problem("b", "Two.")])) == "One. Two."
