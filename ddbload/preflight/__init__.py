"""What can be said before anything is sent: the scenario against DynamoDB's rules and the client's means."""
