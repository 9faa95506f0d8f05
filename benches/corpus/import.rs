//! Requests that import an image of 1 to 17 disks.

use super::json::Json;
use super::random::Random;
use super::{ALPHANUMERIC, LOWER, Lists, Made, add_common, add_or_omit, faults, region};

const OPERATION: &str = "ImportImage";

/// The faults that a request can have, in the order in which the API looks for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    NoRegion,
    NoDisks,
    NoBucket,
    NoObject,
    SizeText,
    DryRun,
    Name,
    Description,
    Architecture,
    Platform,
    OsType,
    BootMode,
    BootModeOfArm,
    License,
    TagKey,
    Detection,
    Metadata,
    Token,
    SystemSize,
    DataSize,
    DiskFormat,
    UnknownRegion,
    Role,
}

const FAULTS: [Fault; 23] = [
    Fault::NoRegion,
    Fault::NoDisks,
    Fault::NoBucket,
    Fault::NoObject,
    Fault::SizeText,
    Fault::DryRun,
    Fault::Name,
    Fault::Description,
    Fault::Architecture,
    Fault::Platform,
    Fault::OsType,
    Fault::BootMode,
    Fault::BootModeOfArm,
    Fault::License,
    Fault::TagKey,
    Fault::Detection,
    Fault::Metadata,
    Fault::Token,
    Fault::SystemSize,
    Fault::DataSize,
    Fault::DiskFormat,
    Fault::UnknownRegion,
    Fault::Role,
];

impl Fault {
    /// Code and parameter; `{}` stands for the number of the disk.
    fn answer(self) -> (&'static str, &'static str) {
        match self {
            Fault::NoRegion => ("MissingParameter", "RegionId"),
            Fault::NoDisks => ("MissingParameter.DiskDeviceMapping", "DiskDeviceMapping"),
            Fault::NoBucket => ("MissingParameter", "DiskDeviceMapping.{}.OSSBucket"),
            Fault::NoObject => ("MissingParameter", "DiskDeviceMapping.{}.OSSObject"),
            Fault::SizeText => ("InvalidParameter", "DiskDeviceMapping.{}.DiskImageSize"),
            Fault::DryRun => ("InvalidParameter", "DryRun"),
            Fault::Name => ("InvalidImageName.Malformed", "ImageName"),
            Fault::Description => ("InvalidDescription.Malformed", "Description"),
            Fault::Architecture => ("InvalidArchitecture.Malformed", "Architecture"),
            Fault::Platform => ("InvalidPlatform.Malformed", "Platform"),
            Fault::OsType => ("InvalidOSType.Malformed", "OSType"),
            Fault::BootMode => ("InvalidBootMode.Malformed", "BootMode"),
            Fault::BootModeOfArm => ("InvalidBootMode.NotSupport", "BootMode"),
            Fault::License => ("InvalidLicenseType.NotSupported", "LicenseType"),
            Fault::TagKey => ("InvalidParameter", "Tag.1.Key"),
            Fault::Detection => ("InvalidParameter.DetectionStrategy", "DetectionStrategy"),
            Fault::Metadata => ("InvalidParameter.FeaturesImdsSupport", "Features.ImdsSupport"),
            Fault::Token => ("InvalidClientToken.Malformed", "ClientToken"),
            Fault::SystemSize => ("InvalidImageSize", "DiskDeviceMapping.1.DiskImageSize"),
            Fault::DataSize => ("InvalidDataDiskSize", "DiskDeviceMapping.{}.DiskImageSize"),
            Fault::DiskFormat => ("InvalidImageFormat.Malformed", "DiskDeviceMapping.{}.Format"),
            Fault::UnknownRegion => ("InvalidRegionId.NotFound", "RegionId"),
            Fault::Role => ("NoSetRoletoECSServiceAcount", "RoleName"),
        }
    }

    /// Whether both can show: two faults of one parameter cannot, nor can one of what another fault reads.
    fn fits(self, other: Fault) -> bool {
        let subject = |fault: Fault| match fault.answer().1 {
            name if name.ends_with("DiskImageSize") => "DiskImageSize",
            name => name,
        };
        let breaks = |one: Fault, other: Fault| match one {
            Fault::NoDisks => subject(other).starts_with("Disk"),
            Fault::BootModeOfArm => other == Fault::Architecture,
            _ => false,
        };
        subject(self) != subject(other) && !breaks(self, other) && !breaks(other, self)
    }
}

const CHINESE: [&str; 6] = ["生产环境镜像", "数据库服务器", "测试", "网站前端", "备份", "基础系统盘"];
const WORDS: [&str; 8] = ["web", "Base", "db", "golden", "build", "Edge", "cache", "gpu"];
const SYSTEMS: [&str; 6] = ["ubuntu_22.04", "CentOS_5.4_32", "debian-12", "win2022", "rocky9", "export"];
const DISK_FORMATS: [&str; 4] = ["RAW", "VHD", "QCOW2", "VMDK"];
const ROLE: &str = "AliyunECSImageImportDefaultRole";
/// None of them is a documented name in another letter case: that would only be a warning.
const WRONG_FORMATS: [&str; 4] = ["ISO", "QCOW", "VHDX", "OVA"];
const WRONG_ARCHITECTURES: [&str; 4] = ["amd64", "aarch64", "x86-64", "ia64"];
const WRONG_PLATFORMS: [&str; 4] = ["Windows 10", "Arch Linux", "ubuntu 22.04", "其他"];
const WRONG_ROLES: [&str; 3] = ["AliyunECSImageExportDefaultRole", "ecs-import", "ImageImporter"];

