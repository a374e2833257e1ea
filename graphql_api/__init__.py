"""How Kefu is asked: the GraphQL schema, who may read what, and the ASGI application that serves it."""
