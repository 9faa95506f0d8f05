//! The `jsonschema` crate with schemas that say the same about requests.
//!
//! It is given every benefit: the schemas hold only what can be decided from a request and leads to a rejection, so
//! this peer does none of preflint's work on facts, open checks, warnings and the envelope, constraints that another one
//! implies are left out, and its patterns run on the engine that promises linear time, as preflint does.

use std::hint::black_box;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

use crate::corpus::Lists;

/// The validators of both operations.
pub struct Schemas {
    export: Validator,
    import: Validator,
}

impl Schemas {
    pub fn new(lists: &Lists) -> Schemas {
        let build = |schema: &Value| {
            let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
            options.build(schema).expect("the schema is sound")
        };
        Schemas { export: build(&export(lists)), import: build(&import(lists)) }
    }

    fn of(&self, request: &Value) -> &Validator {
        match request["operation"].as_str() {
            Some("ExportImage") => &self.export,
            Some("ImportImage") => &self.import,
            other => panic!("the corpus has no operation {other:?}"),
        }
    }

    /// Counts the errors of a request, each looked at as far as a caller needs to tell what is wrong: keyword and
    /// place (empty where something is missing from the request itself).
    pub fn errors(&self, request: &Value) -> usize {
        let errors = self.of(request).iter_errors(&request["params"]);
        let named = errors.filter(|error| {
            let (keyword, place) = black_box((error.kind().keyword(), error.instance_path().as_str()));
            !(keyword.is_empty() && place.is_empty())
        });
        named.count()
    }

    /// The verdict alone, for which this peer has a faster way.
    pub fn is_valid(&self, request: &Value) -> bool {
        self.of(request).is_valid(&request["params"])
    }

    /// The parameters that have errors, sorted, each once, in the notation of the provider. A schema knows no codes,
    /// and no order in which an API would come to them.
    pub fn wrong_parameters(&self, request: &Value) -> Vec<String> {
        let errors = self.of(request).iter_errors(&request["params"]);
        let mut names: Vec<String> = errors
            .map(|error| {
                let mut path = error.instance_path().as_str().to_owned();
                if let ValidationErrorKind::Required { property } = error.kind() {
                    path = format!("{path}/{}", property.as_str().expect("a name"));
                }
                wire_notation(&path)
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// `/DiskDeviceMapping/0/Format` is `DiskDeviceMapping.1.Format`.
fn wire_notation(path: &str) -> String {
    let part = |part: &str| part.parse::<usize>().map_or_else(|_| part.to_owned(), |index| (index + 1).to_string());
    path.split('/').skip(1).map(part).collect::<Vec<_>>().join(".")
}

/// Reads a request as this peer needs it: a tree of values.
pub fn read(line: &str) -> Value {
    serde_json::from_str(line).expect("the corpus is JSON")
}

fn export(lists: &Lists) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["RegionId", "ImageId", "OSSBucket"],
        "properties": {
            "RegionId": {"type": "string", "minLength": 1, "enum": lists.regions},
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
    })
}

fn import(lists: &Lists) -> Value {
    const CHINESE: &str = r"\x{4e00}-\x{9fff}\x{3400}-\x{4dbf}\x{20000}-\x{323af}\x{f900}-\x{faff}";
    let size = json!({"type": "integer", "minimum": 1, "maximum": 2048});
    let disk = json!({
        "type": "object",
        "required": ["OSSBucket", "OSSObject"],
        "properties": {
            "OSSBucket": {"type": "string", "minLength": 1},
            "OSSObject": {"type": "string", "minLength": 1},
            "Format": {"type": "string", "enum": ["RAW", "VHD", "QCOW2", "VMDK"]},
            "DiskImageSize": size,
            "DiskImSize": size,
            "Device": {"type": "string"},
        },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["RegionId", "DiskDeviceMapping"],
        "properties": {
            "RegionId": {"type": "string", "minLength": 1, "enum": lists.regions},
            "ImageName": {
                "type": "string",
                "minLength": 2,
                "maxLength": 128,
                "pattern": format!("^[A-Za-z{CHINESE}][A-Za-z0-9.:_{CHINESE}-]*$"),
                "not": {"pattern": "^(aliyun|acs:)"},
            },
            "Description": {"type": "string", "minLength": 2, "maxLength": 256, "not": {"pattern": "^https?://"}},
            "Architecture": {"type": "string", "enum": ["i386", "x86_64", "arm64"]},
            "OSType": {"type": "string", "enum": ["windows", "linux"]},
            "Platform": {"type": "string", "enum": lists.platforms},
            "BootMode": {"type": "string", "enum": ["BIOS", "UEFI"]},
            "LicenseType": {"type": "string", "enum": ["Aliyun", "BYOL", "Auto"]},
            "RoleName": {"type": "string", "const": "AliyunECSImageImportDefaultRole"},
            "ResourceGroupId": {"type": "string"},
            "DiskDeviceMapping": {"type": "array", "minItems": 1, "items": disk},
            "Tag": {
                "type": "array",
                "maxItems": 20,
                "items": {
                    "type": "object",
                    "properties": {
                        "Key": {"type": "string", "maxLength": 128, "not": {"pattern": "^(aliyun|acs:)|https?://"}},
                        "Value": {"type": "string", "maxLength": 128, "not": {"pattern": "^acs:|https?://"}},
                    },
                },
            },
            "DetectionStrategy": {"type": "string", "const": "Standard"},
            "StorageLocationArn": {"type": "string"},
            "DryRun": {"type": "boolean"},
            "Features": {
                "type": "object",
                "properties": {
                    "NvmeSupport": {"type": "string"},
                    "ImdsSupport": {"type": "string", "enum": ["v1", "v2"]},
                },
            },
            "ClientToken": {"type": "string", "maxLength": 64, "pattern": r"^[\x00-\x7f]*$"},
            "OwnerId": {"type": "integer"},
            "ResourceOwnerId": {"type": "integer"},
            "ResourceOwnerAccount": {"type": "string"},
        },
        "if": {"properties": {"Architecture": {"const": "arm64"}}, "required": ["Architecture"]},
        "then": {"properties": {"BootMode": {"enum": ["UEFI"]}}},
    })
}
