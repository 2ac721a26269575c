# Shortcuts for the commands of the README; nothing is defined here only.
.PHONY: test lint types interview web retrieval bench

test:
	python -m pytest

lint:
	ruff format --check . && ruff check .

types:
	mypy

interview:
	python -m simulator

web:
	python app.py

retrieval:
	python -m evals retrieval

bench:
	python -m evals bench
