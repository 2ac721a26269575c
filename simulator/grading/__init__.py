"""From an exchange to a grade: screen, judge every criterion, score, cite, explain."""
