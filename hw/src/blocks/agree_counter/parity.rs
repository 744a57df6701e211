//! The parities that all lanes share: of the activations, column by column and for the whole window, and of a record of
//! weights. Exclusive ors alone; simulators, which count with the plain sum, read 0.

use super::tree::{Item, Tree};
use super::verilog::concatenation;
use crate::blocks::primitives::two_bodies;
use crate::rtl::Module;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Levels of exclusive ors of three in the first of the two cycles of [`weight_parity`].
const FIRST_CYCLE_LEVELS: usize = 3;

/// Place of a column's node in `act_parity1_i` of a window.
pub(super) fn column_index(tree: &Tree, node: usize) -> usize {
    let column = tree.nodes[node].column.expect("the node is in a column");
    let nodes = tree.column_nodes(column);
    column * nodes.len() + nodes.iter().position(|own| *own == node).expect("it is one of the column's")
}

/// A bit: of a vector, or by its own name.
type Name = (String, Option<usize>);

/// Exclusive ors, made where they are asked for.
struct Parities<'a> {
    tree: &'a Tree,
    names: BTreeMap<Item, Name>,
    text: String,
}

impl<'a> Parities<'a> {
    fn new(tree: &'a Tree, names: BTreeMap<Item, Name>) -> Self {
        Self { tree, names, text: String::new() }
    }

    /// The items as a vector.
    fn vector(&mut self, items: &[Item]) -> String {
        self.make(items);
        concatenation(runs(items.iter().map(|item| &self.names[item])))
    }

    /// Makes the parities that have no name yet, those of a batch together.
    fn make(&mut self, items: &[Item]) {
        let mut batches: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for item in items.iter().filter(|item| !self.names.contains_key(item)) {
            let Item::Node(node) = *item else { unreachable!("every tap has a name") };
            batches.entry(self.tree.nodes[node].batch).or_default().push(node);
        }
        for (_, mut nodes) in batches {
            nodes.sort_unstable();
            nodes.dedup();
            let children = |k: usize| nodes.iter().map(|&node| self.tree.nodes[node].children[k]).collect::<Vec<_>>();
            let operands: Vec<_> = (0..self.tree.nodes[nodes[0]].children.len()).map(children).collect();
            let operands: Vec<_> = operands.iter().map(|items| self.vector(items)).collect();
            let name = format!("node{}", nodes[0]);
            let range = if nodes.len() > 1 { format!("[{}:0] ", nodes.len() - 1) } else { String::new() };
            self.text += &format!("wire {range}{name} = {};\n", operands.join(" ^ "));
            let place = |k: usize| (nodes.len() > 1).then_some(k);
            self.names.extend(nodes.iter().enumerate().map(|(k, &node)| (Item::Node(node), (name.clone(), place(k)))));
        }
    }
}

/// Bits, lowest first, as the parts of a concatenation; neighbours in a vector are one part.
fn runs<'a>(bits: impl Iterator<Item = &'a Name>) -> Vec<String> {
    let mut runs: Vec<(String, Option<(usize, usize)>)> = vec![];
    for (name, place) in bits {
        match (runs.last_mut(), place) {
            (Some((last, Some((_, top)))), Some(place)) if last == name && *top + 1 == *place => *top = *place,
            _ => runs.push((name.clone(), place.map(|place| (place, place)))),
        }
    }
    let text = |(name, range): (String, Option<(usize, usize)>)| match range {
        None => name,
        Some((low, top)) if low == top => format!("{name}[{low}]"),
        Some((low, top)) => format!("{name}[{top}:{low}]"),
    };
    runs.into_iter().rev().map(text).collect()
}

/// Taps as bits of a vector.
fn tap_names(vector: &str, taps: usize) -> BTreeMap<Item, Name> {
    (0..taps).map(|tap| (Item::Tap(tap), (vector.to_owned(), (taps > 1).then_some(tap)))).collect()
}

/// Registered items as bits of a vector.
fn register_names(register: &str, items: &[Item]) -> BTreeMap<Item, Name> {
    items.iter().enumerate().map(|(k, &item)| (item, (register.to_owned(), Some(k)))).collect()
}

fn unread(ports: &str) -> String {
    format!("wire unused_inputs = &{{1'b0, {ports}}};\n")
}

