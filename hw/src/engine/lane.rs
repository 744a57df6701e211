//! One lane: one output channel of `G` pixels, from the window of signs to the stream and its sign.

use crate::blocks::{add_multiply_add, multiply_add};
use crate::geometry::{BRANCH_SHIFT, BRANCH_SLOPE_BITS, FACTOR_BITS, Geometry, MUL_BITS, SIGMOID_BITS};
use crate::rtl::{Expr, Module, cat, choose, lit, slit};
use std::rc::Rc;

/// Parameters of a lane in two copies: the shadow is loaded during a pass, the active one is swapped in when the
/// first slot of the next pass arrives at the stage that reads it.
fn double_buffered(m: &mut Module, name: &str, width: usize, signed: bool) -> Expr {
    let load = m.input(&format!("{name}_load_i"), 1);
    let swap = m.input(&format!("{name}_swap_i"), 1);
    let data_name = format!("{name}_data_i");
    let data = if signed { m.input_signed(&data_name, width) } else { m.input(&data_name, width) };
    let shadow = m.register_free(&format!("{name}_shadow_q"), width, signed);
    m.drive_when(&shadow, &load, &data);
    let active = m.register_free(&format!("{name}_q"), width, signed);
    m.drive_when(&active, &swap, &shadow.q);
    active.q
}

/// What the head writes in place of the lane's values, and when: the stream, and a cycle later its sign.
struct Edge {
    now: Expr,
    late: Expr,
    y: Expr,
    sign: Expr,
}

/// Parities of the activations of all pixels, as `(port of the popcount, input of the lane)`.
fn act_parities(m: &mut Module, g: &Geometry) -> Vec<(String, Expr)> {
    act_parity_ports(g)
        .into_iter()
        .map(|(time, bits)| {
            let port = format!("act_parity{time}_i");
            let input = m.input(&port, g.pixels * bits);
            (port, input)
        })
        .collect()
}

/// `(cycle, bits a pixel)` of the activation parities that a lane reads.
pub(super) fn act_parity_ports(g: &Geometry) -> Vec<(usize, usize)> {
    let popcount = g.popcount();
    let columns = Some((1, 9 * popcount.column_parities())).filter(|(_, bits)| *bits > 0);
    columns.into_iter().chain(popcount.late_parities()).collect()
}

/// What happens between the affine and the skip, in the words of the lane's header.
fn before_the_skip(g: &Geometry) -> String {
    let factor = if g.spatial { ", then t = round(t * factor)" } else { "" };
    let branch = if g.branch { ", then t = t < 0 ? round(t * slope) + offset : t + offset" } else { "" };
    format!("{factor}{branch}")
}

