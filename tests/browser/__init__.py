"""What only a real browser can show: Chromium against a real Nicewen against the simulator."""
