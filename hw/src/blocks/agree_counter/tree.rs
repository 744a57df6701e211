//! The groups of taps whose parities are shared by all lanes.
//!
//! The sum bit of a group of XNORs is the parity of its activations, the same for every lane, against the parity of its
//! weights, which changes only when weights load. So a lane needs LUTs for the *carries* of its lowest column alone: a
//! node adds the sum bits of two or three items, and its carry, `majority(act ^ wgt)` over the parities of those items,
//! is one LUT6. Nodes first group the taps of one window column, so that pixels side by side share them too, then what
//! the columns leave over.

/// Levels of the tree whose activation parities arrive with the taps.
const EARLY_LEVELS: usize = 2;
/// Levels of the tree that a cycle adds to the parities of the activations.
const LEVELS_A_CYCLE: usize = 3;
/// The last cycle, counted from 1, in which parities arrive: the loader is not ahead of the weights by more.
const LAST_TIME: usize = 3;

/// What a node adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// A tap.
    Tap(usize),
    /// The sum bit of a node.
    Node(usize),
}

/// A group of two or three items.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub children: Vec<Item>,
    /// One more than the highest child; a tap has 0.
    level: usize,
    /// The window column of all its taps; none where they lie in several.
    pub column: Option<usize>,
    /// Nodes that were grouped together.
    pub batch: usize,
}

/// The tree over `columns * channels` taps.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub columns: usize,
    pub channels: usize,
    /// Children before their parents: the nodes of column 0, of column 1, .., of all columns together.
    pub nodes: Vec<Node>,
    /// The sum bit of all taps.
    pub root: Item,
    /// Cycles in which parities arrive, at least 1.
    pub times: usize,
}

impl Tree {
    /// The tree for a popcount of `stages` registers.
    pub(super) fn new(columns: usize, channels: usize, stages: usize) -> Self {
        assert!(columns > 0 && channels > 0, "a popcount has at least one tap");
        let mut nodes = vec![];
        let mut rest = vec![];
        for column in 0..columns {
            let taps = (column * channels..(column + 1) * channels).map(Item::Tap).collect();
            rest.extend(group(&mut nodes, taps, channels, if columns == 1 { 1 } else { 2 }));
        }
        let rest = group(&mut nodes, rest, channels, 1);
        let root = rest[0];
        let mut tree = Self { columns, channels, nodes, root, times: LAST_TIME.min(stages) };
        tree.times = (0..tree.nodes.len()).map(|node| tree.carry_time(node)).max().unwrap_or(1);
        tree
    }

    /// Taps.
    pub(super) fn taps(&self) -> usize {
        self.columns * self.channels
    }

    /// Levels of nodes below an item, itself counted.
    pub(super) fn level(&self, item: Item) -> usize {
        level(&self.nodes, item)
    }

    /// The cycle, counted from 1, in which the parity of the item's activations is there.
    pub(super) fn time(&self, item: Item) -> usize {
        let level = 1 + self.level(item).saturating_sub(EARLY_LEVELS).div_ceil(LEVELS_A_CYCLE);
        let across = column(&self.nodes, self.channels, item).is_none();
        level.max(1 + usize::from(across)).min(self.times)
    }

    /// The cycle in which a node's carry can be made.
    pub(super) fn carry_time(&self, node: usize) -> usize {
        self.nodes[node].children.iter().map(|&child| self.time(child)).max().expect("a node has children")
    }

    /// Whether a node's carry is made from the taps themselves.
    pub(super) fn reads_taps(&self, node: usize) -> bool {
        self.nodes[node].level == 1
    }

    /// Nodes whose carries are made in a cycle.
    pub(super) fn carries(&self, time: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(move |&node| self.carry_time(node) == time)
    }

    /// The items whose parities a lane reads in a cycle, in the order of its ports.
    pub(super) fn read(&self, time: usize) -> Vec<Item> {
        let nodes = self.carries(time).filter(|&node| !self.reads_taps(node));
        nodes.flat_map(|node| self.nodes[node].children.iter().copied()).collect()
    }

    /// Nodes of a column whose activation parities come with its taps.
    pub(super) fn column_nodes(&self, column: usize) -> Vec<usize> {
        let own = |node: &Node| node.column == Some(column) && node.level <= EARLY_LEVELS;
        (0..self.nodes.len()).filter(|&node| own(&self.nodes[node])).collect()
    }

    /// Taps of an item.
    pub(super) fn taps_of(&self, item: Item) -> Vec<usize> {
        match item {
            Item::Tap(tap) => vec![tap],
            Item::Node(node) => self.nodes[node].children.iter().flat_map(|&child| self.taps_of(child)).collect(),
        }
    }
}

/// Groups items in threes, level by level, until at most `keep` are left; a pair is grouped only where it must. The
/// items of a group lie apart, so that the parities of a level are exclusive ors of vectors.
fn group(nodes: &mut Vec<Node>, mut items: Vec<Item>, channels: usize, keep: usize) -> Vec<Item> {
    while items.len() > keep {
        let size = items.len().min(3);
        let groups = items.len() / size;
        let batch = nodes.len();
        let mut next = vec![];
        for group in 0..groups {
            let children: Vec<_> = (0..size).map(|k| items[k * groups + group]).collect();
            let level = 1 + children.iter().map(|&child| level(nodes, child)).max().unwrap_or(0);
            let first = column(nodes, channels, children[0]);
            let column = first.filter(|_| children.iter().all(|&child| column(nodes, channels, child) == first));
            nodes.push(Node { children, level, column, batch });
            next.push(Item::Node(nodes.len() - 1));
        }
        next.extend(&items[size * groups..]);
        items = next;
    }
    items
}

fn level(nodes: &[Node], item: Item) -> usize {
    match item {
        Item::Tap(_) => 0,
        Item::Node(node) => nodes[node].level,
    }
}

/// The window column of an item's taps; none where they lie in several.
fn column(nodes: &[Node], channels: usize, item: Item) -> Option<usize> {
    match item {
        Item::Tap(tap) => Some(tap / channels),
        Item::Node(node) => nodes[node].column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tap_and_every_node_but_the_root_has_one_parent() {
        for (columns, channels) in [(1, 1), (1, 2), (1, 7), (1, 80), (9, 1), (9, 2), (9, 5), (9, 64)] {
            let tree = Tree::new(columns, channels, 4);
            let mut children: Vec<_> = tree.nodes.iter().flat_map(|node| node.children.clone()).collect();
            children.push(tree.root);
            children.sort_unstable();
            let nodes = (0..tree.nodes.len()).map(Item::Node);
            let all: Vec<_> = (0..tree.taps()).map(Item::Tap).chain(nodes).collect();
            assert_eq!(children, all, "{columns} x {channels}");
        }
    }

    #[test]
    fn a_parity_never_arrives_before_those_that_it_is_made_of() {
        for stages in 1..=8 {
            let tree = Tree::new(9, 128, stages);
            assert!(tree.times <= stages);
            for (node, Node { children, .. }) in tree.nodes.iter().enumerate() {
                assert!(children.iter().all(|&child| tree.time(child) <= tree.time(Item::Node(node))));
            }
        }
    }

    #[test]
    fn a_carry_is_made_for_every_two_taps() {
        assert_eq!(Tree::new(9, 64, 4).nodes.len(), 576 / 2);
    }
}
