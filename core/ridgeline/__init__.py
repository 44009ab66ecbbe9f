"""Ridgeline: which regularizer, how strong, and is it really better than none?"""

from importlib.metadata import version

__version__ = version("ridgeline")
