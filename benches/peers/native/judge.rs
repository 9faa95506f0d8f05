//! What is right and wrong for [`super::Native`].

use super::{Kind, Name, Native, Rule, Slots, Text};

/// What a value is to a constraint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Good,
    /// Warned of only.
    Doubtful,
    Bad,
}

/// How a value stands in a list of names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    /// In another letter case.
    Folded,
    No,
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const LOWER: u8 = 4;
const MARK: u8 = 8;
const HYPHEN: u8 = 16;

/// The kinds of all bytes; those beyond ASCII have none.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mut class = 0;
        if byte.is_ascii_alphabetic() {
            class |= LETTER;
        }
        if byte.is_ascii_digit() {
            class |= DIGIT;
        }
        if byte.is_ascii_lowercase() {
            class |= LOWER;
        }
        if matches!(byte, b'.' | b':' | b'_' | b'-') {
            class |= MARK;
        }
        if byte == b'-' {
            class |= HYPHEN;
        }
        classes[byte as usize] = class;
        byte += 1;
    }
    classes
};

#[inline(always)]
fn are_all(text: &str, classes: u8) -> bool {
    text.bytes().all(|byte| CLASSES[usize::from(byte)] & classes != 0)
}

impl Native {
    pub(super) fn judge_export(&mut self, text: &str, slots: &Slots) {
        // What belongs to an import alone is unknown here, like whatever else nobody knows.
        let others = [
            Name::Called,
            Name::Description,
            Name::Architecture,
            Name::OsType,
            Name::Platform,
            Name::BootMode,
            Name::License,
            Name::ResourceGroup,
            Name::Detection,
            Name::StorageLocation,
            Name::Token,
        ];
        self.warnings += slots.unknown + others.into_iter().filter(|name| is_given(slots, *name)).count();
        let features = is_given(slots, Name::Metadata) || is_given(slots, Name::Nvme);
        let structures = [slots.has_disks, slots.has_tags, features];
        self.warnings += structures.iter().filter(|given| **given).count();
        if slots.has_disks || slots.has_tags {
            self.answers.clear();
        }
        let region_is_good = self.judge_region(text, slots);
        self.demand(slots, Name::Id, Rule::NoImage);
        if self.demand(slots, Name::Bucket, Rule::NoExportBucket) {
            self.warnings += bucket_warnings(self.get(text, slots.values[Name::Bucket as usize]));
        }
        self.judge_types(text, slots);
        if let Some(prefix) = value(self, text, slots, Name::Prefix) {
            match prefix_judgement(prefix) {
                Judgement::Bad => self.add(Rule::Prefix, 0),
                Judgement::Doubtful => self.warnings += 1,
                Judgement::Good => {}
            }
        }
        if let Some(format) = value(self, text, slots, Name::WrittenFormat) {
            let listed = match format.as_bytes() {
                b"raw" | b"vhd" | b"qcow2" | b"vmdk" | b"vdi" => Listed::Yes,
                _ => folded(format, &["raw", "vhd", "qcow2", "vmdk", "vdi"]),
            };
            let in_region = region_is_good && {
                let region = self.get(text, slots.values[Name::Region as usize]);
                !offers_formats(region)
            };
            match listed {
                Listed::No => self.add(Rule::ImageFormat, 0),
                _ => self.warnings += usize::from(listed == Listed::Folded) + usize::from(in_region),
            }
        }
        if value(self, text, slots, Name::Role).is_some_and(|role| role != "AliyunECSImageExportDefaultRole") {
            self.add(Rule::Role, 0);
        }
    }

    pub(super) fn judge_import(&mut self, text: &str, slots: &Slots) {
        let others = [Name::Id, Name::Bucket, Name::Prefix, Name::WrittenFormat];
        self.warnings += slots.unknown + slots.disk_warnings;
        self.warnings += others.into_iter().filter(|name| is_given(slots, *name)).count();
        self.judge_region(text, slots);
        if !slots.has_disks {
            self.add(Rule::NoDisks, 0);
        }
        self.judge_types(text, slots);
        match value(self, text, slots, Name::Called).map_or(Judgement::Good, name_judgement) {
            Judgement::Bad => self.add(Rule::Name, 0),
            Judgement::Doubtful => self.warnings += 1,
            Judgement::Good => {}
        }
        match value(self, text, slots, Name::Description).map_or(Judgement::Good, description_judgement) {
            Judgement::Bad => self.add(Rule::Description, 0),
            Judgement::Doubtful => self.warnings += 1,
            Judgement::Good => {}
        }
        self.judge_system(text, slots);
        self.judge_options(text, slots);
    }

