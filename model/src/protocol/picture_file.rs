//! Reading and writing pictures. Alpha is dropped when reading; writing is all or nothing.

use std::{
    fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use image::{
    ColorType, DynamicImage, ExtendedColorType, ImageEncoder, ImageError, ImageReader, codecs::png::PngEncoder,
};
use ndarray::Array3;

use super::{Picture, PictureError};
use crate::files::write_atomically;

/// Extensions of the files that [`list_pictures`] finds.
const EXTENSIONS: [&str; 3] = ["png", "jpg", "jpeg"];

/// Reads a PNG or JPEG picture with 8 bits a sample; alpha is dropped.
///
/// # Errors
/// [`PictureError`] says what is wrong with the file.
pub fn read_picture(path: &Path) -> Result<Picture, PictureError> {
    let bytes = fs::read(path).map_err(|source| could_not_be_read(path, source))?;
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|source| could_not_be_read(path, source))?;
    if reader.format().is_none() {
        return Err(PictureError::NotAPicture { path: path.to_owned() });
    }
    let image = reader.decode().map_err(|error| could_not_be_decoded(path, error))?;
    match image.color() {
        ColorType::L8 | ColorType::La8 => Ok(from_interleaved(image.to_luma8().as_raw(), &image, 1)),
        ColorType::Rgb8 | ColorType::Rgba8 => Ok(from_interleaved(image.to_rgb8().as_raw(), &image, 3)),
        other => Err(PictureError::Unsupported { path: path.to_owned(), found: format!("{other:?}") }),
    }
}

/// Writes a PNG; the file appears whole or not at all.
///
/// # Errors
/// [`PictureError::Io`] if the file cannot be written.
pub fn write_picture(path: &Path, picture: &Picture) -> Result<(), PictureError> {
    let colour = if picture.channels() == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    let interleaved: Vec<u8> = picture.pixels().view().permuted_axes([1, 2, 0]).iter().copied().collect();
    let mut png = Vec::new();
    let failed = |source| PictureError::Io { path: path.to_owned(), action: "written", source };
    PngEncoder::new(&mut png)
        .write_image(&interleaved, picture.width() as u32, picture.height() as u32, colour)
        .map_err(|error| failed(io::Error::other(error)))?;
    write_atomically(path, &png).map_err(failed)
}

/// The pictures of a folder, by name, in byte order.
///
/// # Errors
/// [`PictureError`] if the folder cannot be read or holds no picture.
pub fn list_pictures(folder: &Path) -> Result<Vec<PathBuf>, PictureError> {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| could_not_be_read(folder, source))? {
        let path = entry.map_err(|source| could_not_be_read(folder, source))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            pictures.push(path);
        }
    }
    if pictures.is_empty() {
        return Err(PictureError::NoPictures { path: folder.to_owned() });
    }
    pictures.sort();
    Ok(pictures)
}

fn from_interleaved(samples: &[u8], image: &DynamicImage, channels: usize) -> Picture {
    let (height, width) = (image.height() as usize, image.width() as usize);
    let pixels = Array3::from_shape_fn((channels, height, width), |(c, y, x)| samples[(y * width + x) * channels + c]);
    Picture::try_from(pixels).expect("one or three channels")
}

fn could_not_be_read(path: &Path, source: io::Error) -> PictureError {
    match source.kind() {
        io::ErrorKind::NotFound => PictureError::Missing { path: path.to_owned() },
        _ => PictureError::Io { path: path.to_owned(), action: "read", source },
    }
}

fn could_not_be_decoded(path: &Path, error: ImageError) -> PictureError {
    let path = path.to_owned();
    match error {
        ImageError::Unsupported(unsupported) => PictureError::Unsupported { path, found: unsupported.to_string() },
        other => PictureError::Damaged { path, reason: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::colour::tests::pattern;

    fn colour() -> Picture {
        let plane = |seed| pattern(9, 13, seed);
        Picture::try_from(Array3::from_shape_fn((3, 9, 13), |(c, y, x)| plane(c)[[y, x]])).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        for (name, picture) in [("grey.png", Picture::grey(pattern(9, 13, 0))), ("colour.png", colour())] {
            let path = folder.path().join(name);
            write_picture(&path, &picture).unwrap();
            assert_eq!(read_picture(&path).unwrap(), picture);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing but the pictures is left behind");
    }

    #[test]
    fn alpha_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alpha.png");
        image::RgbaImage::from_pixel(2, 1, image::Rgba([9, 8, 7, 6])).save(&path).unwrap();
        let picture = read_picture(&path).unwrap();
        assert_eq!(picture.pixels().as_slice().unwrap(), [9, 9, 8, 8, 7, 7]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let path = Path::new("no/such/picture.png");
        assert!(matches!(read_picture(path), Err(PictureError::Missing { path: named }) if named == path));
    }

    #[test]
    fn text_is_not_a_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.png");
        fs::write(&path, "not a picture").unwrap();
        assert!(matches!(read_picture(&path), Err(PictureError::NotAPicture { .. })));
    }

    #[test]
    fn every_truncation_of_a_picture_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.png");
        write_picture(&path, &colour()).unwrap();
        let whole = fs::read(&path).unwrap();
        let without_its_end_marker = whole.len() - 12;
        for length in 0..without_its_end_marker {
            fs::write(&path, &whole[..length]).unwrap();
            let error = read_picture(&path).expect_err("the picture is cut short");
            assert!(
                matches!(error, PictureError::NotAPicture { .. } | PictureError::Damaged { .. }),
                "{length}: {error}"
            );
        }
    }

    #[test]
    fn sixteen_bits_a_sample_are_unsupported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep.png");
        image::ImageBuffer::<image::Luma<u16>, _>::from_pixel(2, 2, image::Luma([1])).save(&path).unwrap();
        assert!(matches!(read_picture(&path), Err(PictureError::Unsupported { found, .. }) if found == "L16"));
    }

    #[test]
    fn pictures_of_a_folder_come_in_order_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.jpg", "notes.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = list_pictures(folder.path()).unwrap();
        assert_eq!(names, ["a.jpg", "b.PNG"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn a_folder_without_pictures_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(list_pictures(folder.path()), Err(PictureError::NoPictures { .. })));
    }

    #[test]
    fn writing_into_a_missing_folder_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("picture.png");
        assert!(matches!(write_picture(&path, &colour()), Err(PictureError::Io { action: "written", .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
