//! The check that a name is that of a fact: what a scenario expects must be recorded.

use super::expectation_checks::ExpectationChecks;
use super::identifiers::is_dotted;
use super::model::Action;
use crate::trace::fact::FactName;
use crate::yaml::diagnostics::Complaint;
use crate::yaml::suggest::{did_you_mean, one_of, quoted};

impl ExpectationChecks<'_> {
    /// Why a fact is not recorded of a step with this action; `None` where that could not be read.
    pub(super) fn refuse_fact_name(
        &self,
        fact: &str,
        action: Option<&Action>,
    ) -> Option<Complaint> {
        if let Some(spelling) = fact.strip_prefix("resolve(") {
            return refuse_resolve(spelling.trim_end_matches(')'), action);
        }
        let is_binding = self.bound.iter().any(|bound| bound == fact)
            || (self.is_watched(fact) && !fact.contains('.'));
        if FactName::FIXED.contains(&fact) || is_binding {
            return None;
        }
        let of_a_name = FactName::OF_A_NAME.iter().find_map(|kind| {
            let name = fact.strip_prefix(kind)?.strip_prefix('(')?;
            Some((*kind, name.strip_suffix(')')?))
        });
        match of_a_name {
            Some((kind, name)) => self.refuse_watched(kind, name),
            None => Some(self.refuse_unknown(fact)),
        }
    }

    /// Why there is no fact such as `cached(pkg.sub)` of a name.
    fn refuse_watched(&self, kind: &str, name: &str) -> Option<Complaint> {
        if kind == "attribute" && !name.contains('.') {
            let message = format!("`attribute` needs a dot, not {}", quoted(name));
            return Some(Complaint::new(message, "expected `attribute(pkg.sub)`"));
        }
        if self.is_watched(name) {
            return None;
        }
        // Of short names every one is near.
        let known = self.watched.iter().filter(|_| name.chars().count() > 2);
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
        Some(Complaint::new(message, help))
    }

    /// Complains about a name that no fact has.
    fn refuse_unknown(&self, fact: &str) -> Complaint {
        if self.is_watched(fact) {
            return Complaint::new(
                format!("a binding has no dots: {}", quoted(fact)),
                format!("expected `cached({fact})` or `attribute({fact})`"),
            );
        }
        let bindings = self.names.iter().map(String::as_str);
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
                format!(
                    "facts are {fixed}, `cached(name)`, `original(name)` and `attribute(pkg.sub)`"
                ),
            )
        };
        Complaint::new(message, near.unwrap_or(all))
    }
}

fn watch_help(name: &str) -> String {
    format!("watch it: `watch: [{name}]`")
}

/// Why there is no such fact of a `resolve` step: its spelling must be one, and one that a name without dots has.
fn refuse_resolve(spelling: &str, action: Option<&Action>) -> Option<Complaint> {
    let Action::Resolve(resolve) = action? else {
        let message = "only a `resolve` step has such a fact";
        let help = "expected a step such as `resolve: pkg.sub`";
        return Some(Complaint::new(message, help));
    };
    if !FactName::RESOLVE.contains(&spelling) {
        let help = did_you_mean(spelling, FactName::RESOLVE).unwrap_or_else(|| {
            let spellings = FactName::RESOLVE.map(|word| format!("`resolve({word})`"));
            format!("expected one of {}", spellings.join(", "))
        });
        let message = format!("unknown spelling {}", quoted(spelling));
        return Some(Complaint::new(message, help));
    }
    if spelling == "from" && !resolve.name.contains('.') {
        let name = &resolve.name;
        let message = format!("`{name}` has no dot, so nothing to import it from");
        return Some(Complaint::new(message, "leave the expectation out"));
    }
    None
}