/// The lane.
pub(super) fn lane(g: &Geometry) -> Rc<Module> {
    let (k, b, cs) = (g.taps, g.stream_bits, g.popcount_stages);
    let about = format!(
        "One lane: one output channel of {} pixel(s) a cycle.\n\
         dot = 2 * agree - {k} + correction, the sum over the valid taps of (+-1)(+-1);\n\
         t = (mul * dot + add + half) >> {}{}, v = saturate(x + t), y = v < 0 and activate ? floor(v * slope) : v, \
         sign = (y >= threshold).\n\
         The constants -{k} * mul and half are inside add. Latency {} from window_i to y_o, II 1.\n\
         With edge_i the head's values take the place of y and sign.",
        g.pixels,
        g.affine_shift,
        before_the_skip(g),
        cs + g.factor_cycles() + g.branch_cycles() + 9
    );
    let mut m = Module::new("lane", about);
    m.input("clk_i", 1);
    let window = m.input("window_i", g.pixels * k);
    let missing_left = m.input("missing_left_i", g.pixels);
    let missing_right = m.input("missing_right_i", g.pixels);
    let x = m.input("x_i", g.pixels * g.skip_bits());
    let factors = g.spatial.then(|| m.input("factors_i", g.pixels * FACTOR_BITS));
    let activate = m.input("activate_i", 1);
    let edge = Edge {
        now: m.input("edge_i", 1),
        late: m.input("edge_late_i", 1),
        y: m.input("head_y_i", g.pixels * b),
        sign: m.input("head_sign_i", g.pixels),
    };
    let parities = act_parities(&mut m, g);
    let weight = double_buffered(&mut m, "weight", k, false);
    let weight_parities: Vec<_> = g
        .popcount()
        .weight_parities()
        .into_iter()
        .map(|(time, bits)| {
            (format!("wgt_parity{time}_i"), double_buffered(&mut m, &format!("parity{time}"), bits, false))
        })
        .collect();
    let correction = correction_parameters(&mut m, g);
    let mul = double_buffered(&mut m, "mul", MUL_BITS, true);
    let add = double_buffered(&mut m, "add", g.addend_bits(), true);
    let branch = g.branch.then(|| Branch {
        slope: double_buffered(&mut m, "slope", BRANCH_SLOPE_BITS, true),
        offset: double_buffered(&mut m, "offset", g.branch_addend_bits(), true),
    });
    let threshold = double_buffered(&mut m, "threshold", g.threshold_bits(), true);
    let threshold = m.delay("threshold_late_q", &threshold);
    let counter = g.popcount().counter();
    let (mut stream, mut signs) = (vec![], vec![]);
    for pixel in 0..g.pixels {
        m.section(&format!("Pixel {pixel}: agree, dot, affine."));
        let act = window.slice(pixel * k, k);
        let shared: Vec<_> = parities
            .iter()
            .map(|(port, all)| {
                let bits = all.width() / g.pixels;
                (port, all.slice(pixel * bits, bits))
            })
            .collect();
        let mut inputs = vec![("act_i", &act), ("wgt_i", &weight)];
        inputs.extend(shared.iter().map(|(port, parity)| (port.as_str(), parity)));
        inputs.extend(weight_parities.iter().map(|(port, parity)| (port.as_str(), parity)));
        let agree = m.instance(&format!("agree{pixel}"), &counter, &inputs, &["agree_o"]);
        let missing = (missing_left.slice(pixel, 1), missing_right.slice(pixel, 1));
        let border = border_correction(&mut m, pixel, &correction, &missing);
        let twice = m.wire(&format!("twice{pixel}"), &agree[0].shifted_left(1).to_signed(g.dot_bits()));
        // Together they are the dot.
        let summands = [("b_i", &twice), ("d_i", &border.extend(g.dot_bits()))];
        let affine = add_multiply_add(MUL_BITS, g.dot_bits(), g.addend_bits());
        let inputs = [[("a_i", &mul), ("c_i", &add)], summands].concat();
        let sum = m.instance(&format!("affine{pixel}"), &affine, &inputs, &["sum_o"]);
        let x = m.wire(&format!("x{pixel}"), &x.slice(pixel * g.skip_bits(), g.skip_bits()).signed());
        let t = shift(&mut m, &format!("t{pixel}"), &sum[0], g.affine_shift);
        let t = match &factors {
            Some(factors) => scale(&mut m, g, pixel, &t, &factors.slice(pixel * FACTOR_BITS, FACTOR_BITS)),
            None => t,
        };
        let t = match &branch {
            Some(parameters) => parameters.apply(&mut m, g, pixel, &t),
            None => t,
        };
        let v = skip_add(&mut m, g, pixel, &t, &x);
        let y = activation(&mut m, g, pixel, &v, &activate);
        let y = choose(&edge.now, &edge.y.slice(pixel * b, b).signed(), &y);
        let y = m.delay(&format!("y{pixel}_q"), &y);
        let sign = m.wire(&format!("sign{pixel}"), &y.extend(b + 1).ge(&threshold));
        let sign = choose(&edge.late, &edge.sign.slice(pixel, 1), &sign);
        signs.push(m.delay(&format!("sign{pixel}_q"), &sign));
        stream.push(m.delay(&format!("y{pixel}_out_q"), &y).unsigned());
    }
    stream.reverse();
    signs.reverse();
    m.output("y_o", &cat(&stream));
    m.output("sign_o", &cat(&signs));
    Rc::new(m)
}

