"""Starts the Python host: `python3 <bundle>/host/main.py`, with the user's files as the working folder."""

import sys

from hks_host import host

# The user's `main` and this file share a name, so this folder leaves the search path before the user's code loads.
sys.path.pop(0)
host.main()
