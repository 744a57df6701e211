"""What can go wrong, each with what to do about it."""


class DriverError(Exception):
    """What is wrong, found against expected; `fix` says what to do."""

    def __init__(self, what: str, fix: str):
        super().__init__(f"{what}; {fix}")
        self.fix = fix


class MissingFile(DriverError):
    """A file of the bitstream is not there."""


class WrongHardware(DriverError):
    """The device is not the engine that this driver or this model is for."""


class WrongModel(DriverError):
    """The model file is damaged, of another format, or not there yet."""


class WrongPicture(DriverError):
    """The picture is not one that the engine takes."""


class Busy(DriverError):
    """The engine runs a frame."""


class FrameFailed(DriverError):
    """A frame ended with an error, or did not end."""
