//! Requests that export an image.

use super::json::Json;
use super::random::Random;
use super::{ALPHANUMERIC, LOWER, Lists, Made, add_common, add_or_omit, faults, region};

const OPERATION: &str = "ExportImage";

/// The faults that a request can have, in the order in which the API looks for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    NoRegion,
    NoImage,
    NoBucket,
    DryRun,
    Prefix,
    UnknownRegion,
    Format,
    Role,
}

const FAULTS: [Fault; 8] = [
    Fault::NoRegion,
    Fault::NoImage,
    Fault::NoBucket,
    Fault::DryRun,
    Fault::Prefix,
    Fault::UnknownRegion,
    Fault::Format,
    Fault::Role,
];

impl Fault {
    fn answer(self) -> (&'static str, &'static str) {
        match self {
            Fault::NoRegion => ("MissingParameter", "RegionId"),
            Fault::NoImage => ("MissingParameter", "ImageId"),
            Fault::NoBucket => ("MissingParameter", "OSSBucket"),
            Fault::DryRun => ("InvalidParameter", "DryRun"),
            Fault::Prefix => ("InvalidOSSPrefix.Malformed", "OSSPrefix"),
            Fault::UnknownRegion => ("InvalidRegionId.NotFound", "RegionId"),
            Fault::Format => ("InvalidImageFormat.Malformed", "ImageFormat"),
            Fault::Role => ("NoSetRoletoECSServiceAcount", "RoleName"),
        }
    }
}

const FORMATS: [&str; 5] = ["raw", "vhd", "qcow2", "vmdk", "vdi"];
const ROLE: &str = "AliyunECSImageExportDefaultRole";
/// None of them is a documented name in another letter case: that would only be a warning.
const WRONG_FORMATS: [&str; 5] = ["iso", "qcow", "vhdx", "ova", "tar.gz"];
const WRONG_ROLES: [&str; 4] =
    ["AliyunECSImageImportDefaultRole", "ecs-export", "ImageExporter", "AliyunECSImageExport"];
/// What does not belong into a prefix. No `é`: letters of other alphabets are doubtful, and only warned of.
const WRONG_CHARACTERS: [&str; 6] = ["-", "_", "/", ".", " ", "镜"];
const ACCOUNTS: [&str; 4] =
    ["ops@example.com", "image-factory@example.com", "运维团队@example.com", "release.engineering@example.com"];

pub fn make(random: &mut Random, lists: &Lists) -> Made {
    let mut chosen = faults(random, &FAULTS, |one, other| one.answer().1 != other.answer().1);
    chosen.sort();
    let has = |fault: Fault| chosen.contains(&fault);
    let mut params = Vec::new();
    add_common(random, OPERATION, &mut params);
    let region = region(random, lists, has(Fault::UnknownRegion));
    let image = format!("m-bp1{}", random.text(LOWER, 17));
    let bucket = format!("image-export-{}", random.text(LOWER, 6));
    add_or_omit(random, &mut params, "RegionId", region, has(Fault::NoRegion));
    add_or_omit(random, &mut params, "ImageId", image, has(Fault::NoImage));
    add_or_omit(random, &mut params, "OSSBucket", bucket, has(Fault::NoBucket));
    if has(Fault::Prefix) {
        params.push(("OSSPrefix", Json::Text(wrong_prefix(random))));
    } else if random.percent(75) {
        let length = random.between(1, 30);
        params.push(("OSSPrefix", Json::Text(random.text(ALPHANUMERIC, length))));
    }
    if has(Fault::Format) {
        params.push(("ImageFormat", Json::text(random.pick(&WRONG_FORMATS))));
    } else if random.percent(75) {
        params.push(("ImageFormat", Json::text(random.pick(&FORMATS))));
    }
    if has(Fault::Role) {
        params.push(("RoleName", Json::text(random.pick(&WRONG_ROLES))));
    } else if random.percent(50) {
        params.push(("RoleName", Json::text(ROLE)));
    }
    if has(Fault::DryRun) {
        params.push(("DryRun", Json::text(random.pick(&["yes", "on", "dry"]))));
    } else if random.percent(40) {
        params.push(("DryRun", Json::Bool(random.percent(50))));
    }
    if random.percent(30) {
        params.push(("OwnerId", Json::Number(1_000_000_000_000_000 + random.next() % 900_000_000_000_000)));
    }
    if random.percent(30) {
        params.push(("ResourceOwnerAccount", Json::text(random.pick(&ACCOUNTS))));
    }
    let label = chosen.iter().map(|fault| fault.answer()).map(|(code, name)| (code, name.to_owned())).collect();
    Made { operation: OPERATION, params, label }
}

fn wrong_prefix(random: &mut Random) -> String {
    if random.percent(40) {
        let length = random.between(31, 48);
        return random.text(ALPHANUMERIC, length);
    }
    let (before, after) = (random.between(0, 14), random.between(0, 15));
    format!(
        "{}{}{}",
        random.text(ALPHANUMERIC, before),
        random.pick(&WRONG_CHARACTERS),
        random.text(ALPHANUMERIC, after)
    )
}
