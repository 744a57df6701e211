//! `sim upscale` from outside: pictures, video, and what it refuses.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Command, Output, Stdio},
};

use bsr_golden::{run, simd::Backend};
use bsr_model::{
    protocol::{Resize, imresize_u8, luma_u8, read_picture, with_bicubic_chroma},
    zoo,
};
use ndarray::{Array2, Array3, Axis};

const MODEL: &str = "e2fif_x2_c32b8";

fn upscale(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    command.args(["upscale", "--model", MODEL]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Gives a command its input and waits for it.
fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    // A command that refuses its input does not read all of it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The golden SR luma.
fn golden(luma: &Array2<u8>) -> Array2<u8> {
    let network = zoo::find(MODEL).unwrap().integer_network();
    run(&network, luma.view().insert_axis(Axis(0))).unwrap().sr.index_axis_move(Axis(0), 0)
}

fn pattern(channels: usize, height: usize, width: usize) -> Array3<u8> {
    Array3::from_shape_fn((channels, height, width), |(c, y, x)| (c * 90 + y * 37 + x * 11 + y * x % 50) as u8)
}

#[test]
fn a_picture_is_golden_luma_with_bicubic_chroma_and_alpha_on_every_backend() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("lr.png"), folder.path().join("sr.png"));
    let rgba = pattern(4, 6, 7);
    let pixels: Vec<u8> = rgba.view().permuted_axes([1, 2, 0]).iter().copied().collect();
    image::RgbaImage::from_raw(7, 6, pixels).unwrap().save(&input).unwrap();
    let lr = read_picture(&input).unwrap();
    let expected = with_bicubic_chroma(&lr, golden(&luma_u8(&lr)).view(), 2).unwrap();
    let alpha = imresize_u8(rgba.slice(ndarray::s![3..4, .., ..]), Resize::Up(2));
    for backend in Backend::available() {
        let done = upscale(&["--simd", backend.name(), text(&input), text(&output)]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(read_picture(&output).unwrap(), expected, "{backend}");
        let sr = image::open(&output).unwrap().to_rgba8();
        assert!(sr.pixels().map(|pixel| pixel.0[3]).eq(alpha.iter().copied()), "{backend}");
    }
}

#[test]
fn a_folder_becomes_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("lr"), folder.path().join("new").join("sr"));
    fs::create_dir(&input).unwrap();
    for name in ["a.png", "b.jpg"] {
        image::GrayImage::from_pixel(5, 4, image::Luma([90])).save(input.join(name)).unwrap();
    }
    let done = upscale(&["--json", "--threads", "2", text(&input), text(&output)]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(report["pictures"].as_array().unwrap().len(), 2);
    assert_eq!((&report["threads"], &report["pictures"][1]["sr_width"]), (&2.into(), &10.into()));
    for name in ["a.png", "b.png"] {
        let sr = read_picture(&output.join(name)).unwrap();
        assert_eq!((sr.height(), sr.width()), (8, 10));
    }
}

/// A stream of two frames and the stream that it should become.
fn video(space: &str, (height, width): (usize, usize), chroma: Option<(usize, usize)>) -> (Vec<u8>, Vec<u8>) {
    let header = |height, width| format!("YUV4MPEG2 W{width} H{height} F25:1 C{space}\n").into_bytes();
    let (mut lr, mut sr) = (header(height, width), header(2 * height, 2 * width));
    for frame in 0..2 {
        let luma = pattern(1 + frame, height, width).index_axis_move(Axis(0), frame);
        lr.extend(b"FRAME\n".iter().chain(&luma));
        sr.extend(b"FRAME\n".iter().copied().chain(golden(&luma)));
        let Some((down, across)) = chroma else { continue };
        let planes = pattern(2, height.div_ceil(down), width.div_ceil(across));
        lr.extend(&planes);
        let planes = imresize_u8(planes.view(), Resize::Up(2));
        sr.extend(planes.slice(ndarray::s![.., ..(2 * height).div_ceil(down), ..(2 * width).div_ceil(across)]));
    }
    (lr, sr)
}

#[test]
fn a_stream_of_every_colour_space_is_enlarged_frame_by_frame() {
    let spaces = [("mono", None), ("420jpeg", Some((2, 2))), ("422", Some((1, 2))), ("444", Some((1, 1)))];
    for (space, chroma) in spaces {
        let (lr, sr) = video(space, (5, 7), chroma);
        let done = feed(&mut upscale(&["-", "-"]), &lr);
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success(), "{said}");
        assert!(done.stdout == sr, "{space}");
        assert!(said.contains("2 frames of 7 x 5") && said.contains("frames/s"), "{said}");
    }
}

#[test]
fn a_stream_that_ends_in_a_frame_is_an_error_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("sr.y4m");
    let (lr, _) = video("mono", (5, 7), None);
    let done = feed(&mut upscale(&["-", text(&output)]), &lr[..lr.len() - 1]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("frame 2 ends after 34 of 35 bytes"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_header_that_lies_about_the_size_is_an_error() {
    let (lr, _) = video("mono", (5, 7), None);
    for (claim, word) in [("W9 H5", "frame 1 begins"), ("W900 H500", "ends after"), ("W0 H5", "width")] {
        let mut stream = format!("YUV4MPEG2 {claim} Cmono\n").into_bytes();
        if word == "frame 1 begins" {
            stream.extend(b"FRAM\n");
        }
        stream.extend(&lr[lr.iter().position(|&byte| byte == b'\n').unwrap() + 1..]);
        let done = feed(&mut upscale(&["-", "-"]), &stream);
        let said = String::from_utf8(done.stderr).unwrap();
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(words.contains(word) && words.contains("help:"), "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_stream_quietly() {
    let (lr, _) = video("mono", (40, 60), None);
    let mut child = upscale(&["-", "-"]).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let frames = lr.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let writer = std::thread::spawn(move || {
        stdin.write_all(&lr[..frames])?;
        // More than pipes and buffers hold: the command must notice.
        (0..200).try_for_each(|_| stdin.write_all(&lr[frames..]))
    });
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    assert!(writer.join().unwrap().is_err(), "the command stops reading");
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && !said.contains("panicked"), "{said}");
}

#[test]
fn ctrl_c_ends_after_a_frame_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (lr, _) = video("mono", (5, 7), None);
    let mut child = upscale(&["-", text(&folder.path().join("sr.y4m"))]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&lr).unwrap();
    while fs::read_dir(folder.path()).unwrap().count() == 0 {
        std::thread::yield_now();
    }
    let interrupt = format!("-INT {}", child.id());
    assert!(Command::new("kill").args(interrupt.split(' ')).status().unwrap().success());
    let frames = lr.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    while stdin.write_all(&lr[frames..]).is_ok() {}
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("stopped after"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_backend_that_does_not_run_here_is_refused_with_those_that_do() {
    for name in ["avx1024", if cfg!(target_arch = "x86_64") { "neon" } else { "avx2" }] {
        let done = upscale(&["--simd", name, "lr.png", "sr.png"]).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(said.contains(name) && said.contains("portable"), "{said}");
    }
}

#[test]
fn an_output_that_is_no_png_is_refused_before_anything_runs() {
    let done = upscale(&["lr.png", "sr.jpg"]).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("sr.jpg") && said.contains("*.png"), "{said}");
}
