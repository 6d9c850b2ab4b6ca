"""The language files; read through `nicewen.services.language`."""
