//! What a run allocates, in maps of the stream: 16 bits a value of every channel and pixel.

use bsr_golden::simd::{Backend, Prepared};
use bsr_model::zoo;
use ndarray::Array3;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Height and width of a picture whose maps are far larger than the tables and bands of a thread.
const SIZE: (usize, usize) = (180, 320);

/// Most bytes that are allocated at once in a first run, beyond those of the prepared network and of the picture.
fn bytes_of_a_run(prepared: &Prepared, lr: &Array3<u8>, threads: usize) -> usize {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    pool.install(|| prepared.run(lr.view())).expect("a legal picture");
    ALLOCATED.peak_usage() - before
}

/// One test, because the allocations of another would be counted.
#[test]
fn a_run_allocates_less_than_three_maps_of_the_stream_on_every_vector_backend() {
    for name in ["e2fif_x2", "e2fif_x2_c40", "scales_x4"] {
        let entry = zoo::find(name).expect("a built-in network");
        let network = entry.integer_network();
        let channels = network.streaming().expect("a streaming network").channels();
        let map = channels * SIZE.0 * SIZE.1 * size_of::<i16>();
        let lr = Array3::from_shape_fn((network.input.mean.len(), SIZE.0, SIZE.1), |(c, y, x)| (c + 3 * y + x) as u8);
        for backend in Backend::available().into_iter().filter(|&backend| backend != Backend::Portable) {
            for threads in [1, 2] {
                let prepared = Prepared::new(&network, backend).expect("an available backend");
                assert_ne!(prepared.code(), Backend::Portable, "{name}, {backend}");
                let bytes = bytes_of_a_run(&prepared, &lr, threads);
                println!("{name}, {backend}, {threads} threads: {:.2} maps", bytes as f64 / map as f64);
                assert!(
                    (map..3 * map).contains(&bytes),
                    "{name}, {backend}, {threads} threads: {bytes} bytes, a map has {map}"
                );
            }
        }
    }
}
