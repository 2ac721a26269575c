"""Chat models and embeddings: what the entries choose from."""
