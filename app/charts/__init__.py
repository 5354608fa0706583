"""Figures of Plotly: frames in, pictures out."""
