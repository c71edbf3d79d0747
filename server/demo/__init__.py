"""A demo township to try everything on: 云泽县 清溪镇, its villages, people, visits and problems. All of it is invented.

`load` fills an empty database; the records themselves come from village.py and are the same for the same plan and day.
"""

from server.demo.loading import DemoRefused, load

__all__ = ["DemoRefused", "load"]
