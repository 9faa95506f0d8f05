//! What a run of `check` works with: the command line put over the configuration, and everything read that both name.
//!
//! A mistake in any of it ends the run before any verdict.

use preflint::{Checker, Editions, Facts, Selector};
use toml::Spanned;

use crate::args::{CheckOptions, FailOn, RulesOptions, Strictness};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::ignoring::Ignoring;
use crate::{Stop, files};

/// All that a run needs beside its inputs.
pub struct Settings {
    pub checker: Checker,
    pub facts: Facts,
    pub strict: Option<Strictness>,
    pub fail_on: Vec<FailOn>,
    pub ignoring: Ignoring,
}

impl Settings {
    /// Reads everything.
    pub fn of(options: &CheckOptions) -> Result<Settings, Stop> {
        let config = Config::find(&options.config)?;
        let mut rules =
            RulesOptions { rules: Vec::new(), follow_links: options.rules.follow_links || config.follow_links };
        for folder in &config.rules {
            rules.rules.push(config.path(folder)?);
        }
        // The last folder wins.
        rules.rules.extend(options.rules.rules.iter().cloned());
        let checker = files::checker(&rules)?;
        let checker = checker.with_editions(editions(&checker, &config, options)?);
        let choice = &options.choice;
        Ok(Settings {
            facts: facts(&checker, &config, options)?,
            strict: options.strict.or(config.strict),
            fail_on: if choice.fail_on.is_empty() { config.fail_on.clone() } else { choice.fail_on.clone() },
            ignoring: ignoring(&checker, &config, options)?,
            checker,
        })
    }
}

/// Editions of the command line over those of the configuration: a month means all operations.
fn editions(checker: &Checker, config: &Config, options: &CheckOptions) -> Result<Editions, Stop> {
    let mut editions = files::editions(checker, &options.editions)?;
    if let Some(site) = config.site.as_ref().filter(|_| editions.site.is_none()) {
        files::demand_site(&checker.operations(), site.get_ref())
            .map_err(|message| config.refuse(site.span().start, message))?;
        editions.site = Some(site.get_ref().clone());
    }
    if config.editions.is_empty() || editions.not_later_than.is_some() {
        return Ok(editions);
    }
    let known = checker.operations();
    let mut exact = Vec::new();
    for (operation, edition) in &config.editions {
        files::demand_operation(&known, operation.get_ref())
            .map_err(|message| config.refuse(operation.span().start, message))?;
        exact.push((operation.get_ref().clone(), edition.get_ref().clone()));
    }
    // The last one that fits wins.
    exact.append(&mut editions.exact);
    Ok(Editions { exact, ..editions })
}

/// Facts of the configuration, and those of the command line over them.
fn facts(checker: &Checker, config: &Config, options: &CheckOptions) -> Result<Facts, Stop> {
    let mut paths = Vec::new();
    for file in &config.facts {
        paths.push(config.path(file)?);
    }
    paths.extend(options.facts.iter().cloned());
    let mut facts =
        files::facts(checker, &paths, &options.facts_complete, options.rules.follow_links || config.follow_links)?;
    for section in &config.facts_complete {
        checker
            .close_facts(section.get_ref(), &mut facts)
            .map_err(|message| config.refuse(section.span().start, message))?;
    }
    Ok(facts)
}

fn ignoring(checker: &Checker, config: &Config, options: &CheckOptions) -> Result<Ignoring, Stop> {
    let choice = &options.choice;
    let named = |option: &str, names: &[String]| {
        let known = |name: &String| {
            let selector = Selector::new(name.trim());
            checker.knows_selector(&selector).map_err(|message| Stop::Usage(format!("{option}: {message}")))?;
            Ok(selector)
        };
        names.iter().map(known).collect::<Result<Vec<_>, Stop>>()
    };
    let select = if choice.select.is_empty() {
        let known = |name: &Spanned<String>| {
            let selector = Selector::new(name.get_ref());
            checker.knows_selector(&selector).map_err(|message| config.refuse(name.span().start, message))?;
            Ok(selector)
        };
        config.select.iter().map(known).collect::<Result<Vec<_>, Stop>>()?
    } else {
        named("--select", &choice.select)?
    };
    let baseline = match (&choice.write_baseline, &choice.baseline, &config.baseline) {
        (Some(file), ..) => Some(Baseline::to_write(file)),
        (None, Some(file), _) => Some(Baseline::read(file)?),
        (None, None, Some(file)) => Some(Baseline::read(&config.path(file)?)?),
        (None, None, None) => None,
    };
    Ignoring::new(config, select, named("--ignore", &choice.ignore)?, baseline)
}
