"""Where operations go: embedded, DynamoDB Local, an endpoint, AWS; and tables: adopt, create, load, drop."""
