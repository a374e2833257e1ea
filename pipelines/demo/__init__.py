"""Sample files of made-up source systems: calls, complaints and volumes, the same for one seed."""

from pipelines.demo.files import DemoFiles, write_demo_files

__all__ = ["DemoFiles", "write_demo_files"]
