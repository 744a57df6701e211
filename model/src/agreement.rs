//! Test vectors: what another implementation made of a picture, layer by layer, and how far the floating-point path is from it.
//!
//! A vector is three files: `NAME.toml`, the description; `NAME.safetensors`, its checkpoint; `NAME.vector.safetensors` with
//! `lr` and `sr`, `[c, y, x]` or `[y, x]` in grey levels, and where there is one `layer.N`, what layer `N` of the unfolded
//! description wrote before its activation, `[c, y, x]`.

use std::{collections::BTreeMap, io, path::Path};

use ndarray::{Array3, ArrayView3, Zip};

use crate::{
    checkpoint::{self, CheckpointError, ImportError, ImportWarning, Tensor, import},
    description::{Description, DescriptionError},
    float::FloatNetwork,
};

/// A network with its weights, a picture, and what was made of it.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The network.
    pub network: FloatNetwork,
    /// What was accepted in import and should be known.
    pub warnings: Vec<ImportWarning>,
    /// LR picture, `[colour][y][x]` in grey levels.
    pub lr: Array3<f32>,
    /// What the other implementation made of it.
    pub sr: Array3<f32>,
    /// Outputs of layers before their activations, by position.
    pub layers: BTreeMap<usize, Array3<f32>>,
}

/// Largest differences, in grey levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Of the SR picture.
    pub sr: f32,
    /// Of the layer that differs most, with its name; `None` where the vector has no layers.
    pub worst_layer: Option<(String, f32)>,
}

/// Why a vector cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VectorError {
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The description is not valid.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// A tensor file is not valid.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint does not fit the description.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A tensor of the vector is not a map of the network.
    #[error("tensor `{name}` of the vector is {found}, expected {expected}")]
    Map {
        /// Its name.
        name: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
}

impl Vector {
    /// Reads the vector of a description.
    ///
    /// # Errors
    /// [`VectorError`] names the file or the tensor.
    pub fn read(description: &Path) -> Result<Self, VectorError> {
        let text = std::fs::read_to_string(description)?;
        let tensors = checkpoint::read(&description.with_extension("safetensors"))?;
        let imported = import(&Description::from_toml(&text)?, &tensors)?;
        let maps = checkpoint::read(&description.with_extension("vector.safetensors"))?.0;
        let of = |name: &str| map(name, maps.get(name));
        let layers = maps.iter().filter_map(|(name, tensor)| {
            let position = name.strip_prefix("layer.")?.parse().ok()?;
            Some(map(name, Some(tensor)).map(|map| (position, map)))
        });
        let layers = layers.collect::<Result<_, _>>()?;
        let vector =
            Self { network: imported.network, warnings: imported.warnings, lr: of("lr")?, sr: of("sr")?, layers };
        let colours = vector.network.description.colour.channels();
        if vector.lr.dim().0 != colours {
            return Err(wrong("lr", format!("{:?}", vector.lr.dim()), format!("{colours} colour(s)")));
        }
        Ok(vector)
    }

    /// Runs the network and compares.
    ///
    /// # Errors
    /// [`VectorError::Map`] where a map has another shape than the network gives.
    pub fn compare(&self) -> Result<Agreement, VectorError> {
        let mut worst: Option<(String, f32)> = None;
        let mut failed = Ok(());
        let sr = self.network.run_observed(self.lr.view(), |seen| {
            let Some(expected) = self.layers.get(&seen.layer) else { return };
            let name = self.network.layers[seen.layer].name();
            match difference(&format!("layer.{}", seen.layer), seen.values, expected.view()) {
                Ok(found) if worst.as_ref().is_none_or(|(_, most)| found > *most) => worst = Some((name.into(), found)),
                Ok(_) => {}
                Err(error) => failed = Err(error),
            }
        });
        failed?;
        Ok(Agreement { sr: difference("sr", sr.view(), self.sr.view())?, worst_layer: worst })
    }
}

fn map(name: &str, tensor: Option<&Tensor>) -> Result<Array3<f32>, VectorError> {
    let expected = || "a map [c, y, x] or [y, x]".to_owned();
    let tensor = tensor.ok_or_else(|| wrong(name, "missing".into(), expected()))?;
    let shape = match tensor.shape[..] {
        [height, width] => (1, height, width),
        [channels, height, width] => (channels, height, width),
        _ => return Err(wrong(name, format!("of shape {:?}", tensor.shape), expected())),
    };
    Ok(Array3::from_shape_vec(shape, tensor.values.clone()).expect("a tensor has as many values as its shape says"))
}

fn difference(name: &str, found: ArrayView3<f32>, expected: ArrayView3<f32>) -> Result<f32, VectorError> {
    if found.dim() != expected.dim() {
        return Err(wrong(name, format!("of shape {:?}", expected.dim()), format!("{:?}", found.dim())));
    }
    // A NaN on either side is a difference.
    let step = |most: f32, a: &f32, b: &f32| if (a - b).abs() <= most { most } else { (a - b).abs() };
    Ok(Zip::from(found).and(expected).fold(0.0, step))
}

fn wrong(name: &str, found: String, expected: String) -> VectorError {
    VectorError::Map { name: name.into(), found, expected }
}
