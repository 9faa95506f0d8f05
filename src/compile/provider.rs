//! A provider's file: stages, common answers, lists, sections.

use std::sync::Arc;

use crate::catalog::RuleFile;
use crate::compile::{Mistakes, bodies, command_line, http, resources};
use crate::operation::{CommonAnswer, CommonErrorRow, KnownList, Provider, Section};
use crate::rule::condition::Case;
use crate::rule::provider::{CommonAnswer as WrittenAnswer, CommonError, ProviderFile, SectionRule, UnknownParameters};
use crate::rule::{Basis, Source};

/// A provider's file as operations need it: prepared, and as written for its named constraints.
#[derive(Debug)]
pub(crate) struct ProviderRules {
    pub prepared: PreparedProvider,
    pub written: ProviderFile,
    /// The file itself, to say where a mistake in a constraint stands.
    pub file: RuleFile,
}

/// What operations share.
#[derive(Debug)]
pub(crate) struct PreparedProvider {
    pub provider: Arc<Provider>,
    pub missing: PreparedAnswer,
    pub wrong_type: PreparedAnswer,
    pub bad_value: PreparedAnswer,
    pub out_of_range: PreparedAnswer,
    /// Only where the gateway refuses unknown parameters.
    pub unknown_parameter: Option<PreparedAnswer>,
    /// Rows of `common_errors` that checks may name, by their ids.
    named: Vec<(String, PreparedAnswer)>,
    sources: Vec<Arc<Source>>,
}

/// A common answer with where it stands and what it rests on.
#[derive(Clone, Debug)]
pub(crate) struct PreparedAnswer {
    pub answer: Arc<CommonAnswer>,
    pub stage: String,
    pub basis: Basis,
    pub answer_basis: Basis,
    pub source: Arc<Source>,
}

impl PreparedProvider {
    pub fn prepare(written: &ProviderFile, mistakes: &mut Mistakes<'_>) -> PreparedProvider {
        let sources: Vec<Arc<Source>> = written.sources.iter().cloned().map(Arc::new).collect();
        let sections: Vec<Section> = written
            .sections
            .iter()
            .map(|(name, rule)| Section {
                name: name.value.clone(),
                key: rule.key.clone(),
                within: rule.within.clone(),
                regional: rule.regional,
                region_field: rule.region_field.clone(),
                key_value: rule.key_value.clone(),
                folds_fields: rule.field_case == Case::Fold,
                also: also(written, rule, mistakes),
                calls: rule.calls.clone(),
            })
            .collect();
        let mut lists = Vec::new();
        for (name, list) in written.lists.iter() {
            let section = list.section.as_ref().and_then(|section| {
                let found = sections.iter().position(|known| known.name == section.value);
                if found.is_none() {
                    mistakes.add(section.span, format!("`{}` is no section of this file", section.value));
                }
                found
            });
            let (date, values) = (list.date.clone(), list.values.clone());
            lists.push(KnownList { name: name.value.clone(), date, values, section });
        }
        let is_parameter = |name: &str| {
            let is_region = written.region_parameter.as_deref() == Some(name);
            is_region || written.common_parameters.iter().any(|common| common.name == name)
        };
        let mut prepared = PreparedProvider {
            missing: PreparedAnswer::placeholder(),
            wrong_type: PreparedAnswer::placeholder(),
            bad_value: PreparedAnswer::placeholder(),
            out_of_range: PreparedAnswer::placeholder(),
            unknown_parameter: None,
            named: Vec::new(),
            provider: Arc::new(Provider {
                name: written.provider.value.clone(),
                title: written.title.clone(),
                aliases: written.aliases.clone(),
                default_site: written.default_site.clone(),
                region_parameter: written.region_parameter.clone(),
                wire: written.wire.clone(),
                common_parameters: written.common_parameters.clone(),
                common_errors: written
                    .common_errors
                    .iter()
                    .map(|row| CommonErrorRow {
                        status: row.status,
                        code: row.code.clone(),
                        message: row.message.clone(),
                        meaning: row.meaning.clone(),
                        basis: row.basis,
                    })
                    .collect(),
                http: http::wire(
                    &written.wire,
                    &|answer, mistakes| prepare_answer(answer, &written.stages.order, &sources, mistakes),
                    mistakes,
                ),
                hosts: http::hosts(&written.wire, mistakes),
                command_line: command_line::tool(written, &sources, mistakes),
                error_bodies: bodies::errors(&written.wire, mistakes),
                stages: written.stages.order.clone(),
                stage_basis: written.stages.basis,
                lists,
                sections,
                resource_settings: resources::of_provider(&written.resources, &is_parameter, mistakes),
            }),
            sources,
        };
        let lists = written.lists.iter().filter_map(|(_, list)| list.source.as_ref());
        for source in lists.chain(written.common_errors.iter().filter_map(|row| row.source.as_ref())) {
            prepared.source(Some(source), mistakes);
        }
        let answers = &written.common_answers;
        prepared.missing = prepared.answer(&answers.missing, mistakes);
        prepared.wrong_type = prepared.answer(&answers.wrong_type, mistakes);
        prepared.bad_value = prepared.answer(&answers.bad_value, mistakes);
        prepared.out_of_range = match &answers.out_of_range {
            Some(answer) => prepared.answer(answer, mistakes),
            None => prepared.bad_value.clone(),
        };
        prepared.unknown_parameter = match (&answers.unknown_parameter, written.wire.unknown_parameters) {
            (Some(answer), UnknownParameters::Reject) => Some(prepared.answer(answer, mistakes)),
            (None, UnknownParameters::Reject) => {
                let message = "unknown parameters are refused, but `common_answers` has no `unknown_parameter`";
                mistakes.add(written.provider.span, message);
                None
            }
            (_, UnknownParameters::Warn) => None,
        };
        for row in &written.common_errors {
            let Some(id) = &row.id else { continue };
            if prepared.common_answer(id).is_some() {
                mistakes.add(id.span, format!("a common answer `{}` exists already", id.value));
            }
            let answer = prepared.named_answer(row, mistakes);
            prepared.named.extend(answer.map(|answer| (id.value.clone(), answer)));
        }
        prepared
    }

