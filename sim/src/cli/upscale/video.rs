//! A y4m stream, a frame at a time: memory does not grow with the length of the video.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::Path,
    process,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use bsr_model::protocol::{Resize, imresize_u8};
use indicatif::{HumanDuration, ProgressBar};
use ndarray::{ArrayView2, ArrayView3, Axis, s};
use serde::Serialize;
use tempfile::NamedTempFile;

use super::{
    STREAM,
    engine::Engine,
    y4m::{Header, Y4mError},
};
use crate::cli::{args::Upscale, failure::Failure, output};

/// Set by Ctrl-C: the stream ends after the frame at work. A second one ends the program at once.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What `sim upscale --json` prints for a video; on stderr where stdout carries the video.
#[derive(Debug, Serialize)]
struct Report {
    model: String,
    simd_backend: &'static str,
    threads: usize,
    lr_width: usize,
    lr_height: usize,
    frames: u64,
    wall_s: f64,
    frames_per_s: f64,
}

/// What ended a stream early.
enum Stop {
    Failed(Failure),
    /// Nobody reads the output any more.
    ReaderGone,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Y4mError> for Stop {
    fn from(error: Y4mError) -> Self {
        let hint = "ffmpeg -i VIDEO -f yuv4mpegpipe -pix_fmt yuv420p - makes such a stream";
        Self::Failed(Failure::new(error, Some(hint)))
    }
}

/// Enlarges a stream.
pub(super) fn run(engine: &Engine, arguments: &Upscale, json: bool) -> Result<(), Failure> {
    let start = Instant::now();
    let mut input = open(&arguments.input)?;
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    })
    .map_err(|error| Failure::new(error, None::<String>))?;
    let to_stdout = arguments.output.as_os_str() == STREAM;
    let mut seen = (0, 0, 0);
    let ended = if to_stdout {
        enlarge(engine, &mut input, &mut BufWriter::new(io::stdout().lock()), &arguments.output, &mut seen)
    } else {
        into_file(engine, &mut input, &arguments.output, &mut seen)
    };
    match ended {
        Err(Stop::Failed(failure)) => return Err(failure),
        Err(Stop::ReaderGone) | Ok(()) => {}
    }
    let wall_s = start.elapsed().as_secs_f64();
    let (frames, lr_width, lr_height) = seen;
    let report = Report {
        model: engine.model.clone(),
        simd_backend: engine.backend().name(),
        threads: engine.threads(),
        lr_width,
        lr_height,
        frames,
        wall_s,
        frames_per_s: frames as f64 / wall_s,
    };
    report.print(json, to_stdout)
}

impl Report {
    fn print(&self, json: bool, on_stderr: bool) -> Result<(), Failure> {
        let text = if json {
            serde_json::to_string_pretty(self).expect("reports have only string keys")
        } else {
            let Self { model, simd_backend, threads, lr_width, lr_height, frames, frames_per_s, .. } = self;
            format!(
                "{frames} frames of {lr_width} x {lr_height}, {frames_per_s:.2} frames/s, {model} on {simd_backend}, {threads} threads"
            )
        };
        if !on_stderr {
            return output::line(&text);
        }
        // A closed stderr is no reason to fail after all frames are written.
        let _ = writeln!(io::stderr(), "{text}");
        Ok(())
    }
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path.as_os_str() == STREAM {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| {
        let error = format!("`{}` cannot be read: {error}", path.display());
        Failure::new(error, Some("check the path; - reads a stream from stdin"))
    })?;
    Ok(Box::new(BufReader::new(file)))
}

/// Writes a file that appears whole or not at all.
fn into_file(
    engine: &Engine,
    input: &mut dyn BufRead,
    path: &Path,
    seen: &mut (u64, usize, usize),
) -> Result<(), Stop> {
    let failed = |error| Failure::cannot_write(path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let part = NamedTempFile::new_in(folder).map_err(failed)?;
    enlarge(engine, input, &mut BufWriter::new(part.as_file()), path, seen)?;
    part.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Enlarges frame by frame; counts them and notes their size.
fn enlarge(
    engine: &Engine,
    mut input: &mut dyn BufRead,
    output: &mut impl Write,
    path: &Path,
    seen: &mut (u64, usize, usize),
) -> Result<(), Stop> {
    let written = |result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::ReaderGone),
        Err(error) => Err(Stop::Failed(Failure::cannot_write(path, error))),
        Ok(()) => Ok(()),
    };
    let header = Header::read(&mut input)?;
    *seen = (0, header.width, header.height);
    let enlarged = header.enlarged(engine.scale);
    written(enlarged.write(output))?;
    let (progress, start) = (ProgressBar::new_spinner(), Instant::now());
    let mut planes = Vec::new();
    while header.read_frame(&mut input, seen.0 + 1, &mut planes)? {
        let (luma, chroma) = planes.split_at(header.width * header.height);
        let luma = ArrayView2::from_shape((header.height, header.width), luma).expect("the plane has this size");
        let luma = engine.enlarge(luma)?;
        written(output.write_all(b"FRAME\n").and_then(|()| write_plane(output, luma.view())))?;
        if let (Some((height, width)), Some((to_height, to_width))) = (header.chroma_size(), enlarged.chroma_size()) {
            let planes = ArrayView3::from_shape((2, height, width), chroma).expect("the planes have this size");
            let planes = imresize_u8(planes, Resize::Up(engine.scale));
            for plane in planes.slice(s![.., ..to_height, ..to_width]).axis_iter(Axis(0)) {
                written(write_plane(output, plane))?;
            }
        }
        seen.0 += 1;
        if INTERRUPTED.load(Ordering::Relaxed) {
            written(output.flush())?;
            let hint = "what stdout got ends with a whole frame; a file is not written";
            return Err(Failure::new(format!("stopped after {} frames", seen.0), Some(hint)).into());
        }
        progress.set_message(format!("{} frames in {}", seen.0, HumanDuration(start.elapsed())));
        progress.tick();
    }
    progress.finish_and_clear();
    written(output.flush())
}

fn write_plane(output: &mut impl Write, plane: ArrayView2<u8>) -> io::Result<()> {
    plane.rows().into_iter().try_for_each(|row| match row.as_slice() {
        Some(row) => output.write_all(row),
        None => output.write_all(&row.to_vec()),
    })
}
