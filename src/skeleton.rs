//! The files of an operation that is about to be written: in the right places, with what is known filled in, and every
//! other text marked as still to do.
//!
//! What it makes is understood as it stands and tells nothing false. It writes no file and knows no provider.

use std::borrow::Cow;

use crate::catalog::{Catalog, RuleFile, site_of_edition};
use crate::compile::is_edition;
use crate::rule::FORMAT;

/// The beginnings of a rule file and its case file, and of a provider's file where the provider is new.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Skeleton {
    /// The provider's file, when there is none yet.
    pub provider: Option<RuleFile>,
    /// The edition's file; its path is below the folder of rules.
    pub rules: RuleFile,
    /// Its cases; the same path, below the folder of cases.
    pub cases: RuleFile,
}

impl Skeleton {
    /// Begins `<provider>/<service>/<Operation>`, beside the files that there are. An edition without a site gets the
    /// provider's default site, where it has one.
    ///
    /// # Errors
    ///
    /// When the path or the edition is none, or the edition exists already, in words for people.
    pub fn of(files: impl IntoIterator<Item = RuleFile>, operation: &str, edition: &str) -> Result<Skeleton, String> {
        let parts: Vec<&str> = operation.split('/').collect();
        let is_name = |part: &&str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let [provider, _, _] = parts.as_slice() else {
            return Err(format!("{operation:?} is no path of an operation: PROVIDER/SERVICE/OPERATION"));
        };
        if !parts.iter().all(is_name) {
            return Err(format!("{operation:?}: names hold letters, digits, \"-\" and \"_\" only"));
        }
        // Of files in wrong places something else is told, by the commands that use them.
        let catalog = Catalog::new(files)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        let provider_path = format!("{provider}/provider.json");
        let has_provider = catalog.provider_files().any(|file| file.path == provider_path);
        let known = catalog.provider_rules(provider).ok();
        let known = known.as_ref().map(|rules| &rules.prepared.provider);
        let site = known.and_then(|known| known.default_site.as_deref());
        let edition = match (site, site_of_edition(edition)) {
            (Some(site), None) => format!("{site}-{edition}"),
            _ => edition.to_owned(),
        };
        if !is_edition(&edition) {
            return Err(format!("{edition:?} is no edition: [site-]YYYY-MM, the month of the documentation"));
        }
        let exists = catalog.edition_files().any(|(path, known, _)| path == operation && known == edition);
        if exists {
            return Err(format!("there are rules of {operation}@{edition} already"));
        }
        let region = known.and_then(|known| known.region_parameter.as_deref());
        let first = region.unwrap_or("TO DO: name of the first parameter, as the page writes it");
        let path = format!("{operation}/{edition}.json");
        Ok(Skeleton {
            provider: (!has_provider).then(|| file(&provider_path, PROVIDER.replace("{provider}", provider))),
            rules: file(&path, filled(RULES, operation, &edition).replace("{first}", first)),
            cases: file(&path, filled(CASES, operation, &edition)),
        })
    }
}

fn file(path: &str, text: String) -> RuleFile {
    let text = text.replace("{format}", &FORMAT.to_string());
    RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text) }
}

fn filled(text: &str, operation: &str, edition: &str) -> String {
    text.replace("{operation}", operation).replace("{edition}", edition)
}

const RULES: &str = r#"{
  "$schema": "../../../schema/rule.schema.json",
  "format": {format},
  "operation": "{operation}",
  "edition": "{edition}",
  "title": "TO DO: what the operation does, in a few words of your own",
  "sources": [
    {
      "id": "PAGE",
      "title": "TO DO: title of the page, with its date where it shows one",
      "url": "TO DO: address of the page; leave `url` out where the source has none",
      "read": "TO DO: the day on which you read it, YYYY-MM-DD"
    }
  ],
  "parameters": [
    {
      "name": "{first}",
      "type": "string",
      "meaning": "TO DO: what it is for, in your own words; behind it the other parameters, in the order of the page"
    }
  ],
  "checks": [],
  "errors": [
    {
      "status": 400,
      "code": "TO DO: code of the first row of the error table, character by character; then the other rows",
      "message": "TO DO: its message, character by character; null where the page prints only a blank",
      "meaning": "TO DO: when it comes, in your own words",
      "server": "TO DO: why neither request nor facts can tell; leave `server` out where a check answers with the row"
    }
  ],
  "examples": [
    {"shows": "TO DO: a request with all that is required passes", "params": {}, "gives": "pass"}
  ]
}
"#;

const CASES: &str = r#"{
  "$schema": "../../../../../rules/schema/case.schema.json",
  "format": {format},
  "edition": "{operation}@{edition}",
  "base": {},
  "cases": [
    {
      "name": "TO DO: put the parameters of a request that passes into `base`; then one case for each check",
      "source": "PAGE",
      "expect": {"findings": []}
    }
  ]
}
"#;

const PROVIDER: &str = r#"{
  "$schema": "../schema/provider.schema.json",
  "format": {format},
  "provider": "{provider}",
  "title": "TO DO: the provider's name for people",
  "sources": [
    {
      "id": "GUIDE",
      "title": "TO DO: title of the page about how the API is called and what it answers",
      "read": "TO DO: the day on which you read it, YYYY-MM-DD"
    }
  ],
  "wire": {
    "lists": "dotted",
    "first_index": 1,
    "parameter_case": "exact",
    "empty_text": "value",
    "scalars": "text",
    "unknown_parameters": "warn",
    "error_code_at": ["TO DO: where an error response holds its code; look at the other values of `wire` too"],
    "basis": "inferred"
  },
  "common_answers": {
    "missing": {
      "code": "TO DO: what is answered when a required parameter is missing", "status": 400, "message": null,
      "stage": "required", "basis": "inferred"
    },
    "wrong_type": {
      "code": "TO DO: what is answered to a value of another type", "status": 400, "message": null,
      "stage": "type", "basis": "inferred"
    },
    "bad_value": {
      "code": "TO DO: what is answered to a value of the wrong form", "status": 400, "message": null,
      "stage": "format", "basis": "inferred"
    }
  },
  "stages": {
    "order": ["required", "type", "format", "region", "existence", "state", "permission", "quota"],
    "basis": "inferred",
    "why": "TO DO: what the order of checks rests on"
  }
}
"#;
