//! Builds and packages that the action keeps for later runs, although this one failed.

use std::fs;

use super::job::Job;

#[test]
fn a_build_is_kept_before_anything_runs_by_system_and_source() {
    let mut one = Job::at_ref("main", &[])
        .set("ImageOS", "ubuntu24")
        .set("ENDS_WITH", "1");
    let mut other = Job::at_ref("main", &[]).set("ImageOS", "ubuntu26");
    assert_eq!((one.run(), other.run()), (1, 0));
    let key = one.output_of("get.key");
    let digest = key
        .strip_prefix("modswap-Linux-X64-ubuntu24-")
        .expect("the system is in the key");
    assert!(digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(
        other.output_of("get.key"),
        format!("modswap-Linux-X64-ubuntu26-{digest}")
    );
    assert_eq!(
        one.caches()[..2],
        [format!("restore {key}"), format!("save {key}")]
    );

    let mut downloaded = Job::new(&[]);
    assert_eq!(downloaded.run(), 0);
    let names: Vec<_> = downloaded.caches();
    assert_eq!(names, ["restore modswap-packages-Linux-X64--"]);
}

#[test]
fn packages_are_kept_although_the_run_failed() {
    let mut job = Job::new(&[])
        .set("ImageOS", "ubuntu24")
        .set("INSTALLS", "3.13.0-0123")
        .set("ENDS_WITH", "1");
    assert_eq!(job.run(), 1);
    let prefix = "modswap-packages-Linux-X64-ubuntu24-";
    let key = job.output_of("installed.key");
    let digest = key.strip_prefix(prefix).expect("a key of packages");
    assert_eq!(digest.len(), 20);
    assert_eq!(
        job.caches(),
        [format!("restore {prefix}"), format!("save {key}")]
    );
    let folder = job.at("told/cache/packages").display().to_string();
    for (_, with) in &job.used {
        assert_eq!(with["path"], folder);
    }
    assert_eq!(job.output("verdict"), "violated");
}

#[test]
fn packages_are_kept_once() {
    let run = |installs: &str, about: &str, matched: &str| {
        let mut job = Job::new(&[]).set("INSTALLS", installs).set("ABOUT", about);
        // Those of an earlier run.
        let earlier = job.at("told/cache/packages/3.13.0-0123");
        fs::create_dir_all(&earlier).unwrap();
        fs::write(earlier.join("modswap.txt"), "3.13.0\nnumpy\n").unwrap();
        let matched = matched.to_owned();
        job.outputs
            .insert("steps.kept.outputs.cache-matched-key".to_owned(), matched);
        assert_eq!(job.run(), 0);
        job
    };
    let first = run("3.13.0-0123", "numpy", "");
    let key = first.output_of("installed.key");
    assert_eq!(first.caches().len(), 2, "nothing was kept before");
    assert_eq!(run("3.13.0-0123", "numpy", &key).caches().len(), 1);
    assert_eq!(run("3.13.0-4567", "six", &key).caches().len(), 2);
    // Every commit makes another one.
    let own = run("3.13.0-89ab", "project 0123 .", &key);
    assert_eq!(own.caches().len(), 1);
}

#[test]
fn where_nothing_is_cached_nothing_is_kept() {
    let mut job = Job::new(&[]).set("NO_CACHE", "1");
    assert_eq!(job.run(), 0);
    assert!(job.used.is_empty());
    let mut empty = Job::new(&[]);
    assert_eq!(empty.run(), 0);
    assert_eq!(empty.caches(), ["restore modswap-packages-Linux-X64--"]);
}
