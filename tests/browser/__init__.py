"""Tests that drive the dashboard in a browser."""
