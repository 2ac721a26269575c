"""The interviewer: what a candidate asks is recognised, what a model says is checked."""
