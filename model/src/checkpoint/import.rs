//! Tensors into a described network, with batch normalisation folded.
//!
//! `scale = gamma / sqrt(variance + eps)` and `offset = beta + scale * (bias - mean)`, computed in f64. Weights of
//! a binary convolution keep their sign only; sign(0) = +1.

use std::collections::BTreeSet;

use ndarray::{Array4, ArrayView4};

use super::{
    ImportError, ImportWarning, Tensor, Tensors,
    plan::{self, Need},
};
use crate::{
    closest::closest,
    description::{Activation, Affine, Description, PlacedBinaryConv, PlacedConv, PlacedLayer, Skip},
    float::{FloatBinaryConv, FloatConv, FloatLayer, FloatNetwork},
    integer::SignWeights,
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
    import.require_all(description, &plan::needs(&placed))?;
    let layers = placed.iter().enumerate().map(|(position, layer)| import.layer(description, position, layer));
    let layers = layers.collect::<Result<_, _>>()?;
    import.warn_of_unused(description);
    Ok(Imported { network: FloatNetwork { description: description.clone(), layers }, warnings: import.warnings })
}

struct Import<'a> {
    tensors: &'a Tensors,
    used: BTreeSet<&'a str>,
    warnings: Vec<ImportWarning>,
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
    fn take(&mut self, need: &Need) -> Result<Option<(&'a str, &'a [f32])>, ImportError> {
        let Some((name, tensor)) = self.find(need) else { return Ok(None) };
        self.used.insert(name);
        if tensor.shape != need.shape {
            let (found, expected) = (tensor.shape.clone(), need.shape.clone());
            return Err(ImportError::Shape { tensor: name.into(), found, expected });
        }
        match tensor.values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            Some((index, &value)) => {
                Err(ImportError::Value { tensor: name.into(), index, value, expected: "a finite number" })
            }
            None => Ok(Some((name, &tensor.values))),
        }
    }

    fn required(&mut self, need: &Need) -> Result<(&'a str, &'a [f32]), ImportError> {
        Ok(self.take(need)?.expect("every required tensor was found before the first was taken"))
    }

    fn layer(
        &mut self,
        description: &Description,
        position: usize,
        layer: &PlacedLayer,
    ) -> Result<FloatLayer, ImportError> {
        Ok(match layer {
            PlacedLayer::Conv(placed) => FloatLayer::Conv(self.conv(position, placed)?),
            PlacedLayer::BinaryConv(placed) => {
                FloatLayer::BinaryConv(self.binary_conv(description.bn_eps, position, placed)?)
            }
            PlacedLayer::LongSkip { from } => FloatLayer::LongSkip { from: *from },
            PlacedLayer::PixelShuffle => FloatLayer::PixelShuffle,
        })
    }

    fn conv(&mut self, position: usize, placed: &PlacedConv) -> Result<FloatConv, ImportError> {
        let [weight, bias] = plan::conv(position, placed);
        let shape = (placed.output, placed.input, placed.kernel, placed.kernel);
        let weight = Array4::from_shape_vec(shape, self.required(&weight)?.1.to_vec()).expect("the shape was checked");
        Ok(FloatConv { name: placed.name.clone(), weight, bias: self.required(&bias)?.1.to_vec() })
    }

    fn binary_conv(
        &mut self,
        eps: f64,
        position: usize,
        placed: &PlacedBinaryConv,
    ) -> Result<FloatBinaryConv, ImportError> {
        let Affine::BatchNorm = placed.affine;
        let Skip::Identity = placed.skip;
        let needs = plan::Stage::new(position, placed);
        let weight = self.signs(&needs.weight, placed)?;
        let (scale, offset) = self.fold(eps, &needs)?;
        let threshold = match &needs.threshold {
            Some(need) => self.required(need)?.1.to_vec(),
            None => vec![0.0; placed.channels],
        };
        let leaky_relu = placed.activation.map(|Activation::LeakyRelu(slope)| slope);
        Ok(FloatBinaryConv { name: placed.name.clone(), weight, threshold, scale, offset, leaky_relu })
    }

    fn signs(&mut self, need: &Need, placed: &PlacedBinaryConv) -> Result<SignWeights, ImportError> {
        let (channels, kernel) = (placed.channels, placed.kernel);
        let (tensor, values) = self.required(need)?;
        let count = values.iter().filter(|&&w| w == 0.0).count();
        if count > 0 {
            self.warnings.push(ImportWarning::ZeroSigns { tensor: tensor.into(), count });
        }
        let weight =
            ArrayView4::from_shape((channels, channels, kernel, kernel), values).expect("the shape was checked");
        Ok(SignWeights::from_fn(channels, channels, kernel, |oc, ic, ky, kx| weight[[oc, ic, ky, kx]] >= 0.0))
    }

    /// Scale and offset of a stage's batch normalisation.
    fn fold(&mut self, eps: f64, needs: &plan::Stage) -> Result<(Vec<f32>, Vec<f32>), ImportError> {
        let bias = self.take(&needs.bias)?.map(|(_, values)| values);
        let (gamma_name, gamma) = self.required(&needs.gamma)?;
        let (beta, mean) = (self.required(&needs.beta)?.1, self.required(&needs.mean)?.1);
        let (variance_name, variance) = self.required(&needs.variance)?;
        let mut folded = (Vec::with_capacity(gamma.len()), Vec::with_capacity(gamma.len()));
        for index in 0..gamma.len() {
            let value = variance[index];
            if value < 0.0 {
                let expected = "a variance of at least 0";
                return Err(ImportError::Value { tensor: variance_name.into(), index, value, expected });
            }
            let scale = f64::from(gamma[index]) / (f64::from(value) + eps).sqrt();
            let bias = bias.map_or(0.0, |bias| f64::from(bias[index]));
            let offset = f64::from(beta[index]) + scale * (bias - f64::from(mean[index]));
            if !(scale as f32).is_finite() || !(offset as f32).is_finite() {
                let expected = "a factor that stays in the range of f32 when folded";
                return Err(ImportError::Value { tensor: gamma_name.into(), index, value: gamma[index], expected });
            }
            folded.0.push(scale as f32);
            folded.1.push(offset as f32);
        }
        Ok(folded)
    }

    fn warn_of_unused(&mut self, description: &Description) {
        let ignored = |name: &str| description.ignored_tensors.iter().any(|pattern| matches(pattern, name));
        let unused = self.tensors.0.keys().filter(|name| !self.used.contains(name.as_str()) && !ignored(name));
        self.warnings.extend(unused.map(|tensor| ImportWarning::Unused { tensor: tensor.clone() }));
    }
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
