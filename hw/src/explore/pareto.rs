//! The points that no other point is better than in everything.

/// Figures of which more is better; those of which less is better are negated.
pub(super) type Figures = Vec<f64>;

/// Whether a point is at least as good in all figures, and better in one.
fn dominates(one: &Figures, other: &Figures) -> bool {
    one.iter().zip(other).all(|(a, b)| a >= b) && one.iter().zip(other).any(|(a, b)| a > b)
}

/// Indices of the points that none dominates, in ascending order; of equal points the first.
pub(super) fn pareto(points: &[Figures]) -> Vec<usize> {
    let mut order: Vec<_> = (0..points.len()).collect();
    // What dominates a point comes before it.
    order.sort_by(|&a, &b| points[b].partial_cmp(&points[a]).unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(&b)));
    let mut best: Vec<usize> = vec![];
    for point in order {
        let beaten = |&&kept: &&usize| points[kept] == points[point] || dominates(&points[kept], &points[point]);
        if !best.iter().any(|kept| beaten(&kept)) {
            best.push(point);
        }
    }
    best.sort_unstable();
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_equal_points_the_first_stays() {
        let points = [vec![1.0, 1.0], vec![2.0, 0.0], vec![1.0, 1.0], vec![0.0, 0.0], vec![2.0, 0.0]];
        assert_eq!(pareto(&points), [0, 1]);
    }

    proptest! {
        #[test]
        fn a_point_stays_exactly_if_none_is_better_in_everything(
            points in prop::collection::vec(prop::collection::vec((0..6i32).prop_map(f64::from), 3), 1..60)
        ) {
            let best = pareto(&points);
            for (k, point) in points.iter().enumerate() {
                let beaten = points.iter().any(|other| dominates(other, point));
                let repeated = points[..k].contains(point);
                prop_assert_eq!(best.contains(&k), !beaten && !repeated);
            }
        }
    }
}
