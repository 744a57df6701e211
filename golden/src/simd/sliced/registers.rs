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

    /// Asks for memory that is needed a little later, where that helps.
    fn prefetch(self, from: &[i16]);

    /// `!a`.
    fn not(self, a: Self::Register) -> Self::Register;
    /// `a & b`.
    fn and(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a | b`.
    fn or(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a ^ b`.
    fn xor(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `a ^ b ^ c`.
    fn xor3(self, a: Self::Register, b: Self::Register, c: Self::Register) -> Self::Register;
    /// The majority of three bits.
    fn majority(self, a: Self::Register, b: Self::Register, c: Self::Register) -> Self::Register;
    /// `(sum, carry)` of three bits.
    fn full_adder(self, a: Self::Register, b: Self::Register, c: Self::Register) -> (Self::Register, Self::Register);
    /// Adds eight planes of weight 2 to planes of weight 2, 4 and 8; gives these and a plane of weight 16.
    #[inline(always)]
    fn add_octet(
        self,
        planes: [Self::Register; 3],
        addends: [Self::Register; 8],
    ) -> ([Self::Register; 3], Self::Register) {
        let (two_a, four_a) = self.full_adder(addends[0], addends[1], addends[2]);
        let (two_b, four_b) = self.full_adder(addends[3], addends[4], addends[5]);
        let (two_c, four_c) = self.full_adder(addends[6], two_a, two_b);
        let (two, four_d) = self.full_adder(planes[0], two_c, addends[7]);
        let (four, eight_a) = self.full_adder(four_a, four_b, four_c);
        let (four, eight_b) = self.full_adder(planes[1], four, four_d);
        let (eight, sixteen) = self.full_adder(planes[2], eight_a, eight_b);
        ([two, four, eight], sixteen)
    }
    /// One step of a transposition: swaps the bits of `a` whose position has the bit `distance` set with the bits of `b`
    /// whose position has it clear. `distance` is 1, 2, 4 or 8.
    fn exchange(self, a: Self::Register, b: Self::Register, distance: u32) -> (Self::Register, Self::Register);

    /// `a + b`, wrapping.
    fn add(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// The smaller signed lane.
    fn min(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// The larger signed lane.
    fn max(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `(a * b) >> 16`, signed.
    fn multiply_high(self, a: Self::Register, b: Self::Register) -> Self::Register;
    /// `acc | bit` in the lanes where `a > b`, signed; `bit` is clear in `acc`.
    fn mark_greater(self, acc: Self::Register, bit: u16, a: Self::Register, b: Self::Register) -> Self::Register;
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
