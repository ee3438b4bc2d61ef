"""Who takes which position on what: news articles in, positions by country and organisation out."""

__version__ = "0.1.0"
