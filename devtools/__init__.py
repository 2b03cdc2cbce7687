"""What `dev.py` is made of: the Python environment, the native libraries, the servers and the commands.

Only the standard library is used here, because these modules run before anything is installed.
"""
