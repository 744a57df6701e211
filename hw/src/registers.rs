//! The register map of the accelerator: one table that the Verilog decoder, the programs, the docs and the tests share.

mod markdown;

pub use markdown::markdown;

use serde::Serialize;

/// Who may do what with a register over AXI4-Lite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Reads back what was written.
    ReadWrite,
    /// Status; writes are refused with SLVERR.
    ReadOnly,
    /// A write acts; reads give 0.
    WriteOnly,
}

/// One 32-bit register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// Byte offset.
    pub offset: u32,
    /// Name, `UPPER_SNAKE_CASE`.
    pub name: &'static str,
    /// Access over the bus.
    pub access: Access,
    /// Bits that are implemented, from bit 0.
    pub bits: u32,
    /// One sentence.
    pub about: &'static str,
}

macro_rules! registers {
    ($($name:ident = $offset:literal, $access:ident, $bits:literal, $about:literal;)*) => {
        $(#[doc = $about]
        pub const $name: Register = Register {
            offset: $offset, name: stringify!($name), access: Access::$access, bits: $bits, about: $about,
        };)*
        /// Every register, by offset.
        pub const ALL: &[Register] = &[$($name),*];
    };
}

/// The registers of an engine, with the bits that they have there: some are for those with a master to memory alone, or
/// for those of three colours, whose pixels have more bits.
pub fn of_engine(memory: bool, colours: usize) -> Vec<Register> {
    let has = |register: &&Register| {
        let of_colours = [GREEN_MEAN, BLUE_MEAN].contains(register);
        (colours > 1 || !of_colours) && (memory || register.offset < INPUT_ADDRESS.offset)
    };
    let with_bits = |register: &Register| match *register {
        PIXEL_SHIFT => pixel_shift(colours),
        PIXEL_MEAN => pixel_mean(colours),
        other => other,
    };
    ALL.iter().filter(has).map(with_bits).collect()
}

/// [`PIXEL_SHIFT`] of engines for so many colours: means of three need a larger `k`.
pub fn pixel_shift(colours: usize) -> Register {
    Register { bits: if colours > 1 { 3 } else { PIXEL_SHIFT.bits }, ..PIXEL_SHIFT }
}

/// [`PIXEL_MEAN`] of engines for so many colours.
pub fn pixel_mean(colours: usize) -> Register {
    Register { bits: if colours > 1 { GREEN_MEAN.bits } else { PIXEL_MEAN.bits }, ..PIXEL_MEAN }
}

registers! {
    ID = 0x000, ReadOnly, 32, "The bytes `BSR1`, 0x42535231.";
    VERSION = 0x004, ReadOnly, 32, "Version of this register map.";
    CONTROL = 0x008, WriteOnly, 2, "Bit 0 starts a frame; bit 1 drops the frame that runs and clears the errors.";
    STATUS = 0x00c, ReadOnly, 14, "Bit 0 busy, bit 1 done; sticky errors: bit 8 early TLAST, bit 9 missing TLAST, bit 10 refused start, bit 11 load while busy, bit 12 memory answered with an error, bit 13 more spilled than SPILL_SIZE or SUMS_SIZE holds.";
    WIDTH = 0x010, ReadWrite, 16, "Width of the LR picture in pixels.";
    HEIGHT = 0x014, ReadWrite, 16, "Height of the LR picture in pixels.";
    STAGES = 0x018, ReadWrite, 8, "Binary stages of the network.";
    PIXEL_SHIFT = 0x01c, ReadWrite, 2, "`k` of `in = (pixel << k) - mean`; 3 bits of RGB.";
    PIXEL_MEAN = 0x020, ReadWrite, 12, "`mean` of `in = (pixel << k) - mean`; of RGB that of red, 15 bits.";
    HEAD_SHIFT = 0x024, ReadWrite, 5, "Right shift of the head.";
    TAIL_SHIFT = 0x028, ReadWrite, 5, "Right shift of the tail.";
    LONG_SKIP = 0x02c, ReadWrite, 1, "1 adds the head's output before the tail.";
    LOAD_TARGET = 0x030, ReadWrite, 4, "Memory that LOAD_DATA fills: 0 sign weights, 1 tap sums, 2 affine, 3 thresholds, 4 head, 5 tail weights, 6 tail addends, 7 activations, 8 branches, 9 weights of factors, 10 addends of factors, 11 sigmoid, 12 kernels of 1x1, where an engine has them.";
    LOAD_ADDRESS = 0x034, ReadWrite, 16, "Record that LOAD_DATA fills next; steps by one a record.";
    LOAD_DATA = 0x038, WriteOnly, 32, "Next 32 bits of the record, lowest first.";
    CYCLES = 0x040, ReadOnly, 32, "Cycles of the last frame, first accepted input beat to last output beat; with memory, start to the response of the last write.";
    INPUT_STALLS = 0x044, ReadOnly, 32, "Cycles of the last frame in which the input was ready and had no beat; with memory, in which a step or a pass waited for what is read.";
    OUTPUT_STALLS = 0x048, ReadOnly, 32, "Cycles of the last frame in which an output beat waited.";
    GREEN_MEAN = 0x050, ReadWrite, 15, "`mean` of green, of engines for RGB.";
    BLUE_MEAN = 0x054, ReadWrite, 15, "`mean` of blue, of engines for RGB.";
    MAX_WIDTH = 0x060, ReadOnly, 16, "Widest LR picture.";
    MAX_STAGES = 0x064, ReadOnly, 8, "Most binary stages.";
    CHANNELS = 0x068, ReadOnly, 16, "Channels of the stream.";
    STREAM_BITS = 0x06c, ReadOnly, 8, "Bits of a stream value.";
    SCALE = 0x070, ReadOnly, 8, "Pixel-shuffle factor.";
    INTERFACE = 0x074, ReadOnly, 2, "Bit 0: 0 pixels over AXI4-Stream, 1 pictures in memory. Bit 1: 0 luma, a byte a pixel, 1 RGB, three bytes.";
    STRIP_WIDTH = 0x078, ReadOnly, 16, "Columns of a strip.";
    INPUT_ADDRESS = 0x080, ReadWrite, 32, "Address of the LR picture, a multiple of 8.";
    INPUT_STRIDE = 0x084, ReadWrite, 19, "Bytes from one LR row to the next, a multiple of 8.";
    OUTPUT_ADDRESS = 0x088, ReadWrite, 32, "Address of the SR picture, a multiple of 8.";
    OUTPUT_STRIDE = 0x08c, ReadWrite, 19, "Bytes from one SR row to the next, a multiple of 8.";
    SPILL_ADDRESS = 0x090, ReadWrite, 32, "Address of the region for what strips leave of the stages, a multiple of 128.";
    SPILL_SIZE = 0x094, ReadWrite, 32, "Bytes of that region, a multiple of 128.";
    SUMS_ADDRESS = 0x098, ReadWrite, 32, "Address of the region for what strips leave of the tail's input, a multiple of 128.";
    SUMS_SIZE = 0x09c, ReadWrite, 32, "Bytes of that region, a multiple of 128.";
}

/// Value of [`ID`].
pub const ID_VALUE: u32 = 0x4253_5231;

/// Value of [`VERSION`].
pub const VERSION_VALUE: u32 = 2;
