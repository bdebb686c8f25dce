"""Standards per place and what is still lacking to them (补助标准、补足差额).

Amounts are whole fen and stay within 64 bits. Does not know who pays or whom the standard is for.
"""

from __future__ import annotations

from bangfu.vocabulary.errors import ShareError
from bangfu.vocabulary.money import INT64_MAX

__all__ = ["raise_pool", "top_up"]


def raise_pool(units: int, unit_fen: int) -> int:
    """The pool to raise for a number of places at one standard.

    Parameters
    ----------
    units : int
        Number of places, not negative. [count]
    unit_fen : int
        Standard per place, not negative. [fen]

    Returns
    -------
    int
        [fen]

    Raises
    ------
    ShareError
        If an argument is negative or not whole, or the pool does not fit 64 bits.

    Examples
    --------
    901 towns at 20 million yuan each.

    >>> raise_pool(901, 2_000_000_000)
    1802000000000
    """
    _refuse_negative(units=units, unit_fen=unit_fen)
    pool_fen = units * unit_fen
    if pool_fen > INT64_MAX:
        raise ShareError("the pool does not fit 64 bits of fen", units=units, unit_fen=unit_fen)
    return pool_fen


def top_up(standard_fen: int, already_fen: int) -> int:
    """What is still to be paid so that a place reaches its standard.

    Parameters
    ----------
    standard_fen, already_fen : int
        The standard, and what the place has had towards it; not negative. [fen]

    Returns
    -------
    int
        Never negative. [fen]

    Raises
    ------
    ShareError
        If an argument is negative, not whole or beyond 64 bits, or the place already has more
        than the standard: whether the surplus is to be paid back or kept is not ours to say.

    Examples
    --------
    >>> top_up(2_000_000_000, 1_250_000_000)
    750000000
    """
    _refuse_negative(standard_fen=standard_fen, already_fen=already_fen)
    if already_fen > standard_fen:
        raise ShareError(
            "more was paid than the standard",
            standard_fen=standard_fen,
            already_fen=already_fen,
            over_fen=already_fen - standard_fen,
        )
    return standard_fen - already_fen


def _refuse_negative(**arguments: int) -> None:
    wrong = {
        name: value
        for name, value in arguments.items()
        if type(value) is not int or not 0 <= value <= INT64_MAX
    }
    if wrong:
        raise ShareError("whole numbers of 64 bits, not negative", **wrong)
