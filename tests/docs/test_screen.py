"""What a terminal shows: progress bars are replaced by what follows."""

from docs.scripts.screen import screen


def test_a_progress_bar_is_replaced_by_the_lines_after_it() -> None:
    written = "start\r\n\x1b[?25l\x1b[32m10 %\x1b[0m\r\x1b[2K\x1b[32m90 %\x1b[0m\r\n\r\x1b[1A\x1b[2Kdone\r\nend\r\n"
    assert screen(written) == "start\ndone\nend"


def test_text_overwrites_from_the_beginning_of_the_line() -> None:
    assert screen("abcdef\rxy") == "xycdef" and screen("abc\x1b[Kd\n\n") == "abcd"
