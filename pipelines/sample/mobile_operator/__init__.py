"""A city branch of a mobile operator: the files its systems would export of January to November."""

from pipelines.sample.mobile_operator.files import branch_files

FILES = branch_files

__all__ = ["FILES"]
