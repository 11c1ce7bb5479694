//! Which values a fact can have: what no interpreter could ever report is refused, with what to write instead.

use super::exception_names::refuse_exception;
use super::expectation_checks::ExpectationChecks;
use super::identifiers::{identifiers, is_dotted, is_identifier};
use super::matcher::Matcher;
use crate::python::specifier::VersionSpec;
use crate::trace::ProcessEnd;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::notation::is_label;
use crate::yaml::diagnostics::Complaint;
use crate::yaml::suggest::did_you_mean;

impl ExpectationChecks<'_> {
    /// Why the fact can never be as expected on the Pythons that all of the specifiers mean.
    pub(super) fn refuse_values(
        &self,
        fact: &str,
        matcher: &Matcher,
        specs: &[&VersionSpec],
    ) -> Option<Complaint> {
        match matcher {
            Matcher::Equals(value) => self.refuse_value(fact, value, specs),
            Matcher::OneOf(matchers) => matchers
                .iter()
                .find_map(|matcher| self.refuse_values(fact, matcher, specs)),
            Matcher::Not(other) => self.refuse_values(fact, other, specs),
            Matcher::Contains(item) if Fact::of(fact).is_list() => item
                .values()
                .into_iter()
                .find_map(|item| self.refuse_item(fact, item, specs)),
            Matcher::Contains(_) | Matcher::Matches(_) => None,
        }
    }

    fn refuse_value(
        &self,
        fact: &str,
        value: &FactValue,
        specs: &[&VersionSpec],
    ) -> Option<Complaint> {
        if Fact::of(fact).is_list() {
            let FactValue::List(items) = value else {
                let help = format!("write `[{value}]`, or `contains: {value}`");
                return Some(Complaint::new(format!("the fact `{fact}` is a list"), help));
            };
            let mut items = items.iter();
            return items.find_map(|item| self.refuse_item(fact, item, specs));
        }
        match value {
            FactValue::Text(text) => self.refuse_text(fact, text, specs),
            _ if !Fact::of(fact).is_raw() => None,
            _ => {
                let help = match value {
                    FactValue::List(_) => "one of several is written `{one_of: [a, b]}`".to_owned(),
                    _ => format!("quote it: `\"{value}\"`"),
                };
                let message = format!("the fact `{fact}` is a text, not {value}");
                Some(Complaint::new(message, help))
            }
        }
    }

    fn refuse_text(&self, fact: &str, text: &str, specs: &[&VersionSpec]) -> Option<Complaint> {
        match fact {
            "outcome" => self.refuse_outcome(text, specs),
            "end" => {
                let error = text.parse::<ProcessEnd>().err()?;
                let help = "expected `exit 3`, `signal SIGSEGV` or `timeout`".to_owned();
                Some(Complaint::new(error.to_string(), help))
            }
            "message" | "stdout" | "stderr" | "value" => None,
            _ if fact.starts_with("resolve(") => self.refuse_word(fact, text, &["absent"]),
            "cache" => {
                let words = ["original", "missing", "None"];
                let snapshots = self.snapshots.iter().map(String::as_str);
                let words: Vec<&str> = words.into_iter().chain(snapshots).collect();
                self.refuse_word(fact, text, &words)
            }
            _ if fact.starts_with("cached(") => {
                self.refuse_word(fact, text, &["absent", "None", "lazy", "unreadable"])
            }
            _ if fact.contains('(') => self.refuse_word(fact, text, &["absent", "None", "lazy"]),
            _ => self.refuse_word(fact, text, &["unbound", "None", "lazy"]),
        }
    }

    fn refuse_outcome(&self, text: &str, specs: &[&VersionSpec]) -> Option<Complaint> {
        let refusal = |message: &str, help: &str| Some(Complaint::new(message, help));
        match text {
            "ok" | "any" => None,
            "not run" => refusal(
                "a step that is not run is held to no expectation",
                "leave it out: `when` says where the step is run",
            ),
            "None" => refusal(
                "no exception is called so",
                "that there is none is written `outcome: ok`",
            ),
            _ if text.trim().is_empty() => refusal(
                "an outcome is never empty",
                "expected `ok`, or the type of an exception such as `KeyError`",
            ),
            _ if is_dotted(text) && text.contains('.') => {
                let name = text.rsplit('.').next().unwrap_or_default();
                let message = format!("`{text}` is no outcome: it is the bare name of a type");
                Some(Complaint::new(message, format!("write `{name}`")))
            }
            _ if !is_identifier(text) => {
                let names: Vec<&str> = identifiers(text).collect();
                let mut wrong = names.iter();
                let wrong = wrong.find_map(|name| refuse_exception(name, specs, &self.mentioned));
                let help = match (&names[..], wrong) {
                    ([_, _, ..], None) => {
                        format!("one of several is written `{{one_of: [{}]}}`", names.join(", "))
                    }
                    (_, Some(complaint)) => complaint.help,
                    _ => "expected `ok`, or the type of an exception such as `KeyError`; its text is `message`".to_owned(),
                };
                refusal(&format!("`{text}` is no name of an exception"), &help)
            }
            _ => refuse_exception(text, specs, &self.mentioned),
        }
    }

    /// A word that the fact cannot have, though others can, or one that is near to one that it can.
    fn refuse_word(&self, fact: &str, text: &str, words: &[&str]) -> Option<Complaint> {
        if words.contains(&text) || self.mentioned.contains(text) {
            return None;
        }
        if is_label(text) {
            return self.refuse_label(text);
        }
        if matches!(text, "absent" | "unbound" | "missing" | "unreadable") {
            let message = format!("`{fact}` is never `{text}`");
            let word = if fact == "cache" { "missing" } else { words[0] };
            let help = format!("where it is not there it is `{word}`");
            return Some(Complaint::new(message, help));
        }
        let help = did_you_mean(text, words.iter().copied()).filter(|_| is_identifier(text))?;
        let message = format!("`{text}` is neither a label nor a word of `{fact}`");
        Some(Complaint::new(message, help))
    }

    /// A label of a name that nothing has.
    fn refuse_label(&self, label: &str) -> Option<Complaint> {
        let (name, number) = label.rsplit_once('#')?;
        if name == "cache" || self.is_known(name) {
            return None;
        }
        let mut renamed = self.renamed.iter();
        let help = if let Some((_, alias)) = renamed.find(|(module, _)| module == name) {
            format!("what is imported by version is labelled by its `as`: `{alias}#{number}`")
        } else {
            let names = self.names.iter().chain(self.snapshots);
            let nearest = did_you_mean(name, names.map(String::as_str))?;
            nearest.replacen("`?", &format!("#{number}`?"), 1)
        };
        let message = format!("nothing here gets the label `{label}`");
        Some(Complaint::new(message, help))
    }

    fn is_known(&self, name: &str) -> bool {
        let mut names = self.names.iter().chain(self.snapshots);
        names.any(|known| known == name)
            || name.split('.').all(|part| self.mentioned.contains(part))
    }

    fn refuse_item(
        &self,
        fact: &str,
        item: &FactValue,
        specs: &[&VersionSpec],
    ) -> Option<Complaint> {
        let FactValue::Text(text) = item else {
            let message = format!("the fact `{fact}` is a list of texts, and {item} is none");
            return Some(Complaint::new(message, "quote it, if it is one"));
        };
        match fact {
            "died" if !is_label(text) => Some(Complaint::new(
                format!("`died` is a list of labels, and `{text}` is none"),
                "expected something like `[demo#1]`; nothing is written `[]`".to_owned(),
            )),
            "died" => self.refuse_label(text),
            "warned" if !is_identifier(text) => Some(Complaint::new(
                format!("`{text}` is no category of a warning"),
                "expected the bare name of its type, such as `ImportWarning`; nothing is written `[]`".to_owned(),
            )),
            "warned" => refuse_exception(text, specs, &self.mentioned),
            "ran" if matches!(text.as_str(), "absent" | "None") && !self.is_known(text) => Some(Complaint::new(
                format!("no module is called `{text}`"),
                "nothing is written `[]`".to_owned(),
            )),
            "ran" if !self.is_known(text) => {
                let help = did_you_mean(text, self.names.iter().map(String::as_str))?;
                Some(Complaint::new(format!("no module is called `{text}`"), help))
            }
            _ => None,
        }
    }
}
