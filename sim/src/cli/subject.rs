//! What a run is about: a network and a picture.

use std::path::Path;

use bsr_model::{
    description::Colour,
    files::read_integer,
    float::FloatNetwork,
    integer::IntegerNetwork,
    protocol::{Picture, Sample, luma, luma_u8, read_picture, with_bicubic_chroma},
    zoo,
};
use ndarray::{Array2, Array3, Axis};

use super::{args::Run, failure::Failure};

/// The networks of a run.
pub(crate) struct Networks {
    /// Name of the network.
    pub(crate) name: String,
    /// What is simulated.
    pub(crate) integer: IntegerNetwork,
    /// The floating-point network that it was lowered from, where that is built in.
    pub(crate) float: Option<FloatNetwork>,
    /// Whether the weights are random.
    pub(crate) random: bool,
}

impl Networks {
    pub(crate) fn from_arguments(arguments: &Run) -> Result<Self, Failure> {
        match (&arguments.integer, &arguments.model) {
            (Some(path), model) => {
                let entry = model.as_deref().map(zoo::find).transpose()?;
                let integer = read_integer(path)?;
                let name = entry.map_or_else(|| integer.name.clone(), |entry| entry.name.to_owned());
                Ok(Self { name, integer, float: entry.map(|entry| entry.float_network()), random: false })
            }
            (None, Some(name)) => Self::built_in(name, arguments),
            (None, None) => unreachable!("the command line requires one of them"),
        }
    }

    /// The trained network, else the described one, or one derived from it, with random weights.
    fn built_in(name: &str, arguments: &Run) -> Result<Self, Failure> {
        let description = zoo::described(name)?;
        let derived = description.derived(&arguments.drop, arguments.gap);
        if let Ok(entry) = zoo::find(name)
            && derived == description
        {
            let (integer, float) = (entry.integer_network(), Some(entry.float_network()));
            return Ok(Self { name: entry.name.to_owned(), integer, float, random: false });
        }
        let (float, integer) = zoo::untrained(&derived)?;
        Ok(Self { name: derived.name, integer, float: Some(float), random: true })
    }
}

/// The pictures of a run.
pub(crate) struct Pictures {
    /// Name without folder and extension.
    pub(crate) name: String,
    /// LR and HR by the protocol, where there is an HR picture.
    pub(crate) sample: Option<Sample>,
    /// The LR picture.
    pub(crate) lr: Picture,
    /// Pixel-shuffle factor.
    pub(crate) scale: usize,
}

/// The HR picture of a run that names none: drawn for this project, see `sim/assets/draw`.
const DEFAULT: (&str, &[u8]) = ("harbour", include_bytes!("../../assets/harbour.png"));

impl Pictures {
    pub(crate) fn from_arguments(arguments: &Run, scale: usize) -> Result<Self, Failure> {
        if let Some(path) = &arguments.image {
            let lr = read_picture(path)?;
            return Ok(Self { name: stem(path), sample: None, lr, scale });
        }
        let (name, hr) = match &arguments.hr {
            Some(path) => (stem(path), read_picture(path)?),
            None => (DEFAULT.0.to_owned(), built_in()?),
        };
        let refused =
            |error| Failure::new(error, Some("give a larger picture with --hr, or an LR picture with --image"));
        let sample = Sample::new(&hr, scale).map_err(refused)?;
        Ok(Self { name, lr: sample.lr().clone(), sample: Some(sample), scale })
    }

    /// What a network of so many colours reads, `[colour][row][column]`: luma, or RGB, of a grey picture three times the
    /// same.
    pub(crate) fn lr_planes(&self, colours: usize) -> Array3<u8> {
        if colours == 1 {
            return luma_u8(&self.lr).insert_axis(Axis(0));
        }
        let (channels, height, width) = self.lr.pixels().dim();
        Array3::from_shape_fn((colours, height, width), |(c, y, x)| self.lr.pixels()[[c % channels, y, x]])
    }

    /// The SR picture of a network's planes: to luma belongs the chroma of the LR picture.
    pub(crate) fn sr(&self, planes: &Array3<u8>) -> Picture {
        let made = match planes.dim().0 {
            1 => with_bicubic_chroma(&self.lr, planes.index_axis(Axis(0), 0), self.scale),
            _ => Picture::try_from(planes.clone()).ok(),
        };
        made.expect("a network makes one plane or three, `scale` times the LR picture")
    }

    /// PSNR of a super-resolved Y; none without an HR picture.
    fn psnr(&self, sr: &Array2<f64>) -> Option<f64> {
        self.sample.as_ref()?.score(sr.view()).ok().map(|score| score.psnr)
    }

    /// PSNR of a network's planes: of their luma where they are RGB.
    pub(crate) fn psnr_of_planes(&self, planes: &Array3<u8>) -> Option<f64> {
        match planes.dim().0 {
            1 => self.psnr(&planes.index_axis(Axis(0), 0).mapv(f64::from)),
            _ => self.psnr(&luma(&Picture::try_from(planes.clone()).ok()?)),
        }
    }

    /// PSNR of the bicubic enlargement of the same LR picture.
    pub(crate) fn psnr_bicubic(&self) -> Option<f64> {
        self.psnr(&luma(&self.sample.as_ref()?.bicubic()))
    }

    /// PSNR of the floating-point network on the unrounded Y of the LR picture; none for one that reads RGB.
    pub(crate) fn psnr_float(&self, network: &FloatNetwork) -> Option<f64> {
        if network.description.colour != Colour::Y {
            return None;
        }
        let lr = self.sample.as_ref()?.lr_luma().mapv(|value| value as f32);
        let sr = network.run(lr.insert_axis(Axis(0)).view());
        self.psnr(&sr.index_axis(Axis(0), 0).mapv(f64::from))
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "picture".into(), |stem| stem.to_string_lossy().into_owned())
}

/// Decoded from a file of its own, as any other picture is.
fn built_in() -> Result<Picture, Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::cannot_write(&std::env::temp_dir(), error))?;
    let path = folder.path().join(DEFAULT.0).with_extension("png");
    std::fs::write(&path, DEFAULT.1).map_err(|error| Failure::cannot_write(&path, error))?;
    Ok(read_picture(&path)?)
}
