"""Pages: each view reads through selectors, makes one service call for a post, and shows what happens next."""
