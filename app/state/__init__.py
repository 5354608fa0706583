"""What is to be sent, and how far each of it has got."""
