//! Attention, and what enlarges pictures.

use super::{
    Checked,
    conv::{validate_conv, validate_gap},
    flow::Flow,
    require,
};
use crate::integer::{Attention, Enlarge, PictureTail};

pub(super) fn validate_attention(flow: &Flow, attention: &Attention) -> Checked {
    let Attention { name, gap, reduce, expand, skip } = attention;
    let channels = flow.now.channels;
    require(flow.network.sigmoid.is_some(), name, "sigmoid table of the network", "missing", "there for an attention")?;
    validate_gap(name, *gap)?;
    validate_conv(reduce, channels, flow.peak())?;
    let (hidden, _, kernel, _) = reduce.weight.dim();
    require(kernel == 1, name, "kernel", kernel, 1)?;
    validate_conv(expand, hidden, flow.peak())?;
    let (outputs, _, kernel, _) = expand.weight.dim();
    require(kernel == 1 && outputs == channels, name, "number of output channels", outputs, channels)?;
    require(expand.activation.is_none(), name, "activation after the second layer", "there", "none")?;
    flow.skip(name, skip, channels)
}

pub(super) fn validate_picture_tail(flow: &Flow, tail: &PictureTail) -> Checked {
    let PictureTail { conv, enlarge } = tail;
    let (name, input) = (&conv.name, &flow.network.input);
    validate_enlarge(name, enlarge)?;
    require(conv.activation.is_none(), name, "activation", "there", "none in a tail")?;
    let outputs = conv.weight.dim().0;
    require(outputs == input.mean.len(), name, "number of output channels", outputs, input.mean.len())?;
    require(flow.now.scale == enlarge.scale, name, "scale of the enlarged picture", enlarge.scale, flow.now.scale)?;
    let shifts = input.pixel_shift.max(1)..=22;
    require(shifts.contains(&conv.shift), name, "shift", conv.shift, format!("{shifts:?}"))?;
    let largest = conv.largest_sum(flow.peak()) + (255 << conv.shift);
    require(largest < 1 << 31, name, "largest sum", largest, "less than 2^31")
}

pub(super) fn validate_enlarge(place: &str, enlarge: &Enlarge) -> Checked {
    let Enlarge { scale, weight } = enlarge;
    require((1..=4).contains(scale), place, "scale of the enlarged picture", scale, "1 to 4")?;
    require(weight.len() == *scale, place, "number of phases", weight.len(), scale)?;
    let one =
        |row: &[i32; 5]| row.iter().try_fold(0_i32, |sum, &w| sum.checked_add(w)) == Some(1 << Enlarge::WEIGHT_BITS);
    let small = |row: &[i32; 5]| row.iter().all(|w| w.unsigned_abs() <= 2 << Enlarge::WEIGHT_BITS);
    let fits = weight.iter().all(|row| small(row) && one(row));
    require(fits, place, "weights of a phase", format!("{weight:?}"), "at most 2048 each, 1024 in all")
}