pub fn make(random: &mut Random, lists: &Lists) -> Made {
    let mut chosen = faults(random, &FAULTS, Fault::fits);
    chosen.sort();
    let has = |fault: Fault| chosen.contains(&fault);
    let disks = disk_count(random).max(if has(Fault::DataSize) { 2 } else { 1 });
    // Each fault has a disk of its own; only some look at it.
    let places: Vec<usize> = chosen
        .iter()
        .map(|fault| match fault {
            Fault::SystemSize => 1,
            Fault::DataSize => random.between(2, disks),
            _ => random.between(1, disks),
        })
        .collect();
    let mut params = Vec::new();
    add_common(random, OPERATION, &mut params);
    let region = region(random, lists, has(Fault::UnknownRegion));
    add_or_omit(random, &mut params, "RegionId", region, has(Fault::NoRegion));
    add_image(random, &mut params, &chosen, lists);
    match has(Fault::NoDisks) {
        false => {
            let at = |place: usize| {
                let here = chosen.iter().zip(&places).filter(move |(_, at)| **at == place);
                here.map(|(fault, _)| *fault).collect::<Vec<_>>()
            };
            let disks = (1..=disks).map(|place| disk(random, place, &at(place))).collect();
            params.push(("DiskDeviceMapping", Json::List(disks)));
        }
        true if random.percent(25) => params.push(("DiskDeviceMapping", Json::List(Vec::new()))),
        true => {}
    }
    add_options(random, &mut params, &chosen);
    let answer = |(fault, place): (&Fault, &usize)| {
        let (code, parameter) = fault.answer();
        (code, parameter.replace("{}", &place.to_string()))
    };
    let label = chosen.iter().zip(&places).map(answer).collect();
    Made { operation: OPERATION, params, label }
}

/// Most images have a disk or two, few have many.
fn disk_count(random: &mut Random) -> usize {
    match random.below(100) {
        0..50 => 1,
        50..75 => 2,
        75..90 => random.between(3, 4),
        90..96 => random.between(5, 8),
        _ => random.between(9, 17),
    }
}

fn disk(random: &mut Random, place: usize, faults: &[Fault]) -> Json {
    let has = |fault: Fault| faults.contains(&fault);
    let mut disk = Vec::new();
    let bucket = format!("images-{}", random.text(LOWER, 4));
    let object = format!("{}-{}.img", random.pick(&SYSTEMS), random.text(LOWER, 3));
    add_or_omit(random, &mut disk, "OSSBucket", bucket, has(Fault::NoBucket));
    add_or_omit(random, &mut disk, "OSSObject", object, has(Fault::NoObject));
    if has(Fault::DiskFormat) {
        disk.push(("Format", Json::text(random.pick(&WRONG_FORMATS))));
    } else if random.percent(50) {
        disk.push(("Format", Json::text(random.pick(&DISK_FORMATS))));
    }
    let is_wrong = has(Fault::SystemSize) && place == 1 || has(Fault::DataSize);
    if has(Fault::SizeText) {
        disk.push(("DiskImageSize", Json::text(random.pick(&["40 GiB", "40G", "large"]))));
    } else if is_wrong {
        let size = random.pick(&[0, 2049, 4096, 20_480]);
        disk.push(("DiskImageSize", Json::Number(size)));
    } else if random.percent(60) {
        let size = random.between(1, 2048) as u64;
        disk.push(("DiskImageSize", Json::Number(size)));
    }
    Json::Object(disk)
}

