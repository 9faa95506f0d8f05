//! Native code for two operations and nothing else, written by hand and fused with its parser.
//!
//! For the question what a program could reach that knew the rules of ExportImage and ImportImage when it was compiled.
//! It reads a request in one pass over the bytes, without a tree and without a copy of any text that has no escapes,
//! judges disks and tags while it reads them and the rest when it knows the operation, and decides all that preflint
//! decides about these requests: every constraint on parameters, those that only warn too. It never does what preflint
//! does beside that: other operations, editions, facts, flat notation, places, wording.

mod judge;
mod scan;
mod words;

use crate::corpus::Lists;
use scan::{Raw, Scan};
use words::Words;

pub use scan::Bad;

/// The yardstick, with room that it uses for every request anew.
pub struct Native {
    regions: Words,
    platforms: Words,
    /// Texts that had escapes.
    decoded: String,
    /// What is wrong: the rule and, below it, the number of the disk or tag. So they sort as the API looks at them.
    answers: Vec<u16>,
    tag_keys: Vec<Text>,
    warnings: usize,
}

/// What a request can break, in the order in which the API looks for it. The two operations' orders fit into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Rule {
    NoRegion,
    NoImage,
    NoExportBucket,
    NoDisks,
    NoBucket,
    NoObject,
    SizeType,
    DryRunType,
    OwnerType,
    ResourceOwnerType,
    Prefix,
    Name,
    Description,
    Architecture,
    Platform,
    OsType,
    BootMode,
    BootModeOfArm,
    License,
    TagCount,
    TagDuplicate,
    TagKey,
    TagValue,
    Detection,
    Metadata,
    Token,
    SystemSize,
    DataSize,
    DiskFormat,
    Region,
    ImageFormat,
    Role,
}

/// Code and parameter by [`Rule`]; `{}` stands for the number of the disk or tag.
const ANSWERS: [(&str, &str); Rule::Role as usize + 1] = [
    ("MissingParameter", "RegionId"),
    ("MissingParameter", "ImageId"),
    ("MissingParameter", "OSSBucket"),
    ("MissingParameter.DiskDeviceMapping", "DiskDeviceMapping"),
    ("MissingParameter", "DiskDeviceMapping.{}.OSSBucket"),
    ("MissingParameter", "DiskDeviceMapping.{}.OSSObject"),
    ("InvalidParameter", "DiskDeviceMapping.{}.DiskImageSize"),
    ("InvalidParameter", "DryRun"),
    ("InvalidParameter", "OwnerId"),
    ("InvalidParameter", "ResourceOwnerId"),
    ("InvalidOSSPrefix.Malformed", "OSSPrefix"),
    ("InvalidImageName.Malformed", "ImageName"),
    ("InvalidDescription.Malformed", "Description"),
    ("InvalidArchitecture.Malformed", "Architecture"),
    ("InvalidPlatform.Malformed", "Platform"),
    ("InvalidOSType.Malformed", "OSType"),
    ("InvalidBootMode.Malformed", "BootMode"),
    ("InvalidBootMode.NotSupport", "BootMode"),
    ("InvalidLicenseType.NotSupported", "LicenseType"),
    ("InvalidParameter", "Tag"),
    ("TagKey.Duplication", "Tag"),
    ("InvalidParameter", "Tag.{}.Key"),
    ("InvalidParameter", "Tag.{}.Value"),
    ("InvalidParameter.DetectionStrategy", "DetectionStrategy"),
    ("InvalidParameter.FeaturesImdsSupport", "Features.ImdsSupport"),
    ("InvalidClientToken.Malformed", "ClientToken"),
    ("InvalidImageSize", "DiskDeviceMapping.{}.DiskImageSize"),
    ("InvalidDataDiskSize", "DiskDeviceMapping.{}.DiskImageSize"),
    ("InvalidImageFormat.Malformed", "DiskDeviceMapping.{}.Format"),
    ("InvalidRegionId.NotFound", "RegionId"),
    ("InvalidImageFormat.Malformed", "ImageFormat"),
    ("NoSetRoletoECSServiceAcount", "RoleName"),
];

