//! Made-up requests whose answers are known from how they were made.
//!
//! For measuring on something that looks like real input: mostly sound requests in several orders of keys, some with a
//! fault or two, some with Chinese text or JSON escapes. A label is what a request was made to get; it never comes
//! from preflint, or a slow right answer and a fast wrong one could not be told apart. Never random from run to run:
//! the same count gives the same text, so that two measurements are of the same work.

/// How many requests there are.
pub const SIZE: usize = 10_000;

/// One request and the answers that it was made to get.
pub struct Case {
    /// The request in preflint's JSON form, on one line.
    pub line: String,
    /// Code and parameter of every finding, in the order in which the API would come to them.
    pub label: Vec<(&'static str, &'static str)>,
}

/// Makes the requests. `regions` are those that the provider has.
pub fn generate(regions: &[String]) -> Vec<Case> {
    let mut random = Random(0x0070_7265_666c_696e);
    (0..SIZE).map(|number| case(&mut random, number, regions)).collect()
}

/// The faults that a request can have, in the order in which the API looks for them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoRegion,
    NoImage,
    NoBucket,
    Prefix,
    UnknownRegion,
    Format,
    Role,
}

const FAULTS: [Fault; 7] =
    [Fault::NoRegion, Fault::NoImage, Fault::NoBucket, Fault::Prefix, Fault::UnknownRegion, Fault::Format, Fault::Role];

impl Fault {
    fn answer(self) -> (&'static str, &'static str) {
        match self {
            Fault::NoRegion => ("MissingParameter", "RegionId"),
            Fault::NoImage => ("MissingParameter", "ImageId"),
            Fault::NoBucket => ("MissingParameter", "OSSBucket"),
            Fault::Prefix => ("InvalidOSSPrefix.Malformed", "OSSPrefix"),
            Fault::UnknownRegion => ("InvalidRegionId.NotFound", "RegionId"),
            Fault::Format => ("InvalidImageFormat.Malformed", "ImageFormat"),
            Fault::Role => ("NoSetRoletoECSServiceAcount", "RoleName"),
        }
    }
}

const DIGITS: &[u8] = b"0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ANY_CASE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const FORMATS: [&str; 5] = ["raw", "vhd", "qcow2", "vmdk", "vdi"];
const ROLE: &str = "AliyunECSImageExportDefaultRole";
/// None of them is a documented name in another letter case: that would only be a warning.
const WRONG_FORMATS: [&str; 5] = ["iso", "qcow", "vhdx", "ova", "tar.gz"];
const WRONG_ROLES: [&str; 4] =
    ["AliyunECSImageImportDefaultRole", "ecs-export", "ImageExporter", "AliyunECSImageExport"];
const WRONG_REGIONS: [&str; 5] = ["cn-hangzhou-b", "CN-HANGZHOU", "cn_beijing", "us-east-9", "杭州"];
/// What does not belong into a prefix. No `é`: letters of other alphabets are doubtful, and only warned of.
const WRONG_CHARACTERS: [&str; 6] = ["-", "_", "/", ".", " ", "镜"];
const ACCOUNTS: [&str; 4] =
    ["ops@example.com", "image-factory@example.com", "运维团队@example.com", "release.engineering@example.com"];
const IDS: [&str; 4] = ["export", "nightly/export", "ci-export", "导出任务"];

fn case(random: &mut Random, number: usize, regions: &[String]) -> Case {
    let mut faults = Vec::new();
    if random.percent(40) {
        faults.push(random.pick(&FAULTS));
        if random.percent(35) {
            let other = random.pick(&FAULTS);
            // Two faults of one parameter cannot both show.
            if other.answer().1 != faults[0].answer().1 {
                faults.push(other);
            }
        }
    }
    let params = params(random, &faults, regions);
    let id = format!("{}-{number:05}", random.pick(&IDS));
    let mut envelope = vec![
        ("id", Json::Text(id)),
        ("provider", Json::text("aliyun")),
        ("service", Json::text("ecs")),
        ("operation", Json::text("ExportImage")),
        ("params", Json::Object(params)),
    ];
    if random.percent(50) {
        random.shuffle(&mut envelope);
        for (_, value) in &mut envelope {
            if let Json::Object(members) = value {
                random.shuffle(members);
            }
        }
    }
    let mut line = String::new();
    let escape = random.percent(2);
    Json::Object(envelope).write(escape, &mut line);
    let label = FAULTS.iter().filter(|fault| faults.contains(fault)).map(|fault| fault.answer()).collect();
    Case { line, label }
}

