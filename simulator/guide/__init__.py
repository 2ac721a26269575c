"""The study guide: repaired, cut into sections, indexed and searched."""
