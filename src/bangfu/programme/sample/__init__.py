"""Synthetic programme folders (合成样例): invented places with planted facts and their answers."""

from bangfu.programme.sample.make import SampleSummary, make_sample

__all__ = ["SampleSummary", "make_sample"]
