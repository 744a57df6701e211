//! Attention, and what enlarges pictures.

use bsr_model::integer::{Attention, Enlarge, Gap, PictureTail};

use super::{NetworkError, conv::check_conv, conv::check_sum, count, flow::Flow, in_range};

/// Proves an attention that reads the stream.
pub(super) fn check_attention(flow: &Flow, attention: &Attention) -> Result<(), NetworkError> {
    let Attention { name, gap, reduce, expand, .. } = attention;
    if flow.network.sigmoid.is_none() {
        return Err(NetworkError::NoSigmoid { layer: name.clone() });
    }
    check_gap(name, *gap)?;
    let (hidden, _, side, _) = reduce.weight.dim();
    count(name, "rows of a kernel", side, 1)?;
    check_conv(reduce, &flow.largest_values(), true)?;
    let (outputs, _, side, _) = expand.weight.dim();
    count(name, "rows of a kernel", side, 1)?;
    count(name, "output channels", outputs, flow.channels())?;
    check_conv(expand, &vec![1 << (flow.network.formats.stream_bits - 1); hidden], false)
}

/// Proves what a tail adds.
pub(super) fn check_picture_tail(flow: &Flow, tail: &PictureTail) -> Result<(), NetworkError> {
    let PictureTail { conv, enlarge } = tail;
    let (name, input) = (conv.name.as_str(), &flow.network.input);
    check_enlarge(name, enlarge)?;
    count(name, "output channels", conv.weight.dim().0, input.mean.len())?;
    count(name, "times the size of the LR picture", enlarge.scale, flow.extent.scale)?;
    in_range(name, "shift", conv.shift, i64::from(input.pixel_shift.max(1))..=22)?;
    let largest = flow.largest_values();
    for (channel, weights) in conv.weight.outer_iter().enumerate() {
        let weights = weights.indexed_iter().map(|((i, _, _), &w)| (w, largest[i]));
        // The picture is one more input, of weight 1.
        let picture = std::iter::once((1, 255 << conv.shift));
        check_sum(name, channel, weights.chain(picture), conv.add[channel], conv.shift)?;
    }
    Ok(())
}

/// Proves a filter.
pub(super) fn check_enlarge(layer: &str, enlarge: &Enlarge) -> Result<(), NetworkError> {
    in_range(layer, "times the size of the LR picture", i64::try_from(enlarge.scale).unwrap_or(i64::MAX), 1..=4)?;
    count(layer, "phases", enlarge.weight.len(), enlarge.scale)?;
    let weights = enlarge.weight.iter().flatten();
    weights.copied().try_for_each(|weight| in_range(layer, "weight of a phase", weight, -2048..=2048))?;
    let sums = enlarge.weight.iter().map(|row| row.iter().sum::<i32>());
    sums.into_iter().try_for_each(|sum| in_range(layer, "weights of a phase, in all", sum, 1024..=1024))
}

/// Proves the width of a strip.
pub(super) fn check_gap(layer: &str, gap: Gap) -> Result<(), NetworkError> {
    let columns = if let Gap::Strip(columns) = gap { columns } else { 1 };
    in_range(layer, "columns of a strip", i64::try_from(columns).unwrap_or(i64::MAX), 1..=1 << 16)
}
