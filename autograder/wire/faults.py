"""What can go wrong on the wire."""


class WireFault(Exception):
    """The peer did not keep to the protocol; on the examiner's side it is always the candidate's fault."""


class Closed(WireFault):
    """The peer hung up, or was never there."""


class Late(WireFault):
    """The peer did not answer within the time it was given."""


class Malformed(WireFault):
    """The peer sent bytes that are no message: too long, too deep, of an unknown kind, or contradictory."""


class Unsendable(TypeError):
    """A value that has no form on the wire, such as a list that contains itself."""
