"""What officers and sergeants see; nothing but showing and asking."""