/// A value: nothing, a piece of the request or of the decoded texts.
#[derive(Clone, Copy, Default)]
struct Text {
    start: u32,
    end: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Absent,
    Plain,
    Decoded,
    /// Given twice with different values: not known, so nothing is said about it.
    Unknown,
}

/// The parameters that are one value, of both operations.
#[derive(Clone, Copy)]
enum Name {
    Region,
    Id,
    Bucket,
    Prefix,
    WrittenFormat,
    Role,
    DryRun,
    Owner,
    ResourceOwner,
    Called,
    Description,
    Architecture,
    OsType,
    Platform,
    BootMode,
    License,
    ResourceGroup,
    Detection,
    StorageLocation,
    Token,
    Metadata,
    Nvme,
}

const NAMES: usize = Name::Nvme as usize + 1;

/// A request as it was read, before the operation is known.
#[derive(Default)]
struct Slots {
    values: [Text; NAMES],
    has_disks: bool,
    has_tags: bool,
    disk_warnings: usize,
    unknown: usize,
}

impl Native {
    pub fn new(lists: &Lists) -> Native {
        Native {
            regions: Words::new(&lists.regions),
            platforms: Words::new(&lists.platforms),
            decoded: String::new(),
            answers: Vec::new(),
            tag_keys: Vec::new(),
            warnings: 0,
        }
    }

    /// Reads and checks a request, and gives the number of codes.
    pub fn check(&mut self, text: &str) -> Result<usize, Bad> {
        self.decoded.clear();
        self.answers.clear();
        self.warnings = 0;
        let mut scan = Scan::new(text);
        let (mut provider, mut operation, mut slots) = (Text::default(), Text::default(), Slots::default());
        scan.expect(b'{')?;
        let mut is_first = true;
        while scan.next(&mut is_first, b'}')? {
            let key = scan.key()?;
            match &text.as_bytes()[key.start..key.end] {
                b"params" => self.params(&mut scan, &mut slots)?,
                b"operation" => operation = self.text(&mut scan)?,
                b"provider" => provider = self.text(&mut scan)?,
                b"id" | b"service" => scan.skip(0)?,
                _ => return Err(Bad),
            }
        }
        scan.finish()?;
        if self.get(text, provider) != "aliyun" {
            return Err(Bad);
        }
        match self.get(text, operation) {
            "ExportImage" => self.judge_export(text, &slots),
            "ImportImage" => self.judge_import(text, &slots),
            _ => return Err(Bad),
        }
        if self.answers.len() > 1 {
            self.answers.sort_unstable();
        }
        Ok(self.answers.len())
    }

    /// Code and parameter of every answer to the request that was checked last.
    pub fn answers(&self) -> Vec<(&'static str, String)> {
        let answer = |packed: &u16| {
            let (code, parameter) = ANSWERS[usize::from(packed >> 8)];
            (code, parameter.replace("{}", &(packed & 0xff).to_string()))
        };
        self.answers.iter().map(answer).collect()
    }

    /// How many warnings the request that was checked last gets.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// `number` is that of the disk or tag, and 0 for other parameters.
    fn add(&mut self, rule: Rule, number: usize) {
        self.answers.push(u16::from(rule as u8) << 8 | number as u16 & 0xff);
    }

    fn get<'g>(&'g self, text: &'g str, value: Text) -> &'g str {
        let (start, end) = (value.start as usize, value.end as usize);
        match value.kind {
            Kind::Plain => &text[start..end],
            Kind::Decoded => &self.decoded[start..end],
            Kind::Absent | Kind::Unknown => "",
        }
    }

    fn text(&mut self, scan: &mut Scan<'_>) -> Result<Text, Bad> {
        let raw = scan.string()?;
        self.kept(scan, raw)
    }

    #[inline(always)]
    fn kept(&mut self, scan: &Scan<'_>, raw: Raw) -> Result<Text, Bad> {
        if raw.has_escapes {
            let start = self.decoded.len() as u32;
            self.decoded.push_str(&scan.decode(raw)?);
            return Ok(Text { start, end: self.decoded.len() as u32, kind: Kind::Decoded });
        }
        Ok(Text { start: raw.start as u32, end: raw.end as u32, kind: Kind::Plain })
    }

