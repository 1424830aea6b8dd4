"""What an assessment is: a city computed whole, explained, compared, and checked before it is
computed.
"""
