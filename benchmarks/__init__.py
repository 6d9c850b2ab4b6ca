"""What Nicewen costs, beside NiceGUI's own `ui.markdown`; `python -m benchmarks` writes docs/performance.md."""