    /// The common answer that a check names: one of the provider's `common_answers`, or a row of `common_errors`.
    pub fn common_answer(&self, name: &str) -> Option<&PreparedAnswer> {
        match name {
            "missing" => Some(&self.missing),
            "wrong_type" => Some(&self.wrong_type),
            "bad_value" => Some(&self.bad_value),
            "out_of_range" => Some(&self.out_of_range),
            "unknown_parameter" => self.unknown_parameter.as_ref(),
            id => self.named.iter().find(|(known, _)| known == id).map(|(_, answer)| answer),
        }
    }

    /// A row of `common_errors` as an answer. It is given where values are looked at, unless a check says otherwise.
    fn named_answer(&self, row: &CommonError, mistakes: &mut Mistakes<'_>) -> Option<PreparedAnswer> {
        let Some(status) = row.status else {
            mistakes.add(row.id.as_ref()?.span, "a row that checks name has a `status`");
            return None;
        };
        let answer = CommonAnswer { code: row.code.clone(), status, message: row.message.clone() };
        Some(PreparedAnswer {
            answer: Arc::new(answer),
            stage: self.bad_value.stage.clone(),
            basis: row.basis,
            answer_basis: row.basis,
            source: self.source(row.source.as_ref(), mistakes),
        })
    }

    /// The source with this id, or the file's first when none is named.
    pub fn source(&self, id: Option<&crate::json::Spanned<String>>, mistakes: &mut Mistakes<'_>) -> Arc<Source> {
        find_source(&self.sources, id, mistakes)
    }

    fn answer(&self, written: &WrittenAnswer, mistakes: &mut Mistakes<'_>) -> PreparedAnswer {
        prepare_answer(written, &self.provider.stages, &self.sources, mistakes)
    }
}

fn prepare_answer(
    written: &WrittenAnswer,
    stages: &[String],
    sources: &[Arc<Source>],
    mistakes: &mut Mistakes<'_>,
) -> PreparedAnswer {
    if !stages.contains(&written.stage.value) {
        mistakes.add(written.stage.span, format!("`{}` is no stage of this file", written.stage.value));
    }
    PreparedAnswer {
        answer: Arc::new(CommonAnswer {
            code: written.code.clone(),
            status: written.status,
            message: written.message.clone(),
        }),
        stage: written.stage.value.clone(),
        basis: written.basis,
        answer_basis: written.answer_basis.unwrap_or(written.basis),
        source: find_source(sources, written.source.as_ref(), mistakes),
    }
}

impl PreparedAnswer {
    /// Stands in while the provider is put together.
    fn placeholder() -> PreparedAnswer {
        PreparedAnswer {
            answer: Arc::new(CommonAnswer { code: String::new(), status: 0, message: None }),
            stage: String::new(),
            basis: Basis::Inferred,
            answer_basis: Basis::Inferred,
            source: Arc::new(no_source()),
        }
    }
}

/// The sections to which items of a section belong as well, with the fields that say so.
fn also(written: &ProviderFile, rule: &SectionRule, mistakes: &mut Mistakes<'_>) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for also in &rule.also {
        match written.sections.iter().enumerate().find(|(_, (name, _))| name.value == also.section.value) {
            Some((_, (_, other))) if !other.also.is_empty() => {
                mistakes.add(also.section.span, "the other section has no `also` of its own: where would it end?");
            }
            Some((section, _)) => found.push((also.when.clone(), section)),
            None => mistakes.add(also.section.span, format!("`{}` is no section of this file", also.section.value)),
        }
    }
    found
}

/// The source of an id in a file's list, or the first.
pub(crate) fn find_source(
    sources: &[Arc<Source>],
    id: Option<&crate::json::Spanned<String>>,
    mistakes: &mut Mistakes<'_>,
) -> Arc<Source> {
    let found = match id {
        Some(id) => {
            let found = sources.iter().find(|source| source.id == id.value);
            if found.is_none() {
                mistakes.add(id.span, format!("`{}` is no source of this file", id.value));
            }
            found
        }
        None => sources.first(),
    };
    found.cloned().unwrap_or_else(|| Arc::new(no_source()))
}

fn no_source() -> Source {
    Source { id: String::new(), title: String::new(), url: None, read: String::new() }
}
