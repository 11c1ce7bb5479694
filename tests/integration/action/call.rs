//! How the action calls modswap, and what it says of the end.

use std::fs;
use std::path::Path;

use super::job::Job;

#[test]
fn without_inputs_every_python_runs_the_scenarios() {
    let mut job = Job::new(&[]);
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.arguments(),
        ["run", "--packages", "--github=auto", "--"],
        "modswap itself knows where scenarios are"
    );
    assert_eq!(job.output("verdict"), "pass");
    let report = job.output("report");
    assert!(job.told("modswap").contains(&format!("--output={report}")));
    assert_eq!(fs::read_to_string(report).unwrap(), "{}\n");
}

#[test]
fn inputs_arrive_as_they_are_written() {
    let pythons = "3.13\n  docker run -i --rm python:2.7.18-slim python \n\n/a folder/it's \"$(touch here)\" python3\r\n>=3.9,<3.12\n";
    let mut job = Job::new(&[
        ("scenarios", "tests/own scenarios\n-other\n*\n"),
        ("pythons", pythons),
        ("require", "2.7,>=3.9"),
        ("baseline", "tests/the baseline"),
        ("strict", "true"),
    ]);
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.arguments(),
        [
            "run",
            "--packages",
            "--github=auto",
            "--python=3.13",
            "--python=docker run -i --rm python:2.7.18-slim python",
            "--python=/a folder/it's \"$(touch here)\" python3",
            "--python=>=3.9,<3.12",
            "--require=2.7,>=3.9",
            "--baseline=tests/the baseline",
            "--strict",
            "--",
            "tests/own scenarios",
            "-other",
            "*",
        ]
    );
    let made = fs::read_dir(job.at("work space")).unwrap().count();
    assert_eq!(made, 0, "nothing of the inputs is executed");
}

#[test]
fn strict_is_true_or_false() {
    for off in ["false", ""] {
        let mut job = Job::new(&[("strict", off)]);
        assert_eq!(job.run(), 0);
        assert!(!job.arguments().contains(&"--strict".to_owned()));
    }
    let mut job = Job::new(&[("strict", "yes")]);
    assert_eq!(job.run(), 2);
    assert_eq!(job.output("verdict"), "wrong");
    assert_eq!(job.output("report"), "");
    assert!(job.log.contains("The input strict is neither"));
    assert!(job.told("modswap").is_empty(), "it did not start");
}

#[test]
fn the_exit_code_is_kept_and_named() {
    let codes = [
        ("0", "pass"),
        ("1", "violated"),
        ("2", "wrong"),
        ("3", "missing"),
        ("4", "error"),
        ("130", "interrupted"),
        ("101", "error"),
    ];
    for (code, verdict) in codes {
        let mut job = Job::new(&[]).set("ENDS_WITH", code);
        assert_eq!(job.run().to_string(), code);
        assert_eq!(job.output("verdict"), verdict, "{code}");
        assert!(
            Path::new(&job.output("report")).is_file(),
            "the report of a run that ended with {code}"
        );
    }
}

#[test]
fn a_report_that_was_not_written_is_not_promised() {
    let mut job = Job::new(&[]).set("ENDS_WITH", "2").set("NO_REPORT", "1");
    assert_eq!(job.run(), 2);
    assert_eq!(job.output("verdict"), "wrong");
    assert_eq!(job.output("report"), "");
}

#[test]
fn further_arguments_are_words_as_in_a_shell_and_nothing_is_executed() {
    let args = "--with . --timeout 30s\n\n  --tag \"two words\" --links 'C:\\x y'\r\n--with it\\'s;$(touch${IFS}here) * `touch here`\n";
    let mut job = Job::new(&[("args", args), ("scenarios", "mine")]);
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.arguments()[3..],
        [
            "--with",
            ".",
            "--timeout",
            "30s",
            "--tag",
            "two words",
            "--links",
            "C:\\x y",
            "--with",
            "it's;$(touch${IFS}here)",
            "*",
            "`touch",
            "here`",
            "--",
            "mine",
        ]
    );
    let made = fs::read_dir(job.at("work space")).unwrap().count();
    assert_eq!(made, 0, "nothing of the inputs is executed");

    let mut job = Job::new(&[("args", " \n\t")]);
    assert_eq!(job.run(), 0);
    assert_eq!(job.arguments()[3..], ["--"], "no word is no argument");

    let mut job = Job::new(&[("args", "--tag \"half")]);
    assert_eq!(job.run(), 2);
    assert_eq!(job.output("verdict"), "wrong");
    assert!(job.log.contains("a quote that does not end on its line"));
    assert!(job.told("modswap").is_empty(), "it did not start");
}

#[test]
fn a_page_is_written_where_it_was_asked_for() {
    let mut job = Job::new(&[("html", "the results.html")]);
    fs::write(job.at("work space/the results.html"), "of yesterday").unwrap();
    assert_eq!(job.run(), 0);
    assert!(
        job.arguments()
            .contains(&"--output=the results.html".to_owned())
    );
    assert_eq!(job.output("html"), "the results.html");

    let mut job = Job::new(&[("html", "results.html")]).set("NO_REPORT", "1");
    fs::write(job.at("work space/results.html"), "of yesterday").unwrap();
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.output("html"),
        "",
        "an old page is not the one of a run"
    );

    let mut none = Job::new(&[]);
    assert_eq!(none.run(), 0);
    assert_eq!(none.output("html"), "");

    for wrong in ["true", "results.htm", "one.html\ntwo.html"] {
        let mut job = Job::new(&[("html", wrong)]);
        assert_eq!(job.run(), 2, "{wrong}");
        assert!(job.log.contains("The input html is"), "{wrong}");
        assert!(job.told("modswap").is_empty(), "it did not start");
    }
}
