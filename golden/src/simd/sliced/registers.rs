//! What the sliced kernel asks of an instruction set.

/// An instruction set, as a proof that the CPU has it: whoever holds a value of this type may execute its instructions.
///
/// A register is a vector of bits and at the same time [`LANES`](Self::LANES) lanes of 16 bits. Methods whose name ends in
/// `32` see half as many lanes of 32 bits. `low` and `high` halves are those of [`widen`](Self::widen), in whatever order
/// [`narrow`](Self::narrow) undoes.
pub(in crate::simd) trait Registers: Copy + Send + Sync {
    /// A register.
    type Register: Copy;
    /// Lanes of 16 bits in a register, at most [`MOST_LANES`].
    const LANES: usize;

    /// Runs a job compiled for the instruction set.
    fn run<J: Job>(self, job: J) -> J::Output;

    /// A register of one value.
    fn splat(self, value: u16) -> Self::Register;
    /// A register of one value of 32 bits.
    fn splat32(self, value: i32) -> Self::Register;
    /// The first [`LANES`](Self::LANES) elements.
    fn load(self, from: &[u16]) -> Self::Register;
    /// The first [`LANES`](Self::LANES) elements.
    fn load_i16(self, from: &[i16]) -> Self::Register;
    /// The register that starts `bytes` bytes after the start of a slice.
    ///
    /// # Safety
    /// The register ends inside the slice: `bytes + 2 * LANES <= 2 * from.len()`.
    unsafe fn load_at(self, from: &[u16], bytes: usize) -> Self::Register;
    /// Writes the first [`LANES`](Self::LANES) elements.
    fn store(self, register: Self::Register, to: &mut [u16]);
    /// Writes the first [`LANES`](Self::LANES) elements.
    fn store_i16(self, register: Self::Register, to: &mut [i16]);

    /// Asks for memory that is needed soon.
    fn prefetch(self, from: &[i16]);

    /// `!a`.
    fn not(self, a: Self::Register) -> Self::Register;
    /// `a & b`.
    fn and(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a ^ b`.
    fn xor(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a ^ b ^ c`.
    fn xor3(self, a: Self::Register, b: Self::Register, c: Self::Register) -> Self::Register;
    /// The majority of three bits.
    fn majority(self, a: Self::Register, b: Self::Register, c: Self::Register) -> Self::Register;
    /// `(sum, carry)` of three bits.
    fn full_adder(self, a: Self::Register, b: Self::Register, c: Self::Register) -> (Self::Register, Self::Register);
    /// One step of a transposition: swaps the bits of `a` whose position has the bit `distance` set with the bits of `b`
    /// whose position has it clear. `distance` is 1, 2, 4 or 8.
    fn exchange(self, a: Self::Register, b: Self::Register, distance: u32) -> (Self::Register, Self::Register);

    /// `a - b`, wrapping.
    fn sub(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a + b`, wrapping.
    fn add(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// The smaller signed lane.
    fn min(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// The larger signed lane.
    fn max(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `(a * b) >> 16`, signed.
    fn multiply_high(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `acc | bits` in the lanes where `a > b`, signed.
    fn or_where_greater(
        self,
        acc: Self::Register,
        bits: Self::Register,
        a: Self::Register,
        b: Self::Register,
    ) -> Self::Register;
    /// `table[class]` for each class of 0..16.
    fn look_up(self, table: &[i16; 16], classes: &[u16]) -> Self::Register;

    /// Lanes of `a` and `b` side by side as pairs, in two halves.
    fn widen(self, a: Self::Register, b: Self::Register) -> (Self::Register, Self::Register);
    /// `acc + a_0 * b_0 + a_1 * b_1` of each pair, in 32 bits, wrapping.
    fn multiply_pairs32(self, acc: Self::Register, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a >> bits` of lanes of 32 bits, floor; `bits` is a [`splat32`](Self::splat32) of 0..=31.
    fn shift_right32(self, a: Self::Register, bits: Self::Register) -> Self::Register;
    /// The two halves in 16 bits, saturated.
    fn narrow(self, low: Self::Register, high: Self::Register) -> Self::Register;
    /// `a << bits` of lanes of 16 bits; `bits` is a number of 0..=16.
    fn shift_left(self, a: Self::Register, bits: u32) -> Self::Register;
}

/// Most lanes of a register.
pub(in crate::simd) const MOST_LANES: usize = 32;

/// Work that is compiled once for each instruction set.
pub(in crate::simd) trait Job {
    /// What it gives.
    type Output;
    /// Does the work; always inlined into [`Registers::run`].
    fn run<R: Registers>(self, registers: R) -> Self::Output;
}
