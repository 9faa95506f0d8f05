//! All checks of an operation in the order of the file, and what each leads to.
//!
//! Never runs a check. It is made anew for each request, because that is simplest.

use serde_json::Value;

use super::names::kebab;

/// One check: written, or one that nobody writes.
pub struct Planned<'a> {
    /// Its id, unique in the operation.
    pub id: String,
    /// Path of the parameter that it stands under or points at.
    pub pattern: String,
    /// What it checks.
    pub kind: Kind<'a>,
    /// What it leads to when it fails.
    pub answer: Answer,
    /// Whether it stands under a parameter.
    pub under_parameter: bool,
}

/// What a check checks.
pub enum Kind<'a> {
    /// That a value is of this type.
    Type(&'a str),
    /// That a parameter is given.
    Required,
    /// What the rule file says.
    Written(&'a Value),
}

/// What a failed check leads to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The stage in which the check runs.
    pub stage: String,
    /// What the constraint rests on.
    pub basis: String,
    /// Only a warning of this kind.
    pub warn: Option<String>,
    /// The provider's code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: u64,
    /// Whether the answer is a row of the operation's error table.
    pub is_row: bool,
}

impl<'a> Planned<'a> {
    /// The rule as written.
    pub fn rule(&self) -> Option<&'a Value> {
        match self.kind {
            Kind::Written(rule) => Some(rule),
            Kind::Type(_) | Kind::Required => None,
        }
    }

    /// Whether the check is for the element at hand: the position in the innermost list counts.
    pub fn is_at(&self, positions: &[usize]) -> bool {
        let at = self.rule().and_then(|rule| rule["at"].as_str());
        let (Some(at), Some(position)) = (at, positions.last()) else { return true };
        let number = |text: &str| text.parse::<usize>().expect("a position is a number");
        match at.split_once("..") {
            None => *position == number(at),
            Some((first, "")) => *position >= number(first),
            Some((first, last)) => (number(first)..=number(last)).contains(position),
        }
    }

    /// Whether the check runs once for each given value of its parameter, and not at all when there is none.
    pub fn runs_for_each_value(&self) -> bool {
        match self.kind {
            Kind::Type(_) => true,
            Kind::Required => false,
            Kind::Written(rule) => self.under_parameter || is_word_on_value_at_hand(&rule["must"]),
        }
    }

    /// Whether `must` speaks of facts. A dated list that gives way to facts is still about the request.
    pub fn speaks_of_facts(&self) -> bool {
        self.rule().is_some_and(|rule| {
            ["fact", "field", "joined", "exists", "readable", "no_item", "trusts", "grants"]
                .iter()
                .any(|word| has_key(&rule["must"], word))
        })
    }
}

/// Whether a condition is a word on the value at hand. Presence and structure are not: what they say of an absent
/// parameter is of interest too.
fn is_word_on_value_at_hand(condition: &Value) -> bool {
    let structure = ["present", "all_of", "any_of", "not"];
    uses_parameter_at_hand(condition) && structure.iter().all(|word| condition.get(word).is_none())
}

/// Whether a condition is about the parameter at hand: some word in it that needs a subject names none.
pub fn uses_parameter_at_hand(condition: &Value) -> bool {
    let Some(members) = condition.as_object() else { return false };
    if ["parameter", "fact", "field", "joined"].iter().any(|subject| members.contains_key(*subject)) {
        return false;
    }
    members.iter().any(|(word, argument)| match word.as_str() {
        "all_of" | "any_of" => argument.as_array().into_iter().flatten().any(uses_parameter_at_hand),
        "not" => uses_parameter_at_hand(argument),
        "exists" | "readable" | "no_item" | "trusts" | "grants" => false,
        "exactly_one_of" | "at_most_one_of" | "at_least_one_of" => false,
        _ => true,
    })
}

/// Whether a key stands anywhere in a condition.
fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(members) => members.contains_key(key) || members.values().any(|value| has_key(value, key)),
        Value::Array(items) => items.iter().any(|value| has_key(value, key)),
        _ => false,
    }
}

