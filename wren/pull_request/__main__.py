"""Print the change with the line numbers of after.py."""

from wren.pull_request import diff

print(diff(), end="")
