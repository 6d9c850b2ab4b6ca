"""A server that behaves like DashScope, and its profiles as plain values.

``profiles`` holds every behaviour by name, usable without a socket; ``process`` runs the server in its own process.
Written against the notes on the protocol of 2026-11-22; nothing here was observed on the live service.
"""
