//! What commands work with: the command line put over the configuration, and everything read that both name.
//!
//! All commands that look at rules find the same ones here, in the same editions. A mistake in any of it ends the run before
//! any verdict.

use preflint::{Checker, Editions, Facts, Selector};
use toml::Spanned;

use crate::args::{CheckOptions, ChoiceOptions, EditionOptions, FailOn, GivenFacts, RulesOptions, Strictness};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::ignoring::Ignoring;
use crate::{Stop, files};

/// The rules that are meant, in the editions that are meant.
pub fn checker(options: &RulesOptions) -> Result<Checker, Stop> {
    Project::of(options, &EditionOptions::default()).map(|project| project.checker)
}

/// What stands in the configuration and on the command line about rules, editions and the account.
pub struct Project {
    pub checker: Checker,
    config: Config,
    /// Whether links out of folders are followed.
    pub follow_links: bool,
}

/// All that a run of `check` needs beside its inputs.
pub struct Settings {
    pub checker: Checker,
    pub facts: Facts,
    pub strict: Option<Strictness>,
    pub fail_on: Vec<FailOn>,
    pub ignoring: Ignoring,
}

impl Project {
    /// Finds the configuration and reads the rules.
    pub fn of(options: &RulesOptions, edition_options: &EditionOptions) -> Result<Project, Stop> {
        let config = Config::find(&options.config)?;
        let follow_links = options.follow_links || config.follow_links;
        let mut folders = config.rules.iter().map(|folder| config.path(folder)).collect::<Result<Vec<_>, _>>()?;
        // The last folder wins.
        folders.extend(options.rules.iter().cloned());
        let checker = files::checker(&folders, follow_links)?;
        let checker = checker.with_editions(editions(&checker, &config, edition_options)?);
        Ok(Project { checker, config, follow_links })
    }

    /// Facts of the configuration, and those of the command line over them.
    pub fn facts(&self, given: &GivenFacts) -> Result<Facts, Stop> {
        let Project { checker, config, follow_links } = self;
        let mut paths = config.facts.iter().map(|file| config.path(file)).collect::<Result<Vec<_>, _>>()?;
        paths.extend(given.facts.iter().cloned());
        let mut facts = files::facts(checker, &paths, &given.facts_complete, *follow_links)?;
        for section in &config.facts_complete {
            checker
                .close_facts(section.get_ref(), &mut facts)
                .map_err(|message| config.refuse(section.span().start, message))?;
        }
        Ok(facts)
    }

    /// What does not count.
    pub fn ignoring(&self, choice: &ChoiceOptions) -> Result<Ignoring, Stop> {
        ignoring(&self.checker, &self.config, choice)
    }
}

impl Settings {
    /// Reads everything.
    pub fn of(options: &CheckOptions) -> Result<Settings, Stop> {
        let project = Project::of(&options.rules, &options.editions)?;
        let (config, choice) = (&project.config, &options.choice);
        Ok(Settings {
            facts: project.facts(&options.facts)?,
            strict: options.strict.or(config.strict),
            fail_on: if choice.fail_on.is_empty() { config.fail_on.clone() } else { choice.fail_on.clone() },
            ignoring: project.ignoring(choice)?,
            checker: project.checker,
        })
    }
}

/// Editions of the command line over those of the configuration: a month means all operations.
fn editions(checker: &Checker, config: &Config, options: &EditionOptions) -> Result<Editions, Stop> {
    let mut editions = files::editions(checker, options)?;
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

fn ignoring(checker: &Checker, config: &Config, choice: &ChoiceOptions) -> Result<Ignoring, Stop> {
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
