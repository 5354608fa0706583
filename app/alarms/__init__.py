"""Alarms: what is watched for, what was found, and how people are told of it once."""
