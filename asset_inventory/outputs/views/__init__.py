"""What is shown, once: tables and sentences by topic."""
