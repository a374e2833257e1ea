"""Who is about to leave: the models, what they read, and how well they are doing."""
