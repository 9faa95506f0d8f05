//! Checks: those that authors write, those that follow from parameters, and what each becomes when it fails.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::compile::conditions::{Scope, template_pieces};
use crate::compile::parameters::{self, Written};
use crate::compile::provider::{PreparedAnswer, find_source};
use crate::compile::reads::Reads;
use crate::compile::{Mistakes, ProviderRules};
use crate::json::Spanned;
use crate::limits::CHECKS;
use crate::operation::condition::{Condition, Subject, Word};
use crate::operation::{Answer, Check, Form, Outcome, ParameterIndex, Row, RowIndex, Run};
use crate::place::Span;
use crate::rule::condition::Case;
use crate::rule::operation::{CheckRule, ConstraintUse, OperationFile, RequiredRule, Warn};
use crate::rule::provider::{ConstraintRule, Scalars};
use crate::rule::{Basis, Source};
use crate::similar::did_you_mean;

/// The id of the check that no parameter is unknown.
pub(crate) const UNKNOWN_PARAMETER: &str = "unknown-parameter";

/// Makes the checks of one file.
pub(crate) struct Maker<'m> {
    pub written: &'m OperationFile,
    pub rules: &'m ProviderRules,
    pub scope: &'m Scope<'m>,
    pub rows: &'m [Row],
    /// The rows by their keys.
    pub by_key: HashMap<&'m str, RowIndex>,
    /// The provider's constraints by their names.
    pub constraints: HashMap<&'m str, &'m Spanned<ConstraintRule>>,
    pub sources: &'m [Arc<Source>],
    pub stages: &'m [String],
}

