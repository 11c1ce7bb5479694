use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use super::stored;
use super::*;
use crate::record::{BaselineMatch, BaselineStatus, BehaviourId, KnownBehaviour, Unfinished};
use crate::record::{VariantId, Verdict};

const ENDS: [&str; 2] = ["exit 0", "signal SIGSEGV"];

fn seen(max: usize) -> impl Strategy<Value = Vec<BehaviourId>> {
    let one = (select(digests()), select(&ENDS[..]));
    let one = one.prop_map(|(trace, end)| BehaviourId {
        trace: trace.into(),
        end: end.into(),
    });
    vec(one, 0..max)
}

fn reasons() -> impl Strategy<Value = Vec<String>> {
    const TEXTS: [&str; 5] = [
        "step 1: value: expected 1, got 2",
        "was A before; differs in step 1",
        "2 different behaviours in 3 repeats: 2 times and 1 times",
        "2 different behaviours in the merged reports",
        "requires numpy",
    ];
    vec(select(&TEXTS[..]).prop_map(str::to_owned), 0..3)
}

fn standing() -> impl Strategy<Value = Option<Box<BaselineMatch>>> {
    let status = select(
        &[
            BaselineStatus::AsBaseline,
            BaselineStatus::NewVersion,
            BaselineStatus::Drift,
        ][..],
    );
    let standing = (status, seen(2)).prop_map(|(status, was)| {
        Box::new(BaselineMatch {
            status,
            was: was.into_iter().next(),
            neighbour: None,
        })
    });
    prop_oneof![Just(None), standing.prop_map(Some)]
}

fn case() -> impl Strategy<Value = CaseReport> {
    let name = (select(&ROWS[..]), select(&KEYS[..]));
    let judged = (select(&Verdict::ALL[..]), reasons(), standing());
    let ran = (seen(2), select(&["", "step 1"][..]), 0..3_u8, seen(20));
    let wrote = (
        select(&["", "a"][..]),
        select(&["", "b", "c"][..]),
        0..3_usize,
    );
    (name, judged, ran, wrote).prop_map(|((row, key), judged, ran, wrote)| {
        let (verdict, reasons, baseline) = judged;
        let (shown, during, took, also) = ran;
        let (stdout, message, step) = wrote;
        let mut case = passed(row, key, "");
        (case.trace, case.end) = match shown.into_iter().next() {
            Some(shown) => (Some(shown.trace), Some(shown.end)),
            None => (None, None),
        };
        case.verdict = verdict;
        case.reasons = reasons;
        case.step = (step > 0).then_some(step);
        case.baseline = baseline;
        case.during = (!during.is_empty()).then(|| during.into());
        case.duration_ms = f64::from(took) + 0.25;
        case.also = also;
        case.stdout = stdout.to_owned();
        case.messages.insert(step, message.to_owned());
        case.variant.push(("a".into(), message.into()));
        case
    })
}

fn known() -> impl Strategy<Value = BTreeMap<String, Vec<KnownBehaviour>>> {
    let keys = || {
        let some = subsequence(&KEYS[..], 0..=2);
        some.prop_map(|keys| keys.iter().map(|key| key.parse().unwrap()).collect())
    };
    let one = (select(&["A", "B", "AA"][..]), seen(2), keys(), keys());
    let one = one.prop_map(|(letter, shown, versions, stale)| {
        let shown = shown.into_iter().next();
        KnownBehaviour {
            letter: letter.to_owned(),
            trace: shown
                .as_ref()
                .map_or_else(|| "t00".into(), |one| one.trace.clone()),
            end: shown.map_or_else(smol_str::SmolStr::default, |one| one.end),
            versions,
            stale,
        }
    });
    btree_map(
        select(&ROWS[..]).prop_map(str::to_owned),
        vec(one, 0..3),
        0..3,
    )
}

