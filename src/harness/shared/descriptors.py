"""Descriptors of the measured interpreter. High, because few scenarios hit them."""

REQUESTS, STATUS, FRAMES, CODE = 250, 251, 252, 253