impl Maker<'_> {
    /// All checks, in the order in which they run.
    pub fn make(&self, mistakes: &mut Mistakes<'_>) -> Vec<Check> {
        let rules = parameters::in_order(self.written);
        // A check is large, and a list of them that grows is moved again and again.
        let under = rules.iter().map(|rule| rule.checks().len() + rule.constraints().len() + 1).sum::<usize>();
        let mut checks: Vec<Check> = Vec::with_capacity(self.written.checks.len() + under);
        let mut known: HashSet<String> = HashSet::with_capacity(checks.capacity());
        let mut add = |check: Option<Check>, place: Span, mistakes: &mut Mistakes<'_>| {
            let Some(check) = check else { return };
            if !known.insert(check.id.clone()) {
                mistakes.add(place, format!("a check `{}` exists already; ids are unique in an operation", check.id));
            }
            checks.push(check);
        };
        if let Some(answer) = &self.rules.prepared.unknown_parameter {
            let check = self.automatic(UNKNOWN_PARAMETER.to_owned(), Run::NoUnknownParameter, 0, answer, mistakes);
            add(check, self.written.operation.span, mistakes);
        }
        // Mistakes in constraints stand in the provider's file.
        let mut elsewhere = Mistakes::of(&self.rules.file.name, &self.rules.file.text);
        for (index, rule) in rules.into_iter().enumerate() {
            let kebab = LazyCell::new(|| self.scope.parameters.kebab(index));
            if self.type_can_be_missed(index) {
                let id = format!("{}-type", *kebab);
                let answer = &self.rules.prepared.wrong_type;
                add(self.automatic(id, Run::Type, index, answer, mistakes), self.written.operation.span, mistakes);
            }
            if let Written::Named(named) = rule
                && let Some(required) = &named.required
            {
                let check = self.required(format!("{}-required", *kebab), index, required, mistakes);
                add(check, named.name.span, mistakes);
            }
            for use_ in rule.constraints() {
                for check in self.constraint(use_, &kebab, index, mistakes, &mut elsewhere) {
                    add(Some(check), use_.name.span, mistakes);
                }
            }
            for check in rule.checks() {
                if let Some(parameter) = &check.parameter {
                    mistakes.add(parameter.span, "a check under a parameter is about that parameter");
                }
                add(self.check(check, Some(index), self.sources, mistakes), check.id.span, mistakes);
            }
        }
        for check in &self.written.checks {
            add(self.check(check, None, self.sources, mistakes), check.id.span, mistakes);
        }
        mistakes.found.extend(elsewhere.into_errors());
        if checks.len() > CHECKS {
            mistakes.add(self.written.operation.span, format!("an operation with more than {CHECKS} checks"));
        }
        self.refuse_unexplained_rows(&checks, mistakes);
        // A check is large: numbers are sorted, and each check is moved once.
        checks.sort_by_cached_key(|check| check.stage);
        checks
    }

    fn type_can_be_missed(&self, index: ParameterIndex) -> bool {
        match (self.scope.parameters.all[index].form, self.scope.provider.wire.scalars) {
            (Form::Integer | Form::Unsigned | Form::Boolean, _) | (_, Scalars::Typed) => true,
            (Form::String | Form::List(_) | Form::Object, Scalars::Text) => false,
        }
    }

    /// A check that no author writes, with a common answer.
    fn automatic(
        &self,
        id: String,
        run: Run,
        parameter: ParameterIndex,
        answer: &PreparedAnswer,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Check> {
        let stage = self.stage_index(&answer.stage, self.written.operation.span, mistakes)?;
        Some(Check {
            id,
            run,
            parameter,
            at: None,
            when: None,
            cleared_by: None,
            reads: Vec::new(),
            compares_with: Vec::new(),
            reads_entities: Vec::new(),
            host_parts: Vec::new(),
            speaks_of_facts: false,
            is_open_without_facts: false,
            stage,
            outcome: outcome(None, answer.basis, false),
            answer: Some(Answer::Common(Arc::clone(&answer.answer))),
            alternatives: Vec::new(),
            basis: answer.basis,
            answer_basis: answer.answer_basis,
            source: Arc::clone(&answer.source),
            help: None,
        })
    }

    fn required(
        &self,
        id: String,
        parameter: ParameterIndex,
        rule: &RequiredRule,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Check> {
        let common = &self.rules.prepared.missing;
        let mut check = self.automatic(id, Run::Required, parameter, common, mistakes)?;
        if let Some(stage) = &rule.stage {
            check.stage = self.stage_index(stage, stage.span, mistakes)?;
        }
        check.basis = rule.basis.unwrap_or(Basis::Documented);
        check.source = find_source(self.sources, rule.source.as_ref(), mistakes);
        check.answer_basis = common.answer_basis;
        if let Some(answer) = &rule.answer {
            check.answer = self.row(answer, mistakes).map(Answer::Row);
            check.answer_basis = Basis::Documented;
        }
        check.answer_basis = rule.answer_basis.unwrap_or(check.answer_basis);
        check.outcome = outcome(None, check.basis, matches!(check.answer, Some(Answer::Row(_))));
        Some(check)
    }

    /// The checks of a named constraint, as this operation uses it.
    fn constraint(
        &self,
        use_: &ConstraintUse,
        kebab: &str,
        parameter: ParameterIndex,
        mistakes: &mut Mistakes<'_>,
        elsewhere: &mut Mistakes<'_>,
    ) -> Vec<Check> {
        let Some(constraint) = self.constraints.get(use_.name.value.as_str()) else {
            let hint = mistakes.hint(|| did_you_mean(&use_.name.value, self.constraints.keys().copied()));
            mistakes.add(use_.name.span, format!("`{}` is no constraint of the provider{hint}", use_.name.value));
            return Vec::new();
        };
        let bytes = constraint.span.end - constraint.span.start;
        if !self.scope.parameters.taken_over.more(bytes, use_.name.span, mistakes) {
            return Vec::new();
        }
        let mut checks = Vec::new();
        for rule in &constraint.checks {
            let mut rule = rule.clone();
            rule.id.value = format!("{kebab}-{}", rule.id.value);
            rule.basis = use_.basis.unwrap_or(rule.basis);
            let source = self.rules.prepared.source(rule.source.take().as_ref(), elsewhere);
            if let Some(answer) = &use_.answer {
                // The row is this file's: say here, not in the provider's file, that it does not exist.
                self.row(answer, mistakes);
                rule.answer = Some(answer.clone());
                rule.answer_basis = use_.answer_basis;
                rule.common_answer = None;
                rule.warn = use_.warn;
            }
            if let Some(stage) = &use_.stage {
                rule.stage = Some(stage.clone());
            }
            let ignored_here = &mut Mistakes::of("", "");
            let target = if use_.answer.is_some() { ignored_here } else { &mut *elsewhere };
            if let Some(mut check) = self.check(&rule, Some(parameter), self.sources, target) {
                check.source = source;
                checks.push(check);
            }
        }
        checks
    }

    /// A check as an author wrote it; `under` is the parameter that it stands under.
    fn check(
        &self,
        rule: &CheckRule,
        under: Option<ParameterIndex>,
        sources: &[Arc<Source>],
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Check> {
        if !is_kebab(&rule.id) {
            mistakes.add(rule.id.span, "an id is kebab case: lower-case letters, digits and single hyphens");
        }
        let parameter = match (under, &rule.parameter) {
            (Some(parameter), _) => Some(parameter),
            (None, Some(path)) => self.scope.parameter(path, mistakes),
            (None, None) => {
                mistakes.add(rule.id.span, "a check of the file's `checks` says which `parameter` it points at");
                None
            }
        };
        if let Some(at) =
            rule.at.as_ref().filter(|_| rule.must.one_of.as_ref().is_some_and(|one| one.case == Case::Fold))
        {
            mistakes.add(
                at.span,
                "values are recognised in any letter case at all positions: `at` and `case: fold` do not go together",
            );
        }
        let must = self.scope.checked_condition(&rule.must, parameter, rule.id.span, mistakes);
        let mut condition_of = |written: &Option<Box<crate::rule::condition::Condition>>| {
            let written = written.as_ref()?;
            self.scope.checked_condition(written, parameter, rule.id.span, mistakes).map(Box::new)
        };
        let (when, cleared_by) = (condition_of(&rule.when), condition_of(&rule.cleared_by));
        let mut reads = Reads::default();
        let (parameter, must) = (parameter?, must?);
        self.scope.reads(&must, &mut reads);
        let (entities, speaks_of_facts) = (std::mem::take(&mut reads.entities), reads.facts);
        let compares_with = std::mem::take(&mut reads.compares_with);
        for condition in when.iter() {
            self.scope.reads(condition, &mut reads);
        }
        let host_parts = std::mem::take(&mut reads.host_parts);
        for condition in cleared_by.iter() {
            self.scope.reads(condition, &mut reads);
        }
        reads.parameters.append(&mut reads.compares_with);
        reads.parameters.extend(&compares_with);
        let when_given = under.is_some() || (names_no_subject(rule) && is_about_a_value(&must));
        if when_given {
            reads.parameters.push(parameter);
        }
        reads.parameters.sort_unstable();
        reads.parameters.dedup();
        self.refuse_other_elements(&reads.parameters, parameter, rule.id.span, mistakes);
        let common = match &must {
            Condition::Word { word: Word::Range { .. } | Word::MultipleOf(_), .. } => &self.rules.prepared.out_of_range,
            _ => &self.rules.prepared.bad_value,
        };
        let common = self.named_common_answer(rule, mistakes).unwrap_or(common);
        let (answer, stage) = self.answer(rule, common, &must, speaks_of_facts, mistakes);
        let stage = self.stage_index(&stage, rule.stage.as_ref().map_or(rule.id.span, |stage| stage.span), mistakes)?;
        let is_open_without_facts = speaks_of_facts && !can_be(&must, false);
        let documented_row = match &answer {
            Some(Answer::Row(row)) => matches!(self.rows[*row].basis, Basis::Documented | Basis::Observed),
            _ => false,
        };
        let default_answer_basis = if documented_row { Basis::Documented } else { Basis::Inferred };
        Some(Check {
            id: rule.id.value.clone(),
            run: Run::Must { condition: must, when_given },
            parameter,
            at: rule.at.as_ref().and_then(|at| {
                if self.scope.parameters.all[parameter].list_depth == 0 {
                    mistakes.add(at.span, "only what lies in a list has positions");
                }
                positions(at, mistakes)
            }),
            when,
            cleared_by,
            reads: reads.parameters,
            compares_with,
            reads_entities: entities,
            host_parts,
            speaks_of_facts,
            is_open_without_facts,
            stage,
            outcome: outcome(rule.warn, rule.basis, documented_row),
            answer,
            alternatives: rule.alternatives.iter().filter_map(|row| self.row(row, mistakes)).collect(),
            basis: rule.basis,
            answer_basis: rule.answer_basis.unwrap_or(default_answer_basis),
            source: find_source(sources, rule.source.as_ref(), mistakes),
            help: rule.help.clone(),
        })
    }

    /// The answer of a check and the name of its stage.
    fn answer(
        &self,
        rule: &CheckRule,
        common: &PreparedAnswer,
        must: &Condition,
        speaks_of_facts: bool,
        mistakes: &mut Mistakes<'_>,
    ) -> (Option<Answer>, String) {
        if speaks_of_facts && rule.stage.is_none() {
            mistakes.add(rule.id.span, "a check over facts says in which `stage` it runs");
        }
        let stage = rule.stage.as_ref().map_or_else(|| common.stage.clone(), |stage| stage.value.clone());
        let answer = match (&rule.answer, rule.warn) {
            (Some(answer), _) => self.row(answer, mistakes).map(Answer::Row),
            (None, _) if rule.common_answer.is_some() => Some(Answer::Common(Arc::clone(&common.answer))),
            (None, Some(_)) => None,
            (None, None) if speaks_of_facts || !has_common_answer(must) => {
                let message = "this check needs an `answer`, or `warn` where no error row is documented for it";
                mistakes.add(rule.id.span, message);
                None
            }
            (None, None) => Some(Answer::Common(Arc::clone(&common.answer))),
        };
        (answer, stage)
    }

    /// The common answer that a check names.
    fn named_common_answer(&self, rule: &CheckRule, mistakes: &mut Mistakes<'_>) -> Option<&PreparedAnswer> {
        let name = rule.common_answer.as_ref()?;
        if rule.answer.is_some() {
            mistakes.add(name.span, "a check has either an `answer` or a `common_answer`");
        }
        let found = self.rules.prepared.common_answer(name);
        if found.is_none() {
            mistakes.add(name.span, format!("`{}` is no common answer of the provider", name.value));
        }
        found
    }

    fn row(&self, key: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<RowIndex> {
        let found = self.by_key.get(key.value.as_str()).copied();
        if found.is_none() {
            let hint = mistakes.hint(|| {
                let with_code =
                    self.rows.iter().filter(|row| row.code == key.value).map(|row| format!("`{}`", row.key));
                let with_code: Vec<String> = with_code.collect();
                match with_code.as_slice() {
                    [] => did_you_mean(&key.value, self.rows.iter().map(|row| row.key.as_str())),
                    ids => format!("; the rows with this code have the ids {}", ids.join(", ")),
                }
            });
            mistakes.add(key.span, format!("`{}` is the id of no row of `errors`{hint}", key.value));
        }
        found
    }

    fn stage_index(&self, stage: &str, span: Span, mistakes: &mut Mistakes<'_>) -> Option<usize> {
        let found = self.stages.iter().position(|known| known == stage);
        if found.is_none() {
            let known = mistakes.hint(|| format!("; the stages are {}", self.stages.join(", ")));
            mistakes.add(span, format!("`{stage}` is no stage{known}"));
        }
        found
    }

    /// A list's elements can be spoken of only from inside the same element: elsewhere it is not said which is meant.
    fn refuse_other_elements(
        &self,
        reads: &[ParameterIndex],
        from: ParameterIndex,
        span: Span,
        mistakes: &mut Mistakes<'_>,
    ) {
        for read in reads {
            let lists = |index: ParameterIndex| {
                let ancestors = std::iter::successors(Some(index), |index| self.scope.parameters.all[*index].parent);
                let all = &self.scope.parameters.all;
                let mut elements: Vec<_> = ancestors.filter(|index| all[*index].name.is_empty()).collect();
                elements.reverse();
                elements
            };
            if !lists(from).starts_with(&lists(*read)) {
                let path = self.scope.parameters.path(*read);
                mistakes.add(span, format!("`{path}` is an element of a list in which this check does not stand"));
            }
        }
    }

    fn refuse_unexplained_rows(&self, checks: &[Check], mistakes: &mut Mistakes<'_>) {
        let answers = checks.iter().filter_map(|check| match check.answer {
            Some(Answer::Row(row)) => Some(row),
            _ => None,
        });
        let alternatives = checks.iter().flat_map(|check| check.alternatives.iter().copied());
        let answered: HashSet<RowIndex> = answers.chain(alternatives).collect();
        for (index, row) in self.written.errors.iter().enumerate() {
            let named = answered.contains(&index);
            let is_dry_run = self
                .written
                .dry_run
                .as_ref()
                .is_some_and(|rule| rule.answer.as_ref().is_some_and(|answer| answer.value == row.key()));
            let named = named || is_dry_run;
            let place = row.id.as_ref().unwrap_or(&row.code).span;
            if !named && row.server.is_none() && row.unreachable.is_none() {
                let message = format!(
                    "no check answers with row `{}`, and neither `server` nor `unreachable` says why",
                    row.key()
                );
                mistakes.add(place, message);
            }
            if named && row.unreachable.is_some() {
                mistakes.add(place, format!("row `{}` is called unreachable, but a check answers with it", row.key()));
            }
            let Some(template) = &row.template else { continue };
            for name in template_pieces(template).filter_map(Result::err) {
                let known = ["parameter", "parameter.leaf", "parameter.pascal", "value", "fact"];
                if !known.contains(&name) && self.scope.find(name).is_none() {
                    mistakes.add(template.span, format!("nothing fills the blank `{{{name}}}`"));
                }
            }
        }
    }
}

/// What a failed check becomes; see `rules/README.md`.
fn outcome(warn: Option<Warn>, basis: Basis, documented_row: bool) -> Outcome {
    match (warn, basis) {
        (Some(Warn::LikelyInvalid), _) => Outcome::LikelyInvalid,
        (Some(Warn::Disputed), _) | (None, Basis::Disputed) => Outcome::Disputed,
        (None, Basis::Documented | Basis::Observed) => Outcome::Finding,
        (None, Basis::Inferred) if documented_row => Outcome::Finding,
        (None, Basis::Inferred) => Outcome::LikelyInvalid,
    }
}

fn names_no_subject(rule: &CheckRule) -> bool {
    let must = &rule.must;
    must.parameter.is_none() && must.fact.is_none() && must.field.is_none() && must.joined.is_none()
}

fn is_about_a_value(must: &Condition) -> bool {
    matches!(must, Condition::Word { word, .. } if !matches!(word, Word::Present(_)))
}

/// Whether the provider's answer for bad values fits: for forms, not for enumerations and what lies across parameters.
fn has_common_answer(must: &Condition) -> bool {
    match must {
        Condition::Word { word, .. } => !matches!(
            word,
            Word::OneOf { .. }
                | Word::OneOfBy { .. }
                | Word::ContainedIn(_)
                | Word::Below(_)
                | Word::Present(_)
                | Word::Equals(_)
                | Word::SameLengthAs(_)
        ),
        Condition::Not(part) => has_common_answer(part),
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().all(has_common_answer),
        _ => false,
    }
}

/// Whether a condition can be decided that way (holding, or failing) while no fact at all is known. What depends on a
/// fact is open then; what is not sure is taken to be possible.
fn can_be(condition: &Condition, holding: bool) -> bool {
    match condition {
        Condition::Word { subject, .. } => subject.iter().any(|subject| matches!(subject, Subject::Parameter(_))),
        Condition::AllOf(parts) if holding => parts.iter().all(|part| can_be(part, true)),
        Condition::AllOf(parts) => parts.iter().any(|part| can_be(part, false)),
        Condition::AnyOf(parts) if holding => parts.iter().any(|part| can_be(part, true)),
        Condition::AnyOf(parts) => parts.iter().all(|part| can_be(part, false)),
        Condition::Not(part) => can_be(part, !holding),
        Condition::Given { .. } => true,
        Condition::Each { .. }
        | Condition::Exists(_)
        | Condition::Readable(_)
        | Condition::NoItem { .. }
        | Condition::Trusts { .. }
        | Condition::Grants(_) => false,
    }
}

fn is_kebab(id: &str) -> bool {
    let part_is_fine =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.split('-').all(part_is_fine)
}

/// `1`, `2..17`, `18..`
fn positions(at: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<(u32, u32)> {
    let parsed = match at.split_once("..") {
        None => at.parse().ok().map(|position| (position, position)),
        Some((first, "")) => first.parse().ok().map(|first| (first, u32::MAX)),
        Some((first, last)) => first.parse().ok().zip(last.parse().ok()),
    };
    let parsed = parsed.filter(|(first, last)| *first >= 1 && first <= last);
    if parsed.is_none() {
        mistakes.add(at.span, "positions are written `1`, `2..17` or `18..`");
    }
    parsed
}
