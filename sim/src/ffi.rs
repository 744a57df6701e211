//! The C interface of a built simulator (`build/shim.cpp`): the only unsafe code of this crate.
#![allow(unsafe_code)]

use std::{
    ffi::{CString, c_char, c_void},
    path::Path,
    ptr::NonNull,
};

/// Pins that the bench drives. AXI names; `s_t*` is the pixel input, `m_t*` the pixel output, the other `m_*` the
/// master to memory. An accelerator has the pixel streams or the master; the pins of the other do nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Inputs {
    pub m_rdata: u64,
    pub awaddr: u32,
    pub wdata: u32,
    pub araddr: u32,
    pub aresetn: u8,
    pub awvalid: u8,
    pub wvalid: u8,
    pub wstrb: u8,
    pub bready: u8,
    pub arvalid: u8,
    pub rready: u8,
    pub s_tdata: u8,
    pub s_tlast: u8,
    pub s_tvalid: u8,
    pub m_tready: u8,
    pub m_arready: u8,
    pub m_rresp: u8,
    pub m_rlast: u8,
    pub m_rvalid: u8,
    pub m_awready: u8,
    pub m_wready: u8,
    pub m_bresp: u8,
    pub m_bvalid: u8,
}

/// Pins and taps that the bench sees, sampled just before the rising edge.
///
/// The other fields of a tap hold an older value while its `valid` is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Outputs {
    pub m_wdata: u64,
    pub rdata: u32,
    pub m_araddr: u32,
    pub m_awaddr: u32,
    pub tap_row: u16,
    pub sum_row: u16,
    pub sum_pass: u16,
    pub tap_column: i16,
    pub sum_column: i16,
    pub awready: u8,
    pub wready: u8,
    pub bresp: u8,
    pub bvalid: u8,
    pub arready: u8,
    pub rresp: u8,
    pub rvalid: u8,
    pub s_tready: u8,
    pub m_tdata: u8,
    pub m_tlast: u8,
    pub m_tvalid: u8,
    pub tap_valid: u8,
    pub tap_stage: u8,
    pub tap_pass: u8,
    pub sum_valid: u8,
    pub m_arlen: u8,
    pub m_arvalid: u8,
    pub m_rready: u8,
    pub m_awlen: u8,
    pub m_awvalid: u8,
    pub m_wstrb: u8,
    pub m_wlast: u8,
    pub m_wvalid: u8,
    pub m_bready: u8,
}

/// A loaded simulator: the functions of its shared library, which stays loaded until the process ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Functions {
    new: unsafe extern "C" fn(u32) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    cycle: unsafe extern "C" fn(*mut c_void, *const Inputs, *mut Outputs),
    tap_data: unsafe extern "C" fn(*const c_void) -> *const u32,
    sum_data: unsafe extern "C" fn(*const c_void) -> *const u32,
    trace_open: unsafe extern "C" fn(*mut c_void, *const c_char) -> u8,
    trace_close: unsafe extern "C" fn(*mut c_void),
    tap_words: usize,
    sum_words: usize,
}

/// Loads the shared library at `path`.
///
/// The caller vouches for the file: it must be one that [`crate::build`] made from `shim.cpp` (the cache
/// checks its hash). A file of other origin is refused where the loader or the layout check can tell.
pub(crate) fn load(path: &Path) -> Result<Functions, String> {
    // SAFETY: the library was compiled from our own shim; its initialisers are those of Verilator's run time,
    // which only set up statics.
    let library = unsafe { libloading::Library::new(path) }.map_err(|error| error.to_string())?;
    // Never unloaded: function pointers stay valid, and the destructors of thread-locals never run late.
    let library = Box::leak(Box::new(library));
    macro_rules! function {
        ($name:literal) => {{
            // SAFETY: the types in `Functions` are the signatures in shim.cpp, and the library is leaked, so the
            // pointer copied out of the symbol never dangles.
            *unsafe { library.get($name.as_bytes()) }.map_err(|error| error.to_string())?
        }};
    }
    let layout: unsafe extern "C" fn(*mut u32) = function!("bsr_layout");
    let mut sizes = [0_u32; 4];
    // SAFETY: bsr_layout writes exactly four words.
    unsafe { layout(sizes.as_mut_ptr()) };
    let [inputs, outputs, tap_words, sum_words] = sizes.map(|size| size as usize);
    if inputs != size_of::<Inputs>() || outputs != size_of::<Outputs>() {
        return Err("its pin structures have another layout".into());
    }
    Ok(Functions {
        new: function!("bsr_new"),
        free: function!("bsr_free"),
        cycle: function!("bsr_cycle"),
        tap_data: function!("bsr_tap_data"),
        sum_data: function!("bsr_sum_data"),
        trace_open: function!("bsr_trace_open"),
        trace_close: function!("bsr_trace_close"),
        tap_words,
        sum_words,
    })
}

/// One instance of the accelerator. Time stands still between calls of [`Model::cycle`].
#[derive(Debug)]
pub(crate) struct Model {
    functions: Functions,
    sim: NonNull<c_void>,
}

impl Model {
    /// `seed` chooses the values of registers before reset, in a build that randomises them.
    pub(crate) fn new(functions: Functions, seed: u32) -> Self {
        // SAFETY: `functions` came from `load`. Verilator takes 1..=2^31 - 1 as a seed.
        let sim = unsafe { (functions.new)((seed & 0x7fff_ffff).max(1)) };
        Self { functions, sim: NonNull::new(sim).expect("operator new returns memory or ends the process") }
    }

    /// One clock cycle with these pins.
    pub(crate) fn cycle(&mut self, inputs: &Inputs, outputs: &mut Outputs) {
        // SAFETY: `sim` lives until drop; the structures have the layout that `load` compared; `&mut self` makes
        // this the only call into this instance.
        unsafe { (self.functions.cycle)(self.sim.as_ptr(), inputs, outputs) }
    }

    /// `tap_data` of the latest cycle in which `tap_valid` was 1, in 32-bit words, lowest first.
    pub(crate) fn tap_data(&self) -> &[u32] {
        // SAFETY: the pointer is to an array of `tap_words` inside the instance; it changes in `cycle` alone,
        // which needs `&mut self`.
        unsafe { std::slice::from_raw_parts((self.functions.tap_data)(self.sim.as_ptr()), self.functions.tap_words) }
    }

    /// `sum_data` of the latest cycle in which `sum_valid` was 1.
    pub(crate) fn sum_data(&self) -> &[u32] {
        // SAFETY: as in `tap_data`, with `sum_words`.
        unsafe { std::slice::from_raw_parts((self.functions.sum_data)(self.sim.as_ptr()), self.functions.sum_words) }
    }

    /// Starts a waveform; false where this build has none, or the file cannot be made.
    pub(crate) fn trace_open(&mut self, path: &Path) -> bool {
        let Ok(path) = CString::new(path.as_os_str().as_encoded_bytes()) else { return false };
        // SAFETY: the string is terminated and only read during the call.
        unsafe { (self.functions.trace_open)(self.sim.as_ptr(), path.as_ptr()) != 0 }
    }

    /// Ends the waveform, if there is one.
    pub(crate) fn trace_close(&mut self) {
        // SAFETY: `sim` lives until drop.
        unsafe { (self.functions.trace_close)(self.sim.as_ptr()) }
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.trace_close();
        // SAFETY: made by `bsr_new`, freed only here.
        unsafe { (self.functions.free)(self.sim.as_ptr()) }
    }
}
