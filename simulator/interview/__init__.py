"""The interview itself: the bank of questions, the plan, what is asked next, closed answers."""