    /// Architecture, platform, operating system and boot mode.
    fn judge_system(&mut self, text: &str, slots: &Slots) {
        let mut is_arm = false;
        if let Some(architecture) = value(self, text, slots, Name::Architecture) {
            let listed = match architecture.as_bytes() {
                b"i386" | b"x86_64" => Listed::Yes,
                b"arm64" => {
                    is_arm = true;
                    Listed::Yes
                }
                _ => {
                    is_arm = architecture.eq_ignore_ascii_case("arm64");
                    folded(architecture, &["i386", "x86_64", "arm64"])
                }
            };
            self.note(listed, Rule::Architecture);
        }
        if let Some(platform) = value(self, text, slots, Name::Platform) {
            let listed = match self.platforms.contains(platform) {
                true => Listed::Yes,
                false if self.platforms.contains_in_any_case(platform) => Listed::Folded,
                false => Listed::No,
            };
            self.note(listed, Rule::Platform);
        }
        if let Some(mode) = value(self, text, slots, Name::BootMode) {
            let is_bios = mode.eq_ignore_ascii_case("BIOS");
            let listed = match mode.as_bytes() {
                b"BIOS" | b"UEFI" => Listed::Yes,
                _ => folded(mode, &["BIOS", "UEFI"]),
            };
            self.note(listed, Rule::BootMode);
            if is_arm && is_bios {
                self.add(Rule::BootModeOfArm, 0);
            }
        }
        let detects = value(self, text, slots, Name::Detection).map(|strategy| match strategy {
            "Standard" => Listed::Yes,
            _ => folded(strategy, &["Standard"]),
        });
        if let Some(listed) = detects {
            self.note(listed, Rule::Detection);
        }
        if let Some(system) = value(self, text, slots, Name::OsType) {
            let is_windows = system.eq_ignore_ascii_case("windows");
            let listed = match system.as_bytes() {
                b"windows" | b"linux" => Listed::Yes,
                _ => folded(system, &["windows", "linux"]),
            };
            self.note(listed, Rule::OsType);
            if is_windows {
                self.warnings += usize::from(slots.values[Name::License as usize].kind == Kind::Absent);
                self.warnings += usize::from(detects.is_some_and(|listed| listed != Listed::No));
            }
        }
    }

    fn judge_options(&mut self, text: &str, slots: &Slots) {
        if let Some(license) = value(self, text, slots, Name::License) {
            let listed = match license.as_bytes() {
                b"Aliyun" | b"BYOL" | b"Auto" => Listed::Yes,
                _ => folded(license, &["Aliyun", "BYOL", "Auto"]),
            };
            let is_auto = license.eq_ignore_ascii_case("Auto");
            self.note(listed, Rule::License);
            self.warnings += usize::from(is_auto);
        }
        if value(self, text, slots, Name::ResourceGroup).is_some_and(|id| !id.starts_with("rg-")) {
            self.warnings += 1;
        }
        if slots.has_tags {
            self.judge_tag_keys(text);
        }
        if value(self, text, slots, Name::StorageLocation).is_some_and(|name| !is_storage_location(name)) {
            self.warnings += 1;
        }
        if let Some(support) = value(self, text, slots, Name::Metadata) {
            let listed = match support.as_bytes() {
                b"v1" | b"v2" => Listed::Yes,
                _ => folded(support, &["v1", "v2"]),
            };
            self.note(listed, Rule::Metadata);
        }
        if value(self, text, slots, Name::Nvme).is_some_and(|nvme| nvme != "supported" && nvme != "unsupported") {
            self.warnings += 1;
        }
        if value(self, text, slots, Name::Token).is_some_and(|token| token.len() > 64 || !token.is_ascii()) {
            self.add(Rule::Token, 0);
        }
        if let Some(role) = value(self, text, slots, Name::Role) {
            let is_known = role == "AliyunECSImageImportDefaultRole"
                || role == "AliyunECSCloudBoxImageImportDefaultRole" && is_given(slots, Name::StorageLocation);
            if !is_known {
                self.add(Rule::Role, 0);
            }
        }
    }

