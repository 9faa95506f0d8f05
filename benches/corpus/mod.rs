//! Made-up requests whose answers are known from how they were made.
//!
//! For measuring on something that looks like real input: exports and imports of images, with 1 to 17 disks, mostly
//! sound, half of them in other orders of keys, 40 of 100 with a fault or two, some with Chinese text, 2 of 100 with JSON
//! escapes. A label is what a request was made to get; it never comes from preflint, or a slow right answer and a fast
//! wrong one could not be told apart. Never random from run to run: the same count gives the same text, so that two
//! measurements are of the same work.

mod export;
mod import;
mod json;
mod random;

use std::fs;
use std::path::Path;

use serde_json::Value;

use json::Json;
use random::Random;

/// One request and the answers that it was made to get.
pub struct Case {
    /// The request in preflint's JSON form, on one line.
    pub line: String,
    /// Code and parameter of every finding, in the order in which the API would come to them.
    pub label: Vec<(&'static str, String)>,
}

/// The long lists of the provider, from its rule files: writing them once more would make two of them.
pub struct Lists {
    pub regions: Vec<String>,
    pub platforms: Vec<String>,
}

impl Lists {
    pub fn read() -> Lists {
        let provider = rule_file("aliyun/provider.json");
        let import = rule_file("aliyun/ecs/ImportImage/2026-10.json");
        let parameters = import["parameters"].as_array().expect("an operation has parameters");
        let platform = parameters.iter().find(|parameter| parameter["name"] == "Platform").expect("one is Platform");
        Lists {
            regions: texts(&provider["lists"]["regions"]["values"]),
            platforms: texts(&platform["checks"][0]["must"]["one_of"]["values"]),
        }
    }
}

fn rule_file(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(path);
    let text = fs::read_to_string(path).expect("a rule file can be read");
    serde_json::from_str(&text).expect("a rule file is JSON")
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// All requests, one after the other, without end.
pub fn requests(lists: &Lists) -> impl Iterator<Item = Case> {
    let mut random = Random::new(0x0070_7265_666c_696e);
    (0..).map(move |number| case(&mut random, number, lists))
}

/// A request of one operation, made but not yet written.
struct Made {
    operation: &'static str,
    params: Vec<(&'static str, Json)>,
    label: Vec<(&'static str, String)>,
}

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const WRONG_REGIONS: [&str; 5] = ["cn-hangzhou-b", "CN-HANGZHOU", "cn_beijing", "us-east-9", "杭州"];
const IDS: [&str; 4] = ["job", "nightly/job", "ci-job", "任务"];

fn case(random: &mut Random, number: usize, lists: &Lists) -> Case {
    let made = if random.percent(50) { export::make(random, lists) } else { import::make(random, lists) };
    let mut envelope = vec![
        ("id", Json::Text(format!("{}-{number:05}", random.pick(&IDS)))),
        ("provider", Json::text("aliyun")),
        ("service", Json::text("ecs")),
        ("operation", Json::text(made.operation)),
        ("params", Json::Object(made.params)),
    ];
    if random.percent(20) {
        envelope.retain(|(name, _)| *name != "service");
    }
    let mut request = Json::Object(envelope);
    if random.percent(50) {
        request.shuffle(random);
    }
    let mut line = String::new();
    request.write(random.percent(2), &mut line);
    Case { line, label: made.label }
}

/// None for most requests, one for many, two for some. `fit` says whether two faults can both show.
fn faults<F: Copy>(random: &mut Random, all: &[F], fit: impl Fn(F, F) -> bool) -> Vec<F> {
    let mut faults = Vec::new();
    if random.percent(40) {
        let first = random.pick(all);
        faults.push(first);
        if random.percent(35) {
            let other = random.pick(all);
            if fit(first, other) {
                faults.push(other);
            }
        }
    }
    faults
}

fn region(random: &mut Random, lists: &Lists, is_wrong: bool) -> String {
    if is_wrong {
        random.pick(&WRONG_REGIONS).to_owned()
    } else {
        lists.regions[random.below(lists.regions.len())].clone()
    }
}

/// What some callers send beside an operation's own parameters.
fn add_common(random: &mut Random, operation: &'static str, params: &mut Vec<(&'static str, Json)>) {
    if random.percent(40) {
        params.push(("Action", Json::text(operation)));
        params.push(("Version", Json::text("2014-05-26")));
        params.push(("Format", Json::text("JSON")));
    }
}

/// Adds a text; where it is to be missing, nothing or sometimes an empty text, which is not sent either.
fn add_or_omit(
    random: &mut Random,
    params: &mut Vec<(&'static str, Json)>,
    name: &'static str,
    value: String,
    is_missing: bool,
) {
    match is_missing {
        false => params.push((name, Json::Text(value))),
        true if random.percent(25) => params.push((name, Json::text(""))),
        true => {}
    }
}