/// What the image is called and what is in it.
fn add_image(random: &mut Random, params: &mut Vec<(&'static str, Json)>, faults: &[Fault], lists: &Lists) {
    let has = |fault: Fault| faults.contains(&fault);
    if has(Fault::Name) {
        params.push(("ImageName", Json::Text(wrong_name(random))));
    } else if random.percent(65) {
        params.push(("ImageName", Json::Text(name(random))));
    }
    if has(Fault::Description) {
        params.push(("Description", Json::Text(wrong_description(random))));
    } else if random.percent(15) {
        params.push(("Description", Json::Text(description(random))));
    }
    if has(Fault::BootModeOfArm) {
        params.push(("Architecture", Json::text("arm64")));
        params.push(("BootMode", Json::text("BIOS")));
    } else {
        let mut boots_by_bios = true;
        if has(Fault::Architecture) {
            params.push(("Architecture", Json::text(random.pick(&WRONG_ARCHITECTURES))));
        } else if random.percent(35) {
            let architecture = random.pick(&["i386", "x86_64", "x86_64", "arm64"]);
            boots_by_bios = architecture != "arm64";
            params.push(("Architecture", Json::text(architecture)));
        }
        if has(Fault::BootMode) {
            params.push(("BootMode", Json::text(random.pick(&["Legacy", "UEFI-Preferred", "EFI"]))));
        } else if random.percent(20) {
            let mode = if boots_by_bios && random.percent(50) { "BIOS" } else { "UEFI" };
            params.push(("BootMode", Json::text(mode)));
        }
    }
    if has(Fault::OsType) {
        params.push(("OSType", Json::text(random.pick(&["freebsd", "win", "gnu/linux"]))));
    } else if random.percent(40) {
        params.push(("OSType", Json::text(random.pick(&["linux", "linux", "windows"]))));
    }
    if has(Fault::Platform) {
        params.push(("Platform", Json::text(random.pick(&WRONG_PLATFORMS))));
    } else if random.percent(30) {
        params.push(("Platform", Json::text(&lists.platforms[random.below(lists.platforms.len())])));
    }
}

/// What is sent with few requests.
fn add_options(random: &mut Random, params: &mut Vec<(&'static str, Json)>, faults: &[Fault]) {
    let has = |fault: Fault| faults.contains(&fault);
    if has(Fault::License) {
        params.push(("LicenseType", Json::text(random.pick(&["Own", "BringYourOwn", "none"]))));
    } else if random.percent(15) {
        params.push(("LicenseType", Json::text(random.pick(&["Aliyun", "BYOL"]))));
    }
    if has(Fault::Role) {
        params.push(("RoleName", Json::text(random.pick(&WRONG_ROLES))));
    } else if random.percent(30) {
        params.push(("RoleName", Json::text(ROLE)));
    }
    if has(Fault::TagKey) || random.percent(12) {
        let count = random.between(1, 3);
        let tag = |place: usize| {
            let word = random.pick(&WORDS);
            let key = match has(Fault::TagKey) && place == 1 {
                false => format!("{word}{place}"),
                true => match random.below(3) {
                    0 => format!("aliyun{word}"),
                    1 => format!("acs:{word}"),
                    _ => random.text(ALPHANUMERIC, 129),
                },
            };
            Json::Object(vec![("Key", Json::Text(key)), ("Value", Json::text(random.pick(&WORDS)))])
        };
        params.push(("Tag", Json::List((1..=count).map(tag).collect())));
    }
    if has(Fault::Detection) {
        params.push(("DetectionStrategy", Json::text(random.pick(&["Full", "None", "Std"]))));
    } else if random.percent(5) {
        params.push(("DetectionStrategy", Json::text("Standard")));
    }
    if has(Fault::Metadata) {
        params.push(("Features", Json::Object(vec![("ImdsSupport", Json::text(random.pick(&["v3", "2", "on"])))])));
    } else if random.percent(5) {
        params.push(("Features", Json::Object(vec![("ImdsSupport", Json::text(random.pick(&["v1", "v2"])))])));
    }
    if has(Fault::Token) {
        let length = random.between(65, 80);
        params.push(("ClientToken", Json::Text(random.text(ALPHANUMERIC, length))));
    } else if random.percent(10) {
        params.push(("ClientToken", Json::Text(random.text(LOWER, 36))));
    }
    if has(Fault::DryRun) {
        params.push(("DryRun", Json::text(random.pick(&["yes", "on", "dry"]))));
    } else if random.percent(20) {
        params.push(("DryRun", Json::Bool(random.percent(50))));
    }
}

fn name(random: &mut Random) -> String {
    let start = if random.percent(12) { random.pick(&CHINESE) } else { random.pick(&WORDS) };
    let mark = random.pick(&[".", ":", "_", "-"]);
    format!("{start}{mark}{}", random.text(ALPHANUMERIC, 6))
}

fn wrong_name(random: &mut Random) -> String {
    match random.below(6) {
        // One Chinese character would be doubtful: it has bytes enough.
        0 => "x".to_owned(),
        1 => format!("a{}", random.text(ALPHANUMERIC, 128)),
        2 => format!("aliyun-{}", random.pick(&WORDS)),
        3 => format!("acs:{}", random.pick(&WORDS)),
        4 => format!("{}{}", random.between(0, 9), random.pick(&WORDS)),
        _ => format!("{}{}{}", random.pick(&CHINESE), random.pick(&[" ", "/", "!", "@"]), random.pick(&WORDS)),
    }
}

fn description(random: &mut Random) -> String {
    if random.percent(40) {
        return format!("{}，{}", random.pick(&CHINESE), random.pick(&CHINESE));
    }
    format!("{} image for {}, see wiki/{}", random.pick(&WORDS), random.pick(&WORDS), random.text(LOWER, 5))
}

fn wrong_description(random: &mut Random) -> String {
    match random.below(3) {
        0 => "x".to_owned(),
        1 => format!("http://wiki.example.com/{}", random.pick(&WORDS)),
        _ => random.pick(&CHINESE).repeat(129),
    }
}