/// What a lane adds for the taps that lie outside the picture, by the columns that are missing: none, the left one, the
/// right one, both.
fn correction_parameters(m: &mut Module, g: &Geometry) -> [Expr; 4] {
    let bits = g.correction_bits();
    let packed = double_buffered(m, "correction", 4 * bits, false);
    let mut k = 0;
    ["none", "left", "right", "both"].map(|name| {
        let part = m.wire(&format!("correction_{name}"), &packed.slice(k * bits, bits).signed());
        k += 1;
        part
    })
}

/// The correction of the pixel's border class, one cycle later.
fn border_correction(m: &mut Module, pixel: usize, correction: &[Expr; 4], missing: &(Expr, Expr)) -> Expr {
    let [none, left, right, both] = correction;
    let at_left = choose(&missing.1, both, left);
    let elsewhere = choose(&missing.1, right, none);
    let border = m.wire(&format!("border{pixel}"), &choose(&missing.0, &at_left, &elsewhere));
    m.delay(&format!("border{pixel}_q"), &border)
}

/// `sum >> amount`, floor, for an amount of the design.
fn shift(m: &mut Module, name: &str, sum: &Expr, amount: usize) -> Expr {
    m.drops(&format!("{name}_fraction"), &sum.slice(0, amount));
    m.wire(name, &sum.shifted_right(amount))
}

/// `round(t * factor)`, with the factor in units of `2^-SIGMOID_BITS` and at most 1, three cycles later.
fn scale(m: &mut Module, g: &Geometry, pixel: usize, t: &Expr, factor: &Expr) -> Expr {
    let bits = g.affine_value_bits();
    let sum_bits = FACTOR_BITS + 1 + bits + 1;
    let factor = m.wire(&format!("factor{pixel}"), &factor.to_signed(FACTOR_BITS + 1));
    let unit = multiply_add(FACTOR_BITS + 1, bits, sum_bits);
    let inputs = [("a_i", &factor), ("b_i", t), ("c_i", &slit(1 << (SIGMOID_BITS - 1), sum_bits))];
    let sum = m.instance(&format!("factor{pixel}"), &unit, &inputs, &["sum_o"]);
    let scaled = shift(m, &format!("scaled_t{pixel}"), &sum[0], SIGMOID_BITS);
    m.drops(&format!("scaled_t{pixel}"), &scaled.slice(bits, scaled.width() - bits));
    m.wire(&format!("factor{pixel}_t"), &scaled.slice(0, bits).signed())
}

/// What a channel does before the skip.
struct Branch {
    /// In units of `2^-BRANCH_SHIFT`; 1 where the stage has no slope.
    slope: Expr,
    /// The offset, shifted up, and the rounding half.
    offset: Expr,
}

impl Branch {
    /// `(t * (t < 0 ? slope : 1) + offset) >> BRANCH_SHIFT`, a multiplier's three cycles later.
    fn apply(&self, m: &mut Module, g: &Geometry, pixel: usize, t: &Expr) -> Expr {
        let one = slit(1 << BRANCH_SHIFT, BRANCH_SLOPE_BITS);
        let slope = choose(&t.bit(t.width() - 1), &self.slope, &one);
        let slope = m.wire(&format!("branch_slope{pixel}"), &slope);
        let unit = multiply_add(BRANCH_SLOPE_BITS, g.affine_value_bits(), g.branch_addend_bits());
        let inputs = [("a_i", &slope), ("b_i", t), ("c_i", &self.offset)];
        let sum = m.instance(&format!("branch{pixel}"), &unit, &inputs, &["sum_o"]);
        shift(m, &format!("branch{pixel}_t"), &sum[0], BRANCH_SHIFT)
    }
}

