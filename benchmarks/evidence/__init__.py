"""Whether verdicts keep their promises: studies of made-up worlds whose truth is known."""
