"""The only part that draws: pages ask it for filters, frames, charts on the screen, and downloads."""
