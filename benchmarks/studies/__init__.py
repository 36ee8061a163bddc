"""What is measured of revgate alone: coverage of A/A intervals, start-up, the price of commits."""