/// The stages, first to last.
pub fn stages(provider: &Value, operation: &Value) -> Vec<String> {
    let own = texts(&operation["stages"], "order");
    let order = if own.is_empty() { texts(&provider["stages"], "order") } else { own };
    order.into_iter().map(str::to_owned).collect()
}

/// The parameter that names the region of an operation, where it is declared there. One that all operations have in
/// common is not bound.
pub fn region_parameter<'a>(provider: &'a Value, operation: &Value) -> Option<&'a str> {
    provider["region_parameter"].as_str().filter(|name| rule_of(operation, name).is_some())
}

/// Whether the gateway refuses parameters that it does not know.
pub fn rejects_unknown(provider: &Value) -> bool {
    provider["wire"]["unknown_parameters"] == "reject"
}

/// What a parameter leads to that the gateway refuses.
pub fn unknown_parameter(provider: &Value) -> Answer {
    common(&provider["common_answers"]["unknown_parameter"])
}

/// All checks, in the order of the file.
pub fn plan<'a>(provider: &'a Value, operation: &'a Value) -> Vec<Planned<'a>> {
    let mut planner = Planner { provider, operation, checks: Vec::new() };
    for rule in list(operation, "parameters") {
        planner.parameter(rule, "");
    }
    for rule in list(operation, "checks") {
        let pattern = rule["parameter"].as_str().expect("a check of the file names its parameter");
        planner.written(rule, pattern, &Value::Null, false);
    }
    planner.checks
}

/// The rule of the parameter at a path, or of the elements of a list. `None` for parameters of all operations.
pub fn rule_of<'a>(operation: &'a Value, pattern: &str) -> Option<&'a Value> {
    let mut declared = list(operation, "parameters");
    let mut rule = None;
    for (name, elements) in super::names::members_of(pattern) {
        let mut found = declared.iter().find(|rule| rule["name"] == name)?;
        if elements {
            found = &found["items"];
        }
        declared = list(found, "fields");
        rule = Some(found);
    }
    rule
}

struct Planner<'a> {
    provider: &'a Value,
    operation: &'a Value,
    checks: Vec<Planned<'a>>,
}

impl<'a> Planner<'a> {
    fn parameter(&mut self, rule: &'a Value, parent: &str) {
        let name = rule["name"].as_str().expect("a parameter has a name");
        let pattern = super::names::member(parent, name);
        self.kind_of(rule, &pattern);
        if let Some(required) = rule.get("required") {
            let mut answer = self.answer(required, &self.provider["common_answers"]["missing"]);
            answer.basis = required["basis"].as_str().unwrap_or("documented").to_owned();
            self.add(format!("{}-required", kebab(&pattern)), &pattern, Kind::Required, answer);
        }
        self.value(rule, &pattern);
        if let Some(items) = rule.get("items") {
            let pattern = format!("{pattern}[]");
            self.kind_of(items, &pattern);
            self.value(items, &pattern);
        }
    }

    /// The check of the type, where a value can be of another one.
    fn kind_of(&mut self, rule: &'a Value, pattern: &str) {
        let kind = rule["type"].as_str().expect("a parameter has a type");
        if super::bind::typed(self.provider) || matches!(kind, "integer" | "unsigned" | "boolean") {
            let answer = common(&self.provider["common_answers"]["wrong_type"]);
            self.add(format!("{}-type", kebab(pattern)), pattern, Kind::Type(kind), answer);
        }
    }

    /// Constraints, checks and members of a parameter or of the elements of a list.
    fn value(&mut self, rule: &'a Value, pattern: &str) {
        for usage in list(rule, "constraints") {
            let name = usage["name"].as_str().expect("a named constraint has a name");
            for check in list(&self.provider["constraints"][name], "checks") {
                self.written(check, pattern, usage, true);
            }
        }
        for check in list(rule, "checks") {
            self.written(check, pattern, &Value::Null, true);
        }
        for field in list(rule, "fields") {
            self.parameter(field, pattern);
        }
    }

