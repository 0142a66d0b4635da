"""What touches an AWS account besides data."""
