"""How the API is spoken over HTTP: who may ask how much, what is remembered, sent again, counted and told."""