    /// A check of the file; `usage` is the use of the named constraint that it belongs to, or null.
    fn written(&mut self, rule: &'a Value, pattern: &str, usage: &Value, under_parameter: bool) {
        let bad_value = &self.provider["common_answers"]["bad_value"];
        let out_of_range = &self.provider["common_answers"]["out_of_range"];
        let must = rule["must"].as_object().expect("must is a condition");
        let is_about_numbers = must.contains_key("range") || must.contains_key("multiple_of");
        let id = rule["id"].as_str().expect("a check has an id");
        let id = if usage.is_null() { id.to_owned() } else { format!("{}-{id}", kebab(pattern)) };

        let fallback = if is_about_numbers && !out_of_range.is_null() { out_of_range } else { bad_value };
        let named = rule["common_answer"].as_str().filter(|_| usage.get("answer").is_none());
        let named = named.map(|name| self.common_answer(name));
        let fallback = named.as_ref().unwrap_or(fallback);
        let source = if usage.get("answer").is_some() { usage } else { rule };
        let mut answer = self.answer(source, fallback);
        let said = |key: &str| usage[key].as_str().or_else(|| rule[key].as_str()).map(str::to_owned);
        answer.stage = said("stage").unwrap_or_else(|| text(bad_value, "stage"));
        answer.basis = said("basis").expect("a check has a basis");
        // With an answer of its own, the use of a named constraint has not the constraint's outcome.
        let outcome = if usage.get("answer").is_none() { rule } else { usage };
        answer.warn = outcome["warn"].as_str().map(str::to_owned);
        if answer.warn.is_some() && !answer.is_row && named.is_none() {
            answer.code = None;
        }
        let kind = Kind::Written(rule);
        self.checks.push(Planned { id, pattern: pattern.to_owned(), kind, answer, under_parameter });
    }

    /// The common answer of a name, or the row of `common_errors` of this id, which is given where values are looked at.
    fn common_answer(&self, name: &str) -> Value {
        if let Some(answer) = self.provider["common_answers"].get(name) {
            return answer.clone();
        }
        let rows = list(self.provider, "common_errors");
        let mut row = rows.iter().find(|row| row["id"] == name).expect("a common answer has its name").clone();
        row["stage"] = self.provider["common_answers"]["bad_value"]["stage"].clone();
        row
    }

    /// The row that `source` names, or else a common answer.
    fn answer(&self, source: &Value, fallback: &Value) -> Answer {
        let Some(id) = source["answer"].as_str() else {
            let stage = source["stage"].as_str().map_or_else(|| text(fallback, "stage"), str::to_owned);
            return Answer { stage, ..common(fallback) };
        };
        let key = |row: &Value| row["id"].as_str().or(row["code"].as_str()).map(str::to_owned);
        let row = list(self.operation, "errors").iter().find(|row| key(row).as_deref() == Some(id));
        let row = row.expect("an answer names a row");
        Answer {
            stage: source["stage"].as_str().map_or_else(|| text(fallback, "stage"), str::to_owned),
            code: Some(text(row, "code")),
            status: row["status"].as_u64().expect("a row has a status"),
            is_row: true,
            ..common(fallback)
        }
    }

    fn add(&mut self, id: String, pattern: &str, kind: Kind<'a>, answer: Answer) {
        self.checks.push(Planned { id, pattern: pattern.to_owned(), kind, answer, under_parameter: true });
    }
}

/// A common answer of the provider.
fn common(answer: &Value) -> Answer {
    Answer {
        stage: text(answer, "stage"),
        basis: text(answer, "basis"),
        warn: None,
        code: Some(text(answer, "code")),
        status: answer["status"].as_u64().expect("a common answer has a status"),
        is_row: false,
    }
}

/// A list of a rule file; empty when it is left out.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A list of texts of a rule file; empty when it is left out.
pub fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    list(value, key).iter().map(|text| text.as_str().expect("a list of texts holds texts")).collect()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("a common answer or row is complete").to_owned()
}