/// `parity_o` of the signs of one window column; `None` where no node lies in a column.
pub(super) fn column_parity(tree: &Tree) -> Option<Rc<Module>> {
    let nodes: Vec<_> = tree.column_nodes(0).into_iter().map(Item::Node).collect();
    if nodes.is_empty() {
        return None;
    }
    let about = format!(
        "Parities of groups of the {} signs of a window column: {} groups of up to 9, for the popcounts of all lanes.\n\
         Simulators read 0, which nothing reads then.",
        tree.channels,
        nodes.len()
    );
    let mut m = Module::new(format!("column_parity_{}", tree.channels), about);
    m.input("signs_i", tree.channels);
    m.output_port("parity_o", nodes.len(), false);
    let mut parities = Parities::new(tree, tap_names("signs_i", tree.channels));
    let vector = parities.vector(&nodes);
    let plain = format!("\nassign parity_o = {}'d0;\n{}", nodes.len(), unread("signs_i"));
    let structural = format!("\n{}\nassign parity_o = {vector};\n", parities.text);
    m.custom(two_bodies(&plain, &structural));
    Some(Rc::new(m))
}

/// Items that are registered at the end of each cycle before the last: those that later cycles read or are made of.
fn kept(tree: &Tree) -> Vec<Vec<Item>> {
    let mut kept: Vec<Vec<Item>> = vec![vec![]; tree.times];
    for time in (2..=tree.times).rev() {
        let mut items = tree.read(time);
        items.extend(kept.get(time).into_iter().flatten().flat_map(|&item| sources(tree, item, time)));
        items.sort_unstable();
        items.dedup();
        kept[time - 1] = items;
    }
    kept
}

/// What an item is made of that is there in a cycle: itself, or its children's sources.
fn sources(tree: &Tree, item: Item, time: usize) -> Vec<Item> {
    match item {
        Item::Node(node) if tree.time(item) > time => {
            tree.nodes[node].children.iter().flat_map(|&child| sources(tree, child, time)).collect()
        }
        _ => vec![item],
    }
}

/// The parities of a window that come after its taps, `act_parity2_o` one cycle later and so on; `None` where all come
/// with the taps.
pub(super) fn window_parity(tree: &Tree) -> Option<Rc<Module>> {
    if tree.times == 1 {
        return None;
    }
    let about = format!(
        "Parities of groups of the {} signs of a window that span columns or are large, for the popcounts of all lanes:\n\
         act_parity2_o one cycle after the signs, and so on. Simulators read 0, which nothing reads then.",
        tree.taps()
    );
    let mut m = Module::new(format!("window_parity_{}", tree.taps()), about);
    m.input("clk_i", 1);
    m.input("act_i", tree.taps());
    let nodes = tree.column_nodes(0).len() * tree.columns;
    let mut ports = "clk_i, act_i".to_owned();
    let mut names = tap_names("act_i", tree.taps());
    if nodes > 0 {
        m.input("act_parity1_i", nodes);
        ports += ", act_parity1_i";
        for node in (0..tree.columns).flat_map(|column| tree.column_nodes(column)) {
            let place = (nodes > 1).then_some(column_index(tree, node));
            names.insert(Item::Node(node), ("act_parity1_i".into(), place));
        }
    }
    let (mut plain, mut structural) = (String::from("\n"), String::from("\n"));
    for (time, items) in (2..).zip(&kept(tree)[1..]) {
        let read = tree.read(time);
        m.output_port(&format!("act_parity{time}_o"), read.len(), false);
        plain += &format!("assign act_parity{time}_o = {}'d0;\n", read.len());
        let mut parities = Parities::new(tree, names);
        let vector = parities.vector(items);
        structural += &format!(
            "{}reg [{}:0] time{time}_q;\n\nalways @(posedge clk_i) time{time}_q <= {vector};\n\n",
            parities.text,
            items.len() - 1
        );
        names = register_names(&format!("time{time}_q"), items);
        let output = Parities::new(tree, names.clone()).vector(&read);
        structural += &format!("assign act_parity{time}_o = {output};\n\n");
    }
    plain += &unread(&ports);
    m.custom(two_bodies(&plain, &structural));
    Some(Rc::new(m))
}