    /// A value that is to be a text, number or boolean; all are texts on the wire. An empty text is not sent, nor is
    /// null; a list or object goes by other names, which are unknown.
    #[inline(always)]
    fn scalar(&mut self, scan: &mut Scan<'_>, unknown: &mut usize) -> Result<Text, Bad> {
        let raw = match scan.peek() {
            b'"' => scan.string()?,
            b'{' | b'[' => {
                *unknown += 1;
                scan.skip(0)?;
                return Ok(Text::default());
            }
            b'n' => {
                scan.literal()?;
                return Ok(Text::default());
            }
            _ => scan.literal()?,
        };
        if raw.start == raw.end { Ok(Text::default()) } else { self.kept(scan, raw) }
    }

    /// Puts a value where it belongs, unless another one stands there.
    #[inline(always)]
    fn put(&mut self, text: &str, place: &mut Text, value: Text) {
        if place.kind != Kind::Absent && value.kind != Kind::Absent {
            if place.kind == Kind::Unknown || self.get(text, *place) != self.get(text, value) {
                self.warnings += usize::from(place.kind != Kind::Unknown);
                place.kind = Kind::Unknown;
            }
        } else if value.kind != Kind::Absent {
            *place = value;
        }
    }

    fn params(&mut self, scan: &mut Scan<'_>, slots: &mut Slots) -> Result<(), Bad> {
        scan.expect(b'{')?;
        let mut is_first = true;
        while scan.next(&mut is_first, b'}')? {
            let key = scan.key()?;
            match named(&scan.text.as_bytes()[key.start..key.end]) {
                Some(Named::Common) => {
                    self.scalar(scan, &mut slots.unknown)?;
                }
                Some(Named::Value(name)) => {
                    let value = self.scalar(scan, &mut slots.unknown)?;
                    self.put(scan.text, &mut slots.values[name as usize], value);
                }
                Some(Named::Disks) if scan.peek() == b'[' => self.disks(scan, slots)?,
                Some(Named::Tags) if scan.peek() == b'[' => self.tags(scan, slots)?,
                Some(Named::Features) if scan.peek() == b'{' => self.features(scan, slots)?,
                _ => {
                    slots.unknown += usize::from(scan.peek() != b'n');
                    scan.skip(0)?;
                }
            }
        }
        Ok(())
    }

    fn disks(&mut self, scan: &mut Scan<'_>, slots: &mut Slots) -> Result<(), Bad> {
        scan.expect(b'[')?;
        let (mut is_first, mut number) = (true, 0);
        while scan.next(&mut is_first, b']')? {
            number += 1;
            if number > 17 {
                slots.disk_warnings += 1;
                scan.skip(0)?;
                continue;
            }
            let [mut bucket, mut object, mut format, mut size, mut device] = [Text::default(); 5];
            let mut is_first = true;
            scan.expect(b'{')?;
            while scan.next(&mut is_first, b'}')? {
                let key = scan.key()?;
                let place = match &scan.text.as_bytes()[key.start..key.end] {
                    key if key.len() == 9 && key == b"OSSBucket" => &mut bucket,
                    key if key.len() == 9 && key == b"OSSObject" => &mut object,
                    key if key.len() == 6 && key == b"Format" => &mut format,
                    key if key.len() == 13 && key == b"DiskImageSize" => &mut size,
                    b"DiskImSize" => &mut size,
                    b"Device" => &mut device,
                    _ => {
                        slots.disk_warnings += usize::from(scan.peek() != b'n');
                        scan.skip(0)?;
                        continue;
                    }
                };
                let value = self.scalar(scan, &mut slots.disk_warnings)?;
                self.put(scan.text, place, value);
            }
            if [bucket, object, format, size, device].iter().any(|value| value.kind != Kind::Absent) {
                slots.has_disks = true;
                slots.disk_warnings += self.judge_disk(scan.text, number, [bucket, object, format, size]);
            }
        }
        Ok(())
    }