    /// Gives the number of warnings.
    #[inline(always)]
    pub(super) fn judge_disk(&mut self, text: &str, number: usize, [bucket, object, format, size]: [Text; 4]) -> usize {
        let mut warnings = 0;
        match bucket.kind {
            Kind::Absent => self.add(Rule::NoBucket, number),
            Kind::Unknown => {}
            _ => warnings += bucket_warnings(self.get(text, bucket)),
        }
        match object.kind {
            Kind::Absent => self.add(Rule::NoObject, number),
            Kind::Unknown => {}
            _ => {
                let key = self.get(text, object);
                warnings += usize::from(key.len() > 1023 || key.starts_with(['/', '\\']));
            }
        }
        if matches!(format.kind, Kind::Plain | Kind::Decoded) {
            let name = self.get(text, format);
            let listed = match name.as_bytes() {
                b"RAW" | b"VHD" | b"QCOW2" | b"VMDK" => Listed::Yes,
                _ => folded(name, &["RAW", "VHD", "QCOW2", "VMDK"]),
            };
            match listed {
                Listed::No => self.add(Rule::DiskFormat, number),
                _ => warnings += usize::from(listed == Listed::Folded),
            }
        }
        if matches!(size.kind, Kind::Plain | Kind::Decoded) {
            match whole_number(self.get(text, size)) {
                None => self.add(Rule::SizeType, number),
                Some(1..=2048) => {}
                Some(_) if number == 1 => self.add(Rule::SystemSize, number),
                Some(_) => self.add(Rule::DataSize, number),
            }
        }
        warnings
    }

    /// Gives the number of warnings.
    pub(super) fn judge_tag(&mut self, text: &str, number: usize, key: Text, value: Text) -> usize {
        let has_url = |text: &str| text.contains("http://") || text.contains("https://");
        let is_long = |text: &str| text.len() > 128 && text.chars().count() > 128;
        if matches!(key.kind, Kind::Plain | Kind::Decoded) {
            let name = self.get(text, key);
            if is_long(name) || name.starts_with("aliyun") || name.starts_with("acs:") || has_url(name) {
                self.add(Rule::TagKey, number);
            }
            self.tag_keys.push(key);
        }
        if matches!(value.kind, Kind::Plain | Kind::Decoded) {
            let content = self.get(text, value);
            if is_long(content) || content.starts_with("acs:") || has_url(content) {
                self.add(Rule::TagValue, number);
            }
        }
        usize::from(key.kind == Kind::Absent)
    }

    fn judge_tag_keys(&mut self, text: &str) {
        let keys = &self.tag_keys;
        let is_twice = keys.iter().enumerate().any(|(place, key)| {
            let name = self.get(text, *key);
            keys[..place].iter().any(|other| self.get(text, *other).eq_ignore_ascii_case(name))
        });
        if is_twice {
            self.add(Rule::TagDuplicate, 0);
        }
    }

    /// Whether the region is one.
    fn judge_region(&mut self, text: &str, slots: &Slots) -> bool {
        if !self.demand(slots, Name::Region, Rule::NoRegion) {
            return false;
        }
        let is_known = self.regions.contains(self.get(text, slots.values[Name::Region as usize]));
        if !is_known {
            self.add(Rule::Region, 0);
        }
        is_known
    }

    fn judge_types(&mut self, text: &str, slots: &Slots) {
        if value(self, text, slots, Name::DryRun).is_some_and(|value| value != "true" && value != "false") {
            self.add(Rule::DryRunType, 0);
        }
        for (name, rule) in [(Name::Owner, Rule::OwnerType), (Name::ResourceOwner, Rule::ResourceOwnerType)] {
            if value(self, text, slots, name).is_some_and(|value| whole_number(value).is_none()) {
                self.add(rule, 0);
            }
        }
    }

    /// Whether a parameter that must be there is, and is known.
    fn demand(&mut self, slots: &Slots, name: Name, rule: Rule) -> bool {
        let kind = slots.values[name as usize].kind;
        if kind == Kind::Absent {
            self.add(rule, 0);
        }
        matches!(kind, Kind::Plain | Kind::Decoded)
    }

    fn note(&mut self, listed: Listed, rule: Rule) {
        match listed {
            Listed::Yes => {}
            Listed::Folded => self.warnings += 1,
            Listed::No => self.add(rule, 0),
        }
    }
}

fn is_given(slots: &Slots, name: Name) -> bool {
    slots.values[name as usize].kind != Kind::Absent
}

#[inline(always)]
fn value<'v>(native: &'v Native, text: &'v str, slots: &Slots, name: Name) -> Option<&'v str> {
    let value = slots.values[name as usize];
    matches!(value.kind, Kind::Plain | Kind::Decoded).then(|| native.get(text, value))
}

#[cold]
fn folded(value: &str, names: &[&str]) -> Listed {
    if names.iter().any(|name| name.eq_ignore_ascii_case(value)) { Listed::Folded } else { Listed::No }
}

