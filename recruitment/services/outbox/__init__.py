"""What leaves the system: written with the notification, gathered into digests, sent once, and settings of all that.

A row stands before anything is sent; no message lives in a broker alone. See docs/notifications.md.
"""
