"""Tables of the pacing goals, made by running pacing_world and pacing_optimum."""
