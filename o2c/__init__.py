"""Order to cash: the project package composes the apps and owns nothing commercial."""