/// The parities of a record of weights that a lane keeps, `wgt_parity1_o` and so on, all two cycles later: of every item
/// the exclusive or of its inverted weights. `None` where a lane needs none.
pub(super) fn weight_parity(tree: &Tree) -> Option<Rc<Module>> {
    let read: Vec<_> = (1..=tree.times).map(|time| (time, tree.read(time))).filter(|(_, r)| !r.is_empty()).collect();
    if read.is_empty() {
        return None;
    }
    let about = format!(
        "Parities of groups of {} weights, inverted, as the lanes keep them, two cycles after the weights.\n\
         Simulators read 0, which nothing reads then.",
        tree.taps()
    );
    let mut m = Module::new(format!("weight_parity_{}", tree.taps()), about);
    m.input("clk_i", 1);
    m.input("wgt_i", tree.taps());
    let mut plain = String::from("\n");
    for (time, items) in &read {
        m.output_port(&format!("wgt_parity{time}_o"), items.len(), false);
        plain += &format!("assign wgt_parity{time}_o = {}'d0;\n", items.len());
    }
    plain += &unread("clk_i, wgt_i");
    let first = first_cycle(tree, read.iter().flat_map(|(_, items)| items.iter().copied()));
    let mut parities = Parities::new(tree, tap_names("inverted", tree.taps()));
    let vector = parities.vector(&first);
    let mut text = format!(
        "\nwire [{}:0] inverted = ~wgt_i;\n{}reg [{}:0] first_q;\n\nalways @(posedge clk_i) first_q <= {vector};\n\n",
        tree.taps() - 1,
        parities.text,
        first.len() - 1
    );
    let mut parities = Parities::new(tree, register_names("first_q", &first));
    let mut second = String::new();
    for (time, items) in &read {
        let (top, vector) = (items.len() - 1, parities.vector(items));
        second += &format!(
            "reg [{top}:0] parity{time}_q;\n\nalways @(posedge clk_i) parity{time}_q <= {vector};\n\n\
             assign wgt_parity{time}_o = parity{time}_q;\n\n"
        );
    }
    text += &parities.text;
    text += &second;
    m.custom(two_bodies(&plain, &text));
    Some(Rc::new(m))
}

/// An item, or what it is made of that is low enough for the first cycle.
fn small(tree: &Tree, item: Item) -> Vec<Item> {
    match item {
        Item::Node(node) if tree.level(item) > FIRST_CYCLE_LEVELS => {
            tree.nodes[node].children.iter().flat_map(|&child| small(tree, child)).collect()
        }
        _ => vec![item],
    }
}

/// LUTs of [`column_parity`]: synthesis takes the shortest path, and so two for a node of up to nine taps.
pub(super) fn column_lut(tree: &Tree) -> usize {
    tree.column_nodes(0).into_iter().map(|node| if tree.reads_taps(node) { 1 } else { 2 }).sum()
}

/// LUTs and flip-flops of [`window_parity`]: an exclusive or a node that does not come with the taps, but the root, and
/// a third more for short paths.
pub(super) fn window_cost(tree: &Tree) -> (usize, usize) {
    if tree.times == 1 {
        return (0, 0);
    }
    let early: usize = (0..tree.columns).map(|column| tree.column_nodes(column).len()).sum();
    ((4 * (tree.nodes.len() - early - 1)).div_ceil(3), kept(tree).iter().map(Vec::len).sum())
}

/// LUTs and flip-flops of [`weight_parity`]: an exclusive or a node but the root, an inverter a tap that is kept.
pub(super) fn weight_cost(tree: &Tree) -> (usize, usize) {
    let items: Vec<_> = (1..=tree.times).flat_map(|time| tree.read(time)).collect();
    let first = first_cycle(tree, items.iter().copied());
    let taps = items.iter().filter(|item| matches!(item, Item::Tap(_))).count();
    (tree.nodes.len().saturating_sub(1) + taps, first.len() + items.len())
}

/// Items that are registered at the end of the first cycle of [`weight_parity`].
fn first_cycle(tree: &Tree, items: impl Iterator<Item = Item>) -> Vec<Item> {
    let mut first: Vec<_> = items.flat_map(|item| small(tree, item)).collect();
    first.sort_unstable();
    first.dedup();
    first
}