/// A whole number; one that is too great for any limit here counts as the greatest.
#[inline(always)]
fn whole_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0_i64, |all, byte| all.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    Some(if digits.len() < text.len() { -number } else { number })
}

/// Length and characters are two warnings.
#[inline(always)]
fn bucket_warnings(name: &str) -> usize {
    let bytes = name.as_bytes();
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| CLASSES[usize::from(*byte)] & (LOWER | DIGIT) != 0);
    let has_good_length = (3..=63).contains(&bytes.len()) || (3..=63).contains(&name.chars().count());
    let has_good_characters = is_edge(bytes.first()) && is_edge(bytes.last()) && are_all(name, LOWER | DIGIT | HYPHEN);
    usize::from(!has_good_length) + usize::from(!has_good_characters)
}

fn prefix_judgement(prefix: &str) -> Judgement {
    match () {
        () if prefix.len() <= 30 && are_all(prefix, LETTER | DIGIT) => Judgement::Good,
        () if prefix.len() > 30 && prefix.chars().count() > 30 => Judgement::Bad,
        () => worst(prefix.chars(), |character| character.is_ascii_alphanumeric(), false),
    }
}

#[inline(always)]
fn name_judgement(name: &str) -> Judgement {
    let bytes = name.as_bytes();
    if name.starts_with("aliyun") || name.starts_with("acs:") {
        return Judgement::Bad;
    }
    let starts_well = bytes.first().is_some_and(|byte| CLASSES[usize::from(*byte)] & LETTER != 0);
    if (2..=128).contains(&bytes.len()) && starts_well && are_all(name, LETTER | DIGIT | MARK) {
        return Judgement::Good;
    }
    let length = name.chars().count();
    if length > 128 || bytes.len() < 2 {
        return Judgement::Bad;
    }
    let is_letter = |character: char| character.is_ascii_alphabetic() || is_chinese(character);
    let first = worst(name.chars().take(1), is_letter, true);
    let further = worst(
        name.chars().skip(1),
        |character| is_letter(character) || character.is_ascii_digit() || matches!(character, '.' | ':' | '_' | '-'),
        true,
    );
    match (first, further) {
        (Judgement::Bad, _) | (_, Judgement::Bad) => Judgement::Bad,
        (Judgement::Good, Judgement::Good) if length >= 2 => Judgement::Good,
        _ => Judgement::Doubtful,
    }
}

fn description_judgement(description: &str) -> Judgement {
    let bytes = description.len();
    if description.starts_with("http://") || description.starts_with("https://") || bytes < 2 {
        return Judgement::Bad;
    }
    // Two characters have at most eight bytes.
    if (8..=256).contains(&bytes) {
        return Judgement::Good;
    }
    match description.chars().count() {
        0 | 1 => Judgement::Doubtful,
        2..=256 => Judgement::Good,
        _ => Judgement::Bad,
    }
}

/// A character that is not allowed is doubtful when it is a letter of another alphabet.
#[cold]
fn worst(characters: impl Iterator<Item = char>, is_allowed: impl Fn(char) -> bool, knows_chinese: bool) -> Judgement {
    let mut worst = Judgement::Good;
    for character in characters.filter(|character| !is_allowed(*character)) {
        let is_east_asian =
            matches!(character, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}');
        let is_letter = character.is_alphabetic() && !character.is_ascii() && !is_chinese(character);
        if !is_letter || is_east_asian && !knows_chinese {
            return Judgement::Bad;
        }
        worst = Judgement::Doubtful;
    }
    worst
}

fn is_chinese(character: char) -> bool {
    matches!(
        character,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '\u{f900}'..='\u{faff}'
    )
}

fn offers_formats(region: &str) -> bool {
    matches!(
        region.as_bytes(),
        b"ap-northeast-1"
            | b"ap-southeast-5"
            | b"eu-central-1"
            | b"me-east-1"
            | b"us-east-1"
            | b"eu-west-1"
            | b"ap-southeast-1"
            | b"ap-southeast-3"
            | b"us-west-1"
    )
}

/// `arn:acs:cloudbox:{RegionId}:{AliUid}:cloudbox/{CloudBoxId}`
fn is_storage_location(name: &str) -> bool {
    let parts: Vec<&str> = name.split(':').collect();
    match parts.as_slice() {
        ["arn", "acs", "cloudbox", region, account, place] => {
            let id = place.strip_prefix("cloudbox/").unwrap_or_default();
            !region.is_empty() && !account.is_empty() && !id.is_empty() && !id.contains('/')
        }
        _ => false,
    }
}
