//! Tensors into a described network, with batch normalisation folded.
//!
//! `scale = gamma / sqrt(variance + eps)` and `offset = beta + scale * (bias - mean)`, computed in f64. Weights of
//! a binary convolution keep their sign only; sign(0) = +1. A divisor of the input is folded too: all that a trained
//! network computes is proportional to its input, so that the same network in grey levels has larger offsets.

use std::collections::BTreeSet;

use ndarray::{Array4, Axis, Zip};

use super::{
    ImportError, ImportWarning, Tensor, Tensors,
    fold::Folded,
    plan::{self, Need},
    stage::broadcast,
};
use crate::{
    closest::closest,
    description::{Activation, Description, PlacedConv, PlacedLayer},
    float::{FloatActivation, FloatConv, FloatLayer, FloatNetwork},
};

/// A network with its parameters, and what was noticed on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The network.
    pub network: FloatNetwork,
    /// What was accepted and should be known.
    pub warnings: Vec<ImportWarning>,
}

/// Fills a described network with the tensors of a checkpoint.
///
/// # Errors
/// [`ImportError`]: a tensor is missing, has another shape, or holds a value that is not finite.
pub fn import(description: &Description, tensors: &Tensors) -> Result<Imported, ImportError> {
    let placed = description.expand()?;
    let mut import = Import { tensors, used: BTreeSet::new(), warnings: Vec::new() };
    import.require_all(description, &plan::needs(&placed, 1.0))?;
    let layers = placed.iter().enumerate().map(|(position, layer)| import.layer(description, position, layer));
    let layers = layers.collect::<Result<_, _>>()?;
    import.warn_of_unused(description);
    Ok(Imported { network: FloatNetwork { description: description.clone(), layers }, warnings: import.warnings })
}

pub(super) struct Import<'a> {
    tensors: &'a Tensors,
    used: BTreeSet<&'a str>,
    pub(super) warnings: Vec<ImportWarning>,
}

impl<'a> Import<'a> {
    fn find(&self, need: &Need) -> Option<(&'a str, &'a Tensor)> {
        need.names.iter().find_map(|name| self.tensors.0.get_key_value(name)).map(|(name, t)| (name.as_str(), t))
    }

    /// Fails with the first missing tensor, and says how many are there.
    fn require_all(&self, description: &Description, needs: &[Need]) -> Result<(), ImportError> {
        let required = || needs.iter().filter(|need| !need.optional);
        let Some(missing) = required().find(|need| self.find(need).is_none()) else { return Ok(()) };
        let tensor = missing.names[0].clone();
        let names = || self.tensors.0.keys().map(String::as_str);
        let prefix_of = |name: &'a str| {
            missing.names.iter().filter_map(|n| name.strip_suffix(n)).find(|prefix| prefix.ends_with('.'))
        };
        let prefixed = names().find_map(|name| Some((name, prefix_of(name)?)));
        let closest = prefixed.map(|(name, _)| name).or_else(|| closest(&tensor, names()));
        Err(ImportError::Missing {
            layer: missing.layer,
            network: description.name.clone(),
            found: required().filter(|need| self.find(need).is_some()).count(),
            needed: required().count(),
            closest: closest.map(str::to_owned),
            prefix: prefixed.map(|(_, prefix)| prefix.to_owned()),
            tensor,
        })
    }

    /// The values of a tensor that is there, checked; `None` where an optional one is not.
    pub(super) fn take(&mut self, need: &Need) -> Result<Option<(&'a str, &'a [f32])>, ImportError> {
        let Some((name, tensor)) = self.find(need) else { return Ok(None) };
        self.used.insert(name);
        if !need.shape.fits(&tensor.shape) {
            let (found, expected) = (tensor.shape.clone(), need.shape.usual());
            return Err(ImportError::Shape { tensor: name.into(), found, expected });
        }
        match tensor.values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            Some((index, &value)) => {
                Err(ImportError::Value { tensor: name.into(), index, value, expected: "a finite number" })
            }
            None => Ok(Some((name, &tensor.values))),
        }
    }

    pub(super) fn required(&mut self, need: &Need) -> Result<(&'a str, &'a [f32]), ImportError> {
        Ok(self.take(need)?.expect("every required tensor was found before the first was taken"))
    }

    fn layer(
        &mut self,
        description: &Description,
        position: usize,
        layer: &PlacedLayer,
    ) -> Result<FloatLayer, ImportError> {
        Ok(match layer {
            PlacedLayer::Conv(placed) => FloatLayer::Conv(self.conv(description, position, placed)?),
            PlacedLayer::BinaryConv(placed) => {
                FloatLayer::BinaryConv(self.binary_conv(description, position, placed)?)
            }
            PlacedLayer::Concat { parts } => FloatLayer::Concat { parts: parts.clone() },
            PlacedLayer::Attention(placed) => FloatLayer::Attention(self.attention(description, position, placed)?),
            PlacedLayer::LongSkip { from } => FloatLayer::LongSkip { from: *from },
            PlacedLayer::PixelShuffle { scale } => FloatLayer::PixelShuffle { scale: *scale },
        })
    }

    fn conv(
        &mut self,
        description: &Description,
        position: usize,
        placed: &PlacedConv,
    ) -> Result<FloatConv, ImportError> {
        let needs = plan::Conv::new(position, placed, 1.0);
        let shape = (placed.output, placed.input, placed.kernel, placed.kernel);
        let (tensor, weight) = self.required(&needs.weight)?;
        let mut weight = Array4::from_shape_vec(shape, weight.to_vec()).expect("the shape was checked");
        let mut folded = Folded::identity(placed.output);
        folded.add(self.take(&needs.bias)?.map_or(&[][..], |(_, values)| values));
        if let Some(norm) = &needs.norm {
            folded.norm(self, description.bn_eps, norm)?;
        }
        folded.offset.iter_mut().for_each(|v| *v *= description.divisor);
        Zip::from(weight.axis_iter_mut(Axis(0)))
            .and(&folded.scale)
            .for_each(|mut weight, &scale| weight.mapv_inplace(|w| (f64::from(w) * scale) as f32));
        let (_, bias) = folded.in_f32(tensor)?;
        let activation = activation(self, placed.activation, needs.slope.as_ref(), placed.output)?;
        Ok(FloatConv { name: placed.name.clone(), weight, bias, skip: placed.skip.clone(), activation })
    }

    fn warn_of_unused(&mut self, description: &Description) {
        let ignored = |name: &str| description.ignored_tensors.iter().any(|pattern| matches(pattern, name));
        let unused = self.tensors.0.keys().filter(|name| !self.used.contains(name.as_str()) && !ignored(name));
        self.warnings.extend(unused.map(|tensor| ImportWarning::Unused { tensor: tensor.clone() }));
    }
}

/// A described activation with its trained slopes.
pub(super) fn activation(
    import: &mut Import,
    activation: Option<Activation>,
    slope: Option<&Need>,
    channels: usize,
) -> Result<Option<FloatActivation>, ImportError> {
    Ok(match (activation, slope) {
        (Some(Activation::LeakyRelu(slope)), _) => Some(FloatActivation::LeakyRelu(slope)),
        (Some(Activation::Prelu), Some(need)) => {
            Some(FloatActivation::Prelu(broadcast(import.required(need)?.1, channels)))
        }
        (Some(Activation::Prelu), None) | (None, _) => None,
    })
}

/// Whether `name` is `pattern`, in which a `*` at either end stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => name.contains(pattern.trim_matches('*')),
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == pattern,
    }
}
