"""The root fields of Query, kind by kind: each a class that the schema puts together."""
