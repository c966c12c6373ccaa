"""Docks and dialogs around the views."""
