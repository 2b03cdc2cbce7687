"""The finance console: what waits for a decision, who may do what, what the night did."""
