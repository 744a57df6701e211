//! The networks under evaluation: floating point where there is one, and integer.

use bsr_golden::simd::{Backend, Prepared};
use bsr_model::{
    files::read_integer,
    float::FloatNetwork,
    integer::{Formats, IntegerNetwork},
    lower::{calibration_pictures, lower},
    protocol::Sample,
    zoo,
};
use ndarray::{Array2, Axis};

use super::figures::SuperResolved;
use crate::{args::Evaluate, failure::Failure, lower::options, source};

/// One network in both forms.
pub(crate) struct Networks {
    pub(crate) name: String,
    pub(crate) scale: usize,
    pub(crate) formats: Formats,
    pub(crate) float: Option<FloatNetwork>,
    pub(crate) integer: Prepared,
}

/// A network that does not read Y.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` reads {colours} colours a pixel, expected 1 (Y)")]
struct NotOfLuma {
    name: String,
    colours: usize,
}

impl Networks {
    pub(crate) fn from_arguments(arguments: &Evaluate) -> Result<Self, Failure> {
        if let Some(path) = &arguments.integer {
            return Self::new(None, &read_integer(path)?);
        }
        let Some(name) = &arguments.model else {
            return Self::lowered(source::of(&arguments.trained)?, arguments.stream_bits);
        };
        let entry = zoo::find(name)?;
        match arguments.stream_bits {
            None => Self::new(Some(entry.float_network()), &entry.integer_network()),
            bits => Self::lowered(entry.float_network(), bits),
        }
    }

    /// The floating-point network, and what it is lowered to.
    pub(crate) fn lowered(float: FloatNetwork, stream_bits: Option<u32>) -> Result<Self, Failure> {
        let calibration = calibration_pictures(float.description.colour.channels());
        let lowered = lower(&float, &calibration, &options(stream_bits))?;
        Self::new(Some(float), &lowered.network)
    }

    /// Both forms of one network.
    pub(crate) fn new(float: Option<FloatNetwork>, integer: &IntegerNetwork) -> Result<Self, Failure> {
        let colours = integer.input.mean.len();
        if colours != 1 {
            let error = NotOfLuma { name: integer.name.clone(), colours };
            return Err(Failure::new(error, Some("only networks of Y are evaluated")));
        }
        Ok(Self {
            name: integer.name.clone(),
            scale: integer.scale(),
            formats: integer.formats,
            float,
            integer: Prepared::new(integer, Backend::detect())?,
        })
    }

    /// Super-resolves the LR picture of a sample.
    pub(crate) fn run(&self, sample: &Sample) -> Result<SuperResolved, Failure> {
        let luma_u8 = sample.lr_luma_u8();
        Ok(SuperResolved {
            float: self.run_float(&sample.lr_luma()),
            float_u8: self.run_float(&luma_u8.mapv(f64::from)),
            int: self.integer.run(luma_u8.insert_axis(Axis(0)).view())?.index_axis_move(Axis(0), 0).mapv(f64::from),
        })
    }

    fn run_float(&self, luma: &Array2<f64>) -> Option<Array2<f64>> {
        let lr = luma.mapv(|y| y as f32).insert_axis(Axis(0));
        Some(self.float.as_ref()?.run(lr.view()).index_axis_move(Axis(0), 0).mapv(f64::from))
    }
}
