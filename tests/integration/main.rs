//! The tests that run the real binary: a module per topic, one harness, and one run of the corpus that all of them read.
//!
//! # Run them
//!
//! ```console
//! $ cargo test --lib                                  # the unit tests: no Python, ten seconds
//! $ cargo test --test integration merge::             # one topic
//! $ cargo test --test integration -- corpus:: truth:: # the scenarios on every Python that is found here
//! $ cargo test                                        # everything, in minutes
//! ```
//!
//! # Add one
//!
//! Put the test into the module of its topic; a new topic is a new file and a line below. Its name is a sentence that it holds
//! true. Choose the smallest thing that can fail:
//!
//! | to look at | use |
//! | --- | --- |
//! | what a command makes of a report | [`harness::stored`]: `Project` and `report`, without any Python |
//! | a run of a scenario or two | `Workspace`: `with`, `scenario`, `run_newest`, `run_to`, `report`; nothing of a run may be left behind |
//! | a trace on every Python, under fork and spawn | `check_on_every_python`, `run_fork_and_spawn` |
//! | what the repository's scenarios do | [`harness::corpus`]: `report` is the one run, `representatives` and `run_again` take a part of it |
//! | a Python | `newest_python`, `sample_pythons` (2.7, the oldest and the newest 3), `pythons` (all) |
//! | a command and its end | `modswap`, `expect_exit`, `expect_json`, `stdout_of`, `stderr_of` |
//! | a report | `parse_report`, `find_case`, `trace_of`, `fact_of` |
//!
//! Never run the whole corpus once more: read `corpus::report`. Measure no time: wait for what shall come (`wait_for`), and let
//! processes wait for each other. What a machine lacks is printed as `not covered: …`; nothing is skipped in silence. A file
//! that needs POSIX begins with `#![cfg(unix)]` and is named in `windows.rs`.
//!
//! # What they need
//!
//! At least one Python that `modswap pythons` finds; more are used where they are there. Beyond that:
//!
//! | module | needs |
//! | --- | --- |
//! | `corpus`, `truth`, `vet`, `fidelity` | an index of packages for `scenarios/packages`; without it those cases are skipped and say so |
//! | `disks` | leave to mount a tmpfs, for full and read-only ones |
//! | `far` | root and a `/srv/NAME` made by debootstrap, for its test of chroot |
//! | `flow`, `packages::projects` | git |
//! | `packages` | uv, for one of two installers; the index is a folder that the tests make |
//! | `release` | Python 3.11, bash, git, tar |
//! | `action` | bash, curl and tar |
//! | `site` | mdBook, which `.ci/site/build` gets where it can |
//! | `completions` | bash; zsh, fish and PowerShell where they are there |
//! | `man` | groff and mandoc, to check pages |
//! | `cache`, `resources` | root, to give folders to others, to mount a small disk, and setpriv to have few processes |
//! | `tests/browser/`, a binary of its own | Chromium, its driver and axe-core: `.ci/browser` gets them |
//!
//! # Variables
//!
//! | variable | effect |
//! | --- | --- |
//! | `MODSWAP_TEST_PYTHONS='sid=chroot /srv/sid python3.15; …'` | the corpus runs on these, too |
//! | `MODSWAP_README=overwrite` | `readme` and `corpus` put today's output into README.md, docs/ and scenarios/README.md |
//! | `MODSWAP_PICTURES=overwrite` | `cargo test pictures` draws the pictures of README.md anew |
//! | `MODSWAP_TEST_KILLS=200` | `kills` ends each of its commands so often, not a few times |
//! | `MODSWAP_TEST_SEED=…` | `kills` repeats the moments of a run that printed this |
//! | `MODSWAP_TEST_MUTATIONS=100` | `mutation` changes a hundred times as many inputs at random |
//! | `MODSWAP_TEST_POSTED=all` | `fidelity::posted` runs every row's reproducer on every Python, not a part |
//! | `MODSWAP_TEST_VET=all` | `vet::truth` asks thirty packages on every Python, not five on two |
//! | `MODSWAP_VET_PAGE=overwrite` | `vet::page` vets 25 packages and writes reports/unloading.md; `MODSWAP_VET_PYTHON_3_14` starts a 3.14.7 |
//! | `MODSWAP_FUZZ_SEEDS=FOLDER` | `mutation` writes its seeds there, for the targets in `fuzz/` |
//! | `MODSWAP_TEST_RELEASE=1` | `release` builds the packages, with tools from a package index, and installs them |
//! | `MODSWAP_TEST_PRE_COMMIT=PROGRAM` | `workflows::community` runs the hook in this pre-commit |
//! | `MODSWAP_TEST_PYTEST=PROGRAM` | `pytest` runs the recipe of docs/pytest.md in it |
//! | `MODSWAP_TEST_BROWSER=required` | a missing browser fails instead of being named |
//!
//! Snapshots lie in `snapshots/` beside the test; `cargo insta test --review` shows what differs and asks. `cargo test` alone
//! writes nothing into the tree.

mod harness;

mod accept;
mod action;
mod arrows;
mod authoring;
mod bisect;
mod bodies;
mod builtin;
mod cache;
mod changes;
mod cli;
mod completions;
mod conditions;
mod configuration;
mod corpus;
mod diff;
mod disks;
mod elsewhere;
mod fake;
mod far;
mod fidelity;
mod flow;
mod get;
mod github;
mod hostile;
mod identity;
mod json;
mod kills;
mod language;
mod limits;
mod man;
mod merge;
mod misbehaviour;
mod mutation;
mod outputs;
mod packages;
mod pages;
mod parameters;
mod pictures;
mod prune;
mod pytest;
mod pythons;
mod reading;
mod readme;
mod recorded;
mod regression;
mod release;
mod repeat;
mod report_schema;
mod reports;
mod resources;
mod review;
mod schema;
mod screen;
mod signals;
mod site;
mod truth;
mod try_script;
mod untrusted;
mod values;
mod variables;
mod vet;
mod watch;
mod windows;
mod workflows;