/// `v = saturate(x + t)`, two cycles later: the only saturation of the stage.
fn skip_add(m: &mut Module, g: &Geometry, pixel: usize, t: &Expr, x: &Expr) -> Expr {
    let b = g.stream_bits;
    let bits = t.width() + 1;
    let v = m.wire(&format!("skip{pixel}"), &(&t.extend(bits) + &x.extend(bits)));
    let v = m.delay(&format!("skip{pixel}_q"), &v);
    let saturated = saturate(m, &format!("skip{pixel}"), &v, b);
    m.delay(&format!("v{pixel}_q"), &saturated)
}

/// Clamps a plain signed signal to `bits`.
pub(super) fn saturate(m: &mut Module, name: &str, value: &Expr, bits: usize) -> Expr {
    let sign = value.bit(value.width() - 1);
    let high = m.wire(&format!("{name}_high"), &value.slice(bits - 1, value.width() - bits + 1));
    let fits = &(!&high.any()) | &high.eq(&crate::rtl::repeat(&lit(1, 1), high.width()));
    let limit = cat(&[sign.clone(), crate::rtl::repeat(&!&sign, bits - 1)]);
    m.wire(&format!("{name}_saturated"), &choose(&fits, &value.slice(0, bits), &limit).signed())
}

/// `v < 0 and activate ? floor(v * slope) : v`, one cycle later, where `activate` is read.
fn activation(m: &mut Module, g: &Geometry, pixel: usize, v: &Expr, activate: &Expr) -> Expr {
    let b = g.stream_bits;
    let late = m.delay(&format!("v{pixel}_late_q"), v);
    let (scaled, shift) = scaled(m, g, pixel, v, &late);
    let scaled = m.wire(&format!("scaled{pixel}"), &scaled);
    let floor = scaled.shifted_right(shift);
    if shift > 0 {
        m.drops(&format!("slope_fraction{pixel}"), &scaled.slice(0, shift));
    }
    let floor = m.wire(&format!("floor{pixel}"), &floor);
    if floor.width() > b {
        m.drops(&format!("floor{pixel}"), &floor.slice(b, floor.width() - b));
    }
    let floor = if floor.width() < b { floor.extend(b) } else { floor.slice(0, b).signed() };
    let negative = &late.bit(b - 1) & activate;
    m.wire(&format!("y{pixel}"), &choose(&negative, &floor, &late))
}

/// `v * slope`, and how far it is to be shifted right. The slope is a sum of few powers of two: all but the lowest are
/// added before a register, `slope = high * 2^up +- 2^low`. A floor of a floor is the floor of the
/// whole, so that a positive last term is added without its bits below `2^up`.
fn scaled(m: &mut Module, g: &Geometry, pixel: usize, v: &Expr, late: &Expr) -> (Expr, usize) {
    let (&(low, negative), others) = g.slope_digits.split_first().expect("a slope is positive");
    let Some(&(up, _)) = others.first() else { return (late.clone(), g.slope_shift - low) };
    let top = others.last().map_or(up, |digit| digit.0);
    let bits = g.stream_bits + top - up + 2;
    let mut term = |place: usize| m.wire(&format!("slope{pixel}_{place}"), &v.shifted_left(place - up)).extend(bits);
    // The highest digit is positive. What starts a carry chain is not inverted, which would take a LUT a bit.
    let mut high = term(top);
    for &(place, negative) in others.iter().rev().skip(1) {
        high = if negative { &high - &term(place) } else { &high + &term(place) };
    }
    let high = m.delay(&format!("slope{pixel}_q"), &high);
    if negative {
        let bits = bits + up - low;
        let high = m.wire(&format!("slope{pixel}_high"), &high.shifted_left(up - low)).extend(bits);
        return (&high - &late.extend(bits), g.slope_shift - low);
    }
    let whole = m.wire(&format!("slope{pixel}_low"), &late.extend(bits + up - low));
    m.drops(&format!("slope{pixel}_low"), &whole.slice(0, up - low));
    let last = m.wire(&format!("slope{pixel}_last"), &whole.shifted_right(up - low));
    (&high + &last, g.slope_shift - up)
}
