"""What an expression of the program under analysis may be worth."""