/// A report of anything, as long as its traces are there.
fn any_report() -> impl Strategy<Value = RunReport> {
    const PARTITIONS: [&str; 6] = ["1/1", "1/2", "2/2", "1/3,3/3", "2/3", "10/12"];
    let part = || select(&PARTITIONS[..]);
    let frame = (
        (part(), subsequence(&KEYS[..], 0..=3)),
        select(&["2026-11-22T10:00:00Z", "2026-11-22T09:00:00Z"][..]),
        select(&["modswap 0.1.0", "modswap 0.2.0, modswap 0.3.0"][..]),
        select(
            &[
                "linux-x86_64",
                "macos-aarch64",
                "linux-aarch64, linux-x86_64",
            ][..],
        ),
        (any::<bool>(), select(&["", "after 1 failed case"][..])),
        btree_map(select(&KEYS[..]), part(), 0..2),
    );
    let lists = (
        subsequence(&["/a", "/b"][..], 0..=2),
        subsequence(&ROWS[..3], 0..=3).prop_shuffle(),
        select(&["", "about"][..]),
        select(&["s", "another title"][..]),
        vec((select(&ROWS[..]), select(&KEYS[..])), 0..3),
        select(&["/usr/bin/python", "/opt/python"][..]),
    );
    (frame, lists, vec(case(), 0..6), known()).prop_map(|(frame, lists, cases, baseline)| {
        let ((partition, keys), started, tool, platform, (interrupted, stopped), parts) = frame;
        let (rejected, rows, about, title, open, command) = lists;
        let mut report = empty(partition, &keys);
        report.started = started.to_owned();
        report.tool = tool.to_owned();
        report.platform = platform.to_owned();
        report.interrupted = interrupted;
        report.stopped = (!stopped.is_empty()).then(|| stopped.to_owned());
        let set = |text: &str| text.split(',').map(str::to_owned).collect();
        let parts = parts.into_iter();
        report.parts = parts
            .map(|(key, part)| (key.parse().unwrap(), set(part)))
            .collect();
        let rejected = rejected.into_iter().map(|path| {
            let value = json!({"path": path, "reason": title});
            serde_json::from_value(value).unwrap()
        });
        report.rejected = rejected.collect();
        let scenario = &mut report.scenarios[0];
        scenario.rows = rows.into_iter().map(VariantId::from).collect();
        scenario.about = (!about.is_empty()).then(|| about.to_owned());
        scenario.title = title.to_owned();
        for one in &mut report.interpreters {
            one.command = vec![command.to_owned()];
        }
        report.unfinished = open
            .into_iter()
            .map(|(case, key)| Unfinished {
                case: case.into(),
                interpreter: key.parse().unwrap(),
            })
            .collect();
        report.baseline = baseline
            .into_iter()
            .map(|(row, known)| (row.into(), known))
            .collect();
        report.cases = cases;
        report
    })
}

proptest! {
    // Reports are large; each run draws others.
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_two_does_not_matter(a in any_report(), b in any_report()) {
        prop_assert_eq!(stored(&merged(&a, &b)), stored(&merged(&b, &a)));
    }

    #[test]
    fn how_three_are_grouped_does_not_matter(a in any_report(), b in any_report(), c in any_report()) {
        let left = merged(&merged(&a, &b), &c);
        prop_assert_eq!(stored(&left), stored(&merged(&a, &merged(&b, &c))));
        prop_assert_eq!(stored(&left), stored(&all(&[a, b, c])));
    }

    #[test]
    fn what_is_there_already_changes_nothing(a in any_report(), b in any_report()) {
        let both = merged(&a, &b);
        for again in [&a, &b, &both] {
            prop_assert_eq!(stored(&both), stored(&merged(&both, again)));
        }
        prop_assert_eq!(stored(&all(std::slice::from_ref(&a))), stored(&merged(&a, &a)));
    }

    #[test]
    fn many_merge_to_the_same_in_any_order_and_any_groups(
        (reports, order) in vec(any_report(), 1..8).prop_flat_map(|reports| {
            let order: Vec<usize> = (0..reports.len()).collect();
            (Just(reports), Just(order).prop_shuffle())
        }),
        at in 0..8_usize,
    ) {
        let shuffled: Vec<RunReport> = order.iter().map(|at| reports[*at].clone()).collect();
        let (head, tail) = shuffled.split_at(at.min(shuffled.len()));
        let groups: Vec<RunReport> = [head, tail].iter().filter(|some| !some.is_empty()).map(|some| all(some)).collect();
        prop_assert_eq!(stored(&all(&reports)), stored(&all(&groups)));
    }

    #[test]
    fn no_case_and_nothing_seen_of_it_is_lost(a in any_report(), b in any_report()) {
        let both = merged(&a, &b);
        for case in a.cases.iter().chain(&b.cases) {
            let found = both.cases.iter().filter(|one| (&one.case, &one.interpreter) == (&case.case, &case.interpreter));
            let found: Vec<_> = found.collect();
            prop_assert_eq!(found.len(), 1);
            let found = found[0];
            let shown = |case: &CaseReport| case.trace.clone().zip(case.end.clone());
            let others: Vec<_> = found.also.iter().map(|one| (one.trace.clone(), one.end.clone())).collect();
            if let Some(mine) = shown(case) {
                let is_there = shown(found) == Some(mine.clone()) || others.contains(&mine);
                prop_assert!(is_there || others.len() >= 15, "{:?} of {:?}", mine, found);
            }
            if !others.is_empty() && shown(found).is_some() {
                prop_assert!(found.verdict >= Verdict::Unstable, "{:?}", found);
            }
            for (trace, _) in shown(found).into_iter().chain(others) {
                prop_assert!(both.traces.contains_key(&trace));
            }
            let is_worse = found.verdict >= case.verdict || case.verdict == Verdict::Skipped;
            prop_assert!(is_worse, "{:?} became {:?}", case.verdict, found.verdict);
        }
    }
}