    fn tags(&mut self, scan: &mut Scan<'_>, slots: &mut Slots) -> Result<(), Bad> {
        scan.expect(b'[')?;
        self.tag_keys.clear();
        let (mut is_first, mut number) = (true, 0);
        while scan.next(&mut is_first, b']')? {
            number += 1;
            let [mut tag_key, mut tag_value] = [Text::default(); 2];
            let mut is_first = true;
            scan.expect(b'{')?;
            while scan.next(&mut is_first, b'}')? {
                let key = scan.key()?;
                let place = match &scan.text.as_bytes()[key.start..key.end] {
                    b"Key" => &mut tag_key,
                    b"Value" => &mut tag_value,
                    _ => {
                        slots.disk_warnings += usize::from(scan.peek() != b'n');
                        scan.skip(0)?;
                        continue;
                    }
                };
                let value = self.scalar(scan, &mut slots.disk_warnings)?;
                self.put(scan.text, place, value);
            }
            if tag_key.kind != Kind::Absent || tag_value.kind != Kind::Absent {
                slots.has_tags = true;
                slots.disk_warnings += self.judge_tag(scan.text, number, tag_key, tag_value);
            }
        }
        if number > 20 {
            self.add(Rule::TagCount, 0);
        }
        Ok(())
    }

    fn features(&mut self, scan: &mut Scan<'_>, slots: &mut Slots) -> Result<(), Bad> {
        scan.expect(b'{')?;
        let mut is_first = true;
        while scan.next(&mut is_first, b'}')? {
            let key = scan.key()?;
            let name = match &scan.text.as_bytes()[key.start..key.end] {
                b"ImdsSupport" => Name::Metadata,
                b"NvmeSupport" => Name::Nvme,
                _ => {
                    slots.unknown += usize::from(scan.peek() != b'n');
                    scan.skip(0)?;
                    continue;
                }
            };
            let value = self.scalar(scan, &mut slots.unknown)?;
            self.put(scan.text, &mut slots.values[name as usize], value);
        }
        Ok(())
    }
}

enum Named {
    Value(Name),
    /// Known, and nothing depends on the value.
    Common,
    Disks,
    Tags,
    Features,
}

/// The parameter of a name. By length first: so one comparison of a few words is enough for nearly all.
#[inline(always)]
fn named(key: &[u8]) -> Option<Named> {
    Some(Named::Value(match key.len() {
        3 if key == b"Tag" => return Some(Named::Tags),
        6 if key == b"OSType" => Name::OsType,
        6 if key == b"DryRun" => Name::DryRun,
        6 if key == b"Action" || key == b"Format" => return Some(Named::Common),
        7 if key == b"ImageId" => Name::Id,
        7 if key == b"OwnerId" => Name::Owner,
        7 if key == b"Version" => return Some(Named::Common),
        8 if key == b"RegionId" => Name::Region,
        8 if key == b"RoleName" => Name::Role,
        8 if key == b"Platform" => Name::Platform,
        8 if key == b"BootMode" => Name::BootMode,
        8 if key == b"Features" => return Some(Named::Features),
        9 if key == b"OSSBucket" => Name::Bucket,
        9 if key == b"OSSPrefix" => Name::Prefix,
        9 if key == b"ImageName" => Name::Called,
        9 if key == b"Signature" || key == b"Timestamp" => return Some(Named::Common),
        11 if key == b"ImageFormat" => Name::WrittenFormat,
        11 if key == b"Description" => Name::Description,
        11 if key == b"LicenseType" => Name::License,
        11 if key == b"ClientToken" => Name::Token,
        11 if key == b"AccessKeyId" => return Some(Named::Common),
        12 if key == b"Architecture" => Name::Architecture,
        13 if key == b"SecurityToken" || key == b"SignatureType" => return Some(Named::Common),
        14 if key == b"SignatureNonce" => return Some(Named::Common),
        15 if key == b"ResourceGroupId" => Name::ResourceGroup,
        15 if key == b"ResourceOwnerId" => Name::ResourceOwner,
        15 if key == b"SignatureMethod" => return Some(Named::Common),
        16 if key == b"SignatureVersion" => return Some(Named::Common),
        17 if key == b"DiskDeviceMapping" => return Some(Named::Disks),
        17 if key == b"DetectionStrategy" => Name::Detection,
        18 if key == b"StorageLocationArn" => Name::StorageLocation,
        20 if key == b"ResourceOwnerAccount" => return Some(Named::Common),
        _ => return None,
    }))
}
