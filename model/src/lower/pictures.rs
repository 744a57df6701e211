//! Calibration pictures that need no file.

use ndarray::Array3;

/// Side of a calibration picture.
const SIDE: usize = 64;

/// Grey levels of luma 0 and 1.
const DARK: f32 = 38.0;
const LIGHT: f32 = 213.0;

/// Samples a pixel and direction, and how far a pixel's samples reach, in pixels.
const SAMPLES: usize = 6;
const REACH: f32 = 2.0;

/// LR pictures `[colour][y][x]` in grey levels 38..=213: edges at many angles, strokes, gradients and texture.
///
/// Like the LR pictures that a network is given, they are band-limited: each pixel is an average of its surroundings,
/// because an edge sharper than any camera sees drives the stream further than any photograph does.
/// They are computed, so that lowering gives the same integers everywhere.
pub fn calibration_pictures(colours: usize) -> Vec<Array3<f32>> {
    let planes: [fn(f32, f32) -> f32; 4] = [spokes, strokes, texture, steps];
    let picture = |luma: &fn(f32, f32) -> f32| {
        Array3::from_shape_fn((colours, SIDE, SIDE), |(_, y, x)| {
            (DARK + (LIGHT - DARK) * average(luma, x as f32, y as f32)).round()
        })
    };
    planes.iter().map(picture).collect()
}

/// Mean of `luma` around a pixel, weighted by a tent.
fn average(luma: &fn(f32, f32) -> f32, x: f32, y: f32) -> f32 {
    let offsets = || (0..SAMPLES).map(|i| ((i as f32 + 0.5) / SAMPLES as f32 - 0.5) * REACH);
    let (mut sum, mut weights) = (0.0, 0.0);
    for dy in offsets() {
        for dx in offsets() {
            let weight = (1.0 - dx.abs()) * (1.0 - dy.abs());
            sum += weight * luma((x + dx) / SIDE as f32, (y + dy) / SIDE as f32).clamp(0.0, 1.0);
            weights += weight;
        }
    }
    sum / weights
}

/// Edges through the centre at every angle, soft outside and sharp inside.
fn spokes(x: f32, y: f32) -> f32 {
    let (dx, dy) = (x - 0.5, y - 0.5);
    let radius = (dx * dx + dy * dy).sqrt();
    0.5 + (0.5 + 4.0 * radius) * (9.0 * dy.atan2(dx)).sin() * 0.5
}

/// Dark lines one to three pixels wide on a light ground.
fn strokes(x: f32, y: f32) -> f32 {
    let line = |t: f32, width: f32| (t.rem_euclid(0.21) - 0.1).abs() < width;
    let dark = line(x + 0.3 * y, 0.012) || line(y - 0.6 * x, 0.02);
    if dark { 0.1 } else { 0.75 + 0.2 * y }
}

/// Waves of several wavelengths, on a gradient.
fn texture(x: f32, y: f32) -> f32 {
    let waves = (41.0 * x + 9.0 * y).sin() + (23.0 * y - 31.0 * x).sin() + (97.0 * x * y + 60.0 * y).sin();
    0.2 + 0.6 * x + 0.12 * waves
}

/// Flat areas of every brightness with hard borders.
fn steps(x: f32, y: f32) -> f32 {
    let cell = (x * 7.0).floor() * 3.0 + (y * 5.0).floor() * 5.0;
    (cell * 0.381_966).rem_euclid(1.0)
}
