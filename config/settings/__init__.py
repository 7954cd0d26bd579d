"""Settings: base (works with no environment at all), production (refuses to start on a gap), test."""
