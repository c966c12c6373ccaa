"""Views show and ask: `set_...` in, `..._requested` out."""
