"""What pynqmetadata imports for its drawings, of which these tests make none."""