fn params(random: &mut Random, faults: &[Fault], regions: &[String]) -> Vec<(&'static str, Json)> {
    let has = |fault: Fault| faults.contains(&fault);
    let mut params = Vec::new();
    if random.percent(70) {
        params.push(("Action", Json::text("ExportImage")));
        params.push(("Version", Json::text("2014-05-26")));
        params.push(("Format", Json::text("JSON")));
    }
    let region = if has(Fault::UnknownRegion) {
        random.pick(&WRONG_REGIONS).to_owned()
    } else {
        regions[random.below(regions.len())].clone()
    };
    let image = format!("m-bp1{}", random.text(LOWER, 17));
    let bucket = format!("image-export-{}-{}", random.text(LOWER, 6), random.text(DIGITS, 3));
    for (name, value, missing) in [
        ("RegionId", region, has(Fault::NoRegion)),
        ("ImageId", image, has(Fault::NoImage)),
        ("OSSBucket", bucket, has(Fault::NoBucket)),
    ] {
        match missing {
            false => params.push((name, Json::Text(value))),
            // An empty text is not sent either.
            true if random.percent(25) => params.push((name, Json::text(""))),
            true => {}
        }
    }
    if has(Fault::Prefix) {
        params.push(("OSSPrefix", Json::Text(wrong_prefix(random))));
    } else if random.percent(85) {
        let length = random.between(1, 30);
        params.push(("OSSPrefix", Json::Text(random.text(ANY_CASE, length))));
    }
    if has(Fault::Format) {
        params.push(("ImageFormat", Json::text(random.pick(&WRONG_FORMATS))));
    } else if random.percent(80) {
        params.push(("ImageFormat", Json::text(random.pick(&FORMATS))));
    }
    if has(Fault::Role) {
        params.push(("RoleName", Json::text(random.pick(&WRONG_ROLES))));
    } else if random.percent(75) {
        params.push(("RoleName", Json::text(ROLE)));
    }
    if random.percent(60) {
        params.push(("DryRun", Json::Bool(random.percent(50))));
    }
    if random.percent(50) {
        params.push(("OwnerId", Json::Number(1_000_000_000_000_000 + random.next() % 900_000_000_000_000)));
    }
    if random.percent(60) {
        params.push(("ResourceOwnerAccount", Json::text(random.pick(&ACCOUNTS))));
    }
    params
}

fn wrong_prefix(random: &mut Random) -> String {
    if random.percent(40) {
        let length = random.between(31, 48);
        return random.text(ANY_CASE, length);
    }
    let (before, after) = (random.between(0, 14), random.between(0, 15));
    format!("{}{}{}", random.text(ANY_CASE, before), random.pick(&WRONG_CHARACTERS), random.text(ANY_CASE, after))
}

/// As much of JSON as requests need. Written by hand, because a library would sort keys or choose the escapes itself.
enum Json {
    Text(String),
    Number(u64),
    Bool(bool),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// With `escape`, texts are written with escapes where none are needed.
    fn write(&self, escape: bool, out: &mut String) {
        match self {
            Json::Text(text) => write_text(text, escape, out),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Object(members) => {
                out.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write_text(name, false, out);
                    out.push(':');
                    value.write(escape, out);
                }
                out.push('}');
            }
        }
    }
}

/// No text of a corpus holds a character that JSON must escape; what is escaped here is so by choice, as by writers
/// that keep to ASCII: everything beyond it, and every dash.
fn write_text(text: &str, escape: bool, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '/' if escape => out.push_str("\\/"),
            _ if escape && (character == '-' || !character.is_ascii()) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// SplitMix64, of Steele, Lea and Flood: small, even enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        // The bias of the remainder is of no matter for limits this small.
        (self.next() % limit as u64) as usize
    }

    /// Both bounds included.
    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(alphabet))).collect()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}
