"""What the README's figures come from: one command, other tools and ours on the same submissions in one run."""
