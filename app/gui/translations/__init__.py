"""Translations of the window's texts: marey_LANGUAGE.ts to write in, marey_LANGUAGE.qm to use."""
