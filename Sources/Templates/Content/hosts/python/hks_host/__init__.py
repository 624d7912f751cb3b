"""Turns HTTP requests into calls of one Python function. Only the standard library, Python 3.8 or newer.

Modules that cost start-up time (asyncio, traceback, urllib, base64, logging) are imported where they are first needed.
"""
