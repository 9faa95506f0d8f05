//! The peer: the `jsonschema` crate with a schema that says the same about a request.
//!
//! For a yardstick that runs on the same machine in the same minute. It is given every benefit: the schema holds only
//! what can be decided from a request and leads to a rejection, so the peer does none of preflint's work on facts,
//! open checks, warnings and the envelope, and its patterns run on the engine that promises linear time, as preflint
//! does. Never a second source of rules: the regions are read from the rule file, and the bench compares the verdicts
//! of both on the whole corpus.

use std::hint::black_box;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

const PROVIDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/aliyun/provider.json");

/// The regions that the provider's rule file lists.
pub fn regions() -> Vec<String> {
    let text = std::fs::read_to_string(PROVIDER).expect("the provider's rule file can be read");
    let provider: Value = serde_json::from_str(&text).expect("the provider's rule file is JSON");
    let regions = provider["lists"]["regions"]["values"].as_array().expect("it has a list of regions");
    regions.iter().map(|region| region.as_str().expect("a region is a text").to_owned()).collect()
}

/// A validator of the parameters of ExportImage.
pub fn validator(regions: &[String]) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["RegionId", "ImageId", "OSSBucket"],
        "properties": {
            "RegionId": {"type": "string", "minLength": 1, "enum": regions},
            "ImageId": {"type": "string", "minLength": 1},
            "OSSBucket": {"type": "string", "minLength": 1},
            "OSSPrefix": {"type": "string", "maxLength": 30, "pattern": "^[A-Za-z0-9]{1,30}$"},
            "ImageFormat": {"type": "string", "enum": ["raw", "vhd", "qcow2", "vmdk", "vdi"]},
            "RoleName": {"type": "string", "const": "AliyunECSImageExportDefaultRole"},
            "DryRun": {"type": "boolean"},
            "OwnerId": {"type": "integer"},
            "ResourceOwnerId": {"type": "integer"},
            "ResourceOwnerAccount": {"type": "string"},
        },
    });
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    options.build(&schema).expect("the schema is sound")
}

/// Reads a request as the peer needs it: a tree of values.
pub fn read(line: &str) -> Value {
    serde_json::from_str(line).expect("the corpus is JSON")
}

/// Counts the errors of a request, each looked at as far as a caller needs to tell what is wrong: keyword and place
/// (empty where something is missing from the request itself).
pub fn errors(validator: &Validator, request: &Value) -> usize {
    let errors = validator.iter_errors(&request["params"]);
    let named = errors.filter(|error| {
        let (keyword, place) = black_box((error.kind().keyword(), error.instance_path().as_str()));
        !(keyword.is_empty() && place.is_empty())
    });
    named.count()
}

/// The verdict alone, for which the peer has a faster way.
pub fn is_valid(validator: &Validator, request: &Value) -> bool {
    validator.is_valid(&request["params"])
}
