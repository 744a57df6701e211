//! The evaluation protocol of the super-resolution tables: how LR is made and how SR is judged.
//!
//! 1. HR is cropped to a multiple of the scale ([`modcrop`]).
//! 2. LR is HR resized as MATLAB's `imresize` does ([`imresize_u8`], [`imresize`]).
//! 3. Luma is `Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255` ([`luma`]); a grey picture is used as Y unchanged.
//! 4. SR and HR are compared on Y, a border of `scale` pixels shaved: [`psnr`] and [`ssim`].
//!
//! [`Sample`] does all four for one picture. Two variants of step 2 are in use, and every figure names its own:
//!
//! - **networks** ([`NETWORKS`]): the u8 R, G and B planes are resized, then Y is taken from the LR picture;
//! - **classic** ([`CLASSIC`]): Y of HR is rounded and resized in floating point.
//!
//! Pictures are `[channel][row][column]`, planes are `[row][column]`.

mod colour;
mod compare;
mod crop;
mod picture;
mod picture_error;
mod picture_file;
mod resize;
mod sample;
mod ssim;

pub use colour::{luma, luma_u8, round_u8, with_bicubic_chroma};
pub use compare::{CompareError, psnr};
pub use crop::modcrop;
pub use picture::{NotAPicture, Picture};
pub use picture_error::PictureError;
pub use picture_file::{list_pictures, read_picture, write_picture};
pub use resize::{Resize, imresize, imresize_u8};
pub use sample::{CLASSIC, NETWORKS, Sample, SampleError, Score};
pub use ssim::ssim;
