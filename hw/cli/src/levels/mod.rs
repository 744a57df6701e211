//! `hw levels`: LUT levels between registers, over the netlist that Yosys makes.

mod depth;
mod netlist;
mod table;

use crate::args::{Levels, Part};
use crate::failure::Failure;
use crate::{generate, yosys};
use bsr_hw::Design;
use depth::{Depths, End};
use netlist::{Net, Netlist};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Deepest ways that are told, one a kind of place.
const TOLD: usize = 8;

/// The levels of a part.
#[derive(Serialize)]
struct Told {
    part: Part,
    module: &'static str,
    tool: String,
    cells: usize,
    /// The most levels of a way.
    levels: u32,
    /// How many ends ways of so many levels have.
    ends: BTreeMap<u32, usize>,
    deepest: Vec<Way>,
}

/// A longest way.
#[derive(Serialize)]
struct Way {
    levels: u32,
    /// The cell where it ends.
    end: String,
    /// From its start, each net with the primitive that drives it.
    through: Vec<String>,
}

/// Counts levels; true if no way has more than was asked for.
pub(crate) fn run(options: &Levels) -> Result<bool, Failure> {
    let subject = generate::subject(&options.network, &options.engine)?;
    let yosys = yosys::Yosys::find()?;
    let told = tell(options.part, &subject.design, &yosys)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&told).expect("string keys and finite numbers"));
    } else {
        print!("{}", summary(&told));
    }
    Ok(options.most.is_none_or(|most| told.levels <= most))
}

fn tell(part: Part, design: &Design, yosys: &yosys::Yosys) -> Result<Told, Failure> {
    let module = part.module();
    let json = yosys.flat_netlist(design, module)?;
    let netlist = Netlist::parse(&json, module)
        .map_err(|error| unreadable("the netlist is not what Yosys 0.70 writes").because(error))?
        .ok_or_else(|| unreadable(&format!("the netlist has no module `{module}`")))?;
    let mut depths = Depths::new(&netlist);
    let mut ends = depths.ends().map_err(|found| unreadable(&format!("`{}` is in a loop", found.cell)))?;
    ends.sort_by(|a, b| b.levels.cmp(&a.levels).then_with(|| a.reader.cmp(&b.reader)));
    let mut count = BTreeMap::new();
    ends.iter().for_each(|end| *count.entry(end.levels).or_insert(0) += 1);
    let mut places = BTreeSet::new();
    let deepest = ends.iter().filter(|end| places.insert(place(&depths, &netlist, end))).take(TOLD);
    let deepest = deepest.map(|end| way(&depths, &netlist, end)).collect();
    Ok(Told {
        part,
        module,
        tool: yosys.description().to_owned(),
        cells: netlist.cells.len(),
        levels: ends.first().map_or(0, |end| end.levels),
        ends: count,
        deepest,
    })
}

fn unreadable(what: &str) -> Failure {
    Failure::new(what, "install the pinned Yosys: tools/install.sh")
}

fn name(depths: &Depths, netlist: &Netlist, net: Net) -> String {
    let named = netlist.names.get(&net).cloned();
    named.or_else(|| depths.driver(net).map(|cell| cell.name.clone())).unwrap_or_else(|| net.to_string())
}

/// Where a way starts and ends, without numbers: the lanes and bits of one place are told once.
fn place(depths: &Depths, netlist: &Netlist, end: &End) -> String {
    let way = depths.way(end);
    let nets = [way.first(), way.last()].into_iter().flatten();
    let text: Vec<_> = nets.map(|net| name(depths, netlist, *net)).collect();
    text.join(" ").chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn way(depths: &Depths, netlist: &Netlist, end: &End) -> Way {
    let step = |net: &Net| match depths.driver(*net) {
        Some(cell) => format!("{} {}", cell.kind, name(depths, netlist, *net)),
        None => format!("input {}", name(depths, netlist, *net)),
    };
    Way { levels: end.levels, end: end.reader.clone(), through: depths.way(end).iter().map(step).collect() }
}

/// For people.
fn summary(told: &Told) -> String {
    let mut text = format!(
        "{}: {} LUT levels between registers at most, {} cells by {}\n",
        told.module, told.levels, told.cells, told.tool
    );
    for (levels, ends) in &told.ends {
        let _ = writeln!(text, "  {levels} level(s): {ends} ends");
    }
    for way in &told.deepest {
        let _ = writeln!(text, "{} level(s) to {}\n    {}", way.levels, way.end, way.through.join("\n    "));
    }
    text
}
