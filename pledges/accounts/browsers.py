"""What a browser calls itself, in a few words that its user knows it by."""

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
             ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
"""In this order: most call themselves Safari and Chrome besides."""
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
            ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def browser_called(told: str) -> str:
    """ "Firefox, Windows" of a User-Agent header; its beginning where neither is known."""
    known = [next((name for sign, name in names if sign in told), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in known if name) or told[:60] or "–"
