use super::super::missing_coverage::find_missing_coverage;
use super::*;
use crate::plan::Shard;
use crate::python::requirements::Requirements;
use crate::record::VariantId;

/// What is missing, in words.
fn told(report: &RunReport, required: &[&str]) -> Vec<String> {
    let required: Vec<Requirements> = required.iter().map(|text| text.parse().unwrap()).collect();
    find_missing_coverage(report, &required)
}

/// One part of a run of all rows on these Pythons.
fn part(shard: &str, keys: &[&'static str]) -> RunReport {
    let shard: Shard = shard.parse().unwrap();
    let rows = ROWS.iter();
    let rows = rows.filter(|row| shard.has(&VariantId::from(**row)));
    let cells = rows.flat_map(|row| keys.iter().map(|key| (*row, *key, "t00")));
    let cells: Vec<_> = cells.collect();
    let mut report = report(&shard.to_string(), &cells);
    report.interpreters = empty("1/1", keys).interpreters;
    report
}

#[test]
fn all_parts_of_all_pythons_leave_no_hole() {
    let parts = ["1/3", "2/3", "3/3"].map(|shard| part(shard, &["2.7.18", "3.12.1"]));
    let whole = all(&parts);
    assert_eq!((&*whole.partition, whole.parts.len()), ("1/1", 0));
    assert_eq!(told(&whole, &["2.7,>=3.6"]), [""; 0]);
    // One after the other, and through merges of merges.
    let staged = merged(&merged(&parts[2], &parts[0]), &parts[1]);
    assert_eq!(staged.partition, "1/1");
    assert_eq!(merged(&whole, &parts[0]).partition, "1/1");
}

#[test]
fn a_part_that_nobody_ran_is_named() {
    let both = ["2.7.18", "3.12.1"];
    let report = all(&[part("1/5", &both), part("4/5", &both)]);
    assert_eq!((&*report.partition, report.parts.len()), ("1/5,4/5", 0));
    assert_eq!(
        told(&report, &[]),
        ["every interpreter: parts 2/5, 3/5, 5/5 are missing"]
    );
    let report = all(&[part("1/9", &both)]);
    assert_eq!(
        told(&report, &[]),
        ["every interpreter: parts 2/9, 3/9, 4/9 and 5 more are missing"]
    );
    // A number that cannot be counted through is no harm.
    let report = all(&[part("2/4294967295", &both)]);
    assert_eq!(
        told(&report, &[]),
        [
            "every interpreter: parts 1/4294967295, 3/4294967295, 4/4294967295 and 4294967291 more are missing"
        ]
    );
}

#[test]
fn a_part_that_one_python_did_not_run_is_named() {
    let both = ["2.7.18", "3.12.1"];
    let report = all(&[part("1/2", &both), part("2/2", &["2.7.18"])]);
    assert_eq!(report.partition, "1/1,1/2");
    let parts = serde_json::to_value(&report.parts).unwrap();
    assert_eq!(parts, json!({"2.7.18": ["1/1"], "3.12.1": ["1/2"]}));
    assert_eq!(told(&report, &[]), ["3.12: part 2/2 is missing"]);
    let whole = merged(&report, &part("2/2", &["3.12.1"]));
    assert_eq!(told(&whole, &[]), [""; 0]);
}

#[test]
fn rows_that_only_others_ran_are_named() {
    let all_rows = part("1/1", &["2.7.18"]);
    let some = report("1/1", &[("t", "3.12.1", "t00")]);
    let report = merged(&all_rows, &some);
    assert_eq!(
        told(&report, &[]),
        ["3.12: 3 rows not run, which others ran: s[a=1], s[a=2], s[a=3]"]
    );
    // Those of a part that is missing are told with it.
    let report = merged(&part("1/1", &["2.7.18"]), &part("1/2", &["3.12.1"]));
    assert_eq!(told(&report, &[]), ["3.12: part 2/2 is missing"]);
}

#[test]
fn what_was_not_finished_is_named_and_not_twice() {
    let mut report = part("1/1", &["2.7.18", "3.12.1"]);
    let open = report.cases.pop().unwrap();
    report.unfinished = vec![crate::record::Unfinished {
        case: open.case,
        interpreter: std::sync::Arc::unwrap_or_clone(open.interpreter),
    }];
    assert_eq!(told(&report, &[]), ["3.12: 1 row not finished: t"]);
}

#[test]
fn required_pythons_that_nobody_ran_are_named() {
    let report = part("1/1", &["2.7.18", "3.12.1@x"]);
    assert_eq!(
        told(&report, &["2.7,3.5", ">=3.6,<3.13,3.12t"]),
        ["required and missing: 3.5", "required and missing: 3.12t"]
    );
}
