//! The executable specification of the integer network.
