"""What laptop and headquarters say to each other."""
