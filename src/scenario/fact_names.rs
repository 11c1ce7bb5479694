//! Whether there is a fact of a name: what a scenario expects must be recorded.

use super::expectation_checks::ExpectationChecks;
use super::identifiers::is_dotted;
use super::model::Action;
use crate::trace::fact::FactName;
use crate::yaml::diagnostics::Complaint;
use crate::yaml::suggest::{did_you_mean, one_of, quoted};

/// Checks that a fact is recorded of a step with this action; `None` where it could not be read.
///
/// # Errors
/// Why it is not.
pub(super) fn check_fact_name(
    recorded: &ExpectationChecks<'_>,
    fact: &str,
    action: Option<&Action>,
) -> Result<(), Complaint> {
    if let Some(spelling) = fact.strip_prefix("resolve(") {
        return check_resolve(spelling.trim_end_matches(')'), action);
    }
    let is_binding = recorded.bound.iter().any(|bound| bound == fact)
        || (recorded.is_watched(fact) && !fact.contains('.'));
    if FactName::FIXED.contains(&fact) || is_binding {
        return Ok(());
    }
    let of_a_name = FactName::OF_A_NAME.iter().find_map(|kind| {
        let name = fact.strip_prefix(kind)?.strip_prefix('(')?;
        Some((*kind, name.strip_suffix(')')?))
    });
    match of_a_name {
        Some((kind, name)) => check_watched(recorded, kind, name),
        None => Err(refuse_unknown(recorded, fact)),
    }
}

/// Checks the name in a fact such as `cached(pkg.sub)`.
fn check_watched(
    recorded: &ExpectationChecks<'_>,
    kind: &str,
    name: &str,
) -> Result<(), Complaint> {
    if kind == "attribute" && !name.contains('.') {
        let message = format!("`attribute` needs a dot, not {}", quoted(name));
        return Err(Complaint::new(message, "expected `attribute(pkg.sub)`"));
    }
    if recorded.is_watched(name) {
        return Ok(());
    }
    // Of short names every one is near.
    let known = recorded.watched.iter().filter(|_| name.chars().count() > 2);
    let near = did_you_mean(name, known.map(String::as_str)).map(|near| {
        near.replacen('`', &format!("`{kind}("), 1)
            .replacen("`?", ")`?", 1)
    });
    let help = match near {
        _ if !is_dotted(name) => "expected a dotted name".to_owned(),
        Some(near) => format!("{near} If not, {}", watch_help(name)),
        None => watch_help(name),
    };
    let message = format!("nothing watches {}", quoted(name));
    Err(Complaint::new(message, help))
}

fn watch_help(name: &str) -> String {
    format!("watch it: `watch: [{name}]`")
}

/// Complains about a name that no fact has.
fn refuse_unknown(recorded: &ExpectationChecks<'_>, fact: &str) -> Complaint {
    if recorded.is_watched(fact) {
        return Complaint::new(
            format!("a binding has no dots: {}", quoted(fact)),
            format!("expected `cached({fact})` or `attribute({fact})`"),
        );
    }
    let bindings = recorded.names.iter().map(String::as_str);
    let bindings = bindings.filter(|name| !name.contains('.'));
    let known = FactName::FIXED.iter().copied();
    let mut near = did_you_mean(fact, known.chain(["raises"]).chain(bindings));
    if fact == "known" {
        near = Some("a known violation is marked by `xfail`".to_owned());
    }
    let fixed = one_of(&FactName::FIXED);
    let (message, all) = if is_dotted(fact) {
        (
            format!("{} is neither a fact nor a watched name", quoted(fact)),
            format!("facts are {fixed}; if it is a name, {}", watch_help(fact)),
        )
    } else {
        (
            format!("unknown fact {}", quoted(fact)),
            format!("facts are {fixed}, `cached(name)`, `original(name)` and `attribute(pkg.sub)`"),
        )
    };
    Complaint::new(message, near.unwrap_or(all))
}

/// Checks a fact of a `resolve` step: its spelling must be one, and one that a name without dots has.
fn check_resolve(spelling: &str, action: Option<&Action>) -> Result<(), Complaint> {
    let Some(Action::Resolve(resolve)) = action else {
        if action.is_none() {
            return Ok(());
        }
        let message = "only a `resolve` step has such a fact";
        let help = "expected a step such as `resolve: pkg.sub`";
        return Err(Complaint::new(message, help));
    };
    if !FactName::RESOLVE.contains(&spelling) {
        let help = did_you_mean(spelling, FactName::RESOLVE).unwrap_or_else(|| {
            let spellings = FactName::RESOLVE.map(|word| format!("`resolve({word})`"));
            format!("expected one of {}", spellings.join(", "))
        });
        let message = format!("unknown spelling {}", quoted(spelling));
        return Err(Complaint::new(message, help));
    }
    if spelling == "from" && !resolve.name.contains('.') {
        let message = format!(
            "`{}` has no dot, so nothing to import it from",
            resolve.name
        );
        return Err(Complaint::new(message, "leave the expectation out"));
    }
    Ok(())
}
