//! What rule files may hold: what meets a limit is used, what exceeds it is refused with the limit's number, so that no
//! file of a stranger costs much more than its own length.

use preflint::limits::*;
use preflint::{Checker, Facts, Position, RuleFile};

use crate::cli::project;
use crate::support::box_edition;

/// Makes so many things more.
type Maker<'m> = &'m dyn Fn(usize) -> String;

const NAME: &str = r#"{"name": "Name", "type": "string", "meaning": "x"}"#;

/// The mistakes of an edition beside acme's provider file, in which one text was replaced by another; empty when there are
/// none.
fn mistakes_with(replaced: &str, by: &str, edition: &RuleFile) -> String {
    match with(replaced, by, edition) {
        Ok(_) => String::new(),
        Err(mistakes) => mistakes,
    }
}

fn with(replaced: &str, by: &str, edition: &RuleFile) -> Result<Checker, String> {
    let base = std::fs::read_to_string(project("tests/broken_rules/base/acme/provider.json")).expect("a file");
    let text = base.replacen(replaced, by, 1);
    assert!(replaced == by || text != base, "{replaced} stands in the file");
    let path = "acme/provider.json".to_owned();
    let provider = RuleFile { name: path.clone(), path, text: text.into() };
    Checker::from_files([provider, edition.clone()])
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn mistakes(edition: &RuleFile) -> String {
    mistakes_with("", "", edition)
}

/// An edition with a member more.
fn edition(member: &str) -> RuleFile {
    let mut edition = box_edition("2026-01", NAME, "");
    edition.text = edition.text.replacen("\"format\": 1", &format!("\"format\": 1, {member}"), 1).into();
    edition
}

fn many(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect::<Vec<_>>().join(",")
}

#[track_caller]
fn told_once(mistakes: &str, limit: usize) {
    assert_eq!(mistakes.matches(&limit.to_string()).count(), 1, "{mistakes}");
}

#[test]
fn texts_and_keys_are_bounded() {
    let named = |length: usize| {
        box_edition("2026-01", &format!(r#"{{"name":"Name","type":"string","meaning":"{}"}}"#, "x".repeat(length)), "")
    };
    assert_eq!(mistakes(&named(TEXT_BYTES)), "");
    told_once(&mistakes(&named(TEXT_BYTES + 1)), TEXT_BYTES);
    // What counts is the text that is meant, not how it is written.
    let escaped = |length: usize| {
        let meaning = "\\u0078".repeat(length);
        box_edition("2026-01", &format!(r#"{{"name":"Name","type":"string","meaning":"{meaning}"}}"#), "")
    };
    assert_eq!(mistakes(&escaped(TEXT_BYTES)), "");
    told_once(&mistakes(&escaped(TEXT_BYTES + 1)), TEXT_BYTES);
    let entity = |length: usize| {
        let name = "x".repeat(length);
        edition(&format!(r#""entities": {{"{name}": {{"section": "boxes", "value": "v"}}}}"#))
    };
    assert_eq!(mistakes(&entity(TEXT_BYTES)), "");
    told_once(&mistakes(&entity(TEXT_BYTES + 1)), TEXT_BYTES);
}

#[test]
fn what_others_name_is_bounded() {
    let entities = |count: usize| {
        let entity = |at| format!(r#""e{at}": {{"section": "boxes", "value": "v{at}"}}"#);
        edition(&format!(r#""entities": {{{}}}"#, many(count, entity)))
    };
    assert_eq!(mistakes(&entities(NAMED)), "");
    told_once(&mistakes(&entities(NAMED + 1)), NAMED);
    let sources = |count: usize| {
        let source = |at| format!(r#"{{"id": "S{at}", "title": "x", "read": "2026-11-22"}}"#);
        let mut edition = box_edition("2026-01", NAME, "");
        let one = r#"{"id": "PAGE", "title": "OpenBox", "read": "2026-11-22"}"#;
        edition.text = edition.text.replacen(one, &many(count, source), 1).into();
        edition
    };
    assert_eq!(mistakes(&sources(NAMED)), "");
    told_once(&mistakes(&sources(NAMED + 1)), NAMED);
    // And in the provider's file, of each kind.
    let base = box_edition("2026-01", NAME, "");
    let stages = |count: usize| format!(r#""order": [{},"#, many(count, |at| format!("\"s{at}\"")));
    let lists = |count: usize| {
        let list = |at| format!(r#""l{at}": {{"date": "2026-10", "values": ["v"]}}"#);
        format!(r#""lists": {{{},"#, many(count, list))
    };
    let sections = |count: usize| {
        let section = |at| format!(r#""s{at}": {{"meaning": "x", "key": "K"}}"#);
        format!(r#""sections": {{{},"#, many(count, section))
    };
    let sources = |count: usize| {
        let source = |at| format!(r#"{{"id": "S{at}", "title": "x", "read": "2026-11-22"}}"#);
        format!(r#""sources": [{},"#, many(count, source))
    };
    let common = |count: usize| {
        let parameter = |at| format!(r#"{{"name": "P{at}", "meaning": "x"}}"#);
        format!(r#""common_parameters": [{},"#, many(count, parameter))
    };
    // How many there are in the file already, where the new ones are put in, and those.
    let kinds: [(usize, &str, Maker<'_>); 5] = [
        (7, r#""order": ["#, &stages),
        (1, r#""lists": {"#, &lists),
        (2, r#""sections": {"#, &sections),
        (1, r#""sources": ["#, &sources),
        (1, r#""common_parameters": ["#, &common),
    ];
    for (already, place, make) in kinds {
        assert_eq!(mistakes_with(place, &make(NAMED - already), &base), "", "{place}");
        told_once(&mistakes_with(place, &make(NAMED - already + 1), &base), NAMED);
    }
    let errors = |count: usize| {
        let row =
            |at| format!(r#"{{"id": "c{at}", "status": 400, "code": "C{at}", "meaning": "x", "basis": "documented"}}"#);
        format!(r#""common_errors": [{}], "stages": {{"#, many(count, row))
    };
    assert_eq!(mistakes_with(r#""stages": {"#, &errors(NAMED), &base), "");
    told_once(&mistakes_with(r#""stages": {"#, &errors(NAMED + 1), &base), NAMED);
}

#[test]
fn what_is_taken_over_of_the_provider_is_bounded() {
    // A list of a mebibyte, whose use costs as much each time.
    let piece = 32 << 10;
    assert!(piece <= TEXT_BYTES && TAKEN_OVER_BYTES.is_multiple_of(piece * 32));
    let values = many(32, |at| format!("\"{at:02}{}\"", "v".repeat(piece - 2)));
    let list = format!(r#""lists": {{"long": {{"date": "2026-10", "values": [{values}]}},"#);
    let uses = |count: usize| {
        let check = |at| {
            format!(
                r#"{{"id":"c{at}","must":{{"one_of":{{"list":"long"}}}},"basis":"documented","warn":"likely-invalid"}}"#
            )
        };
        let checks = many(count, check);
        let parameter = format!(r#"{{"name":"Name","type":"string","meaning":"x","checks":[{checks}]}}"#);
        box_edition("2026-01", &parameter, "")
    };
    let fits = TAKEN_OVER_BYTES / (piece * 32);
    assert_eq!(mistakes_with(r#""lists": {"#, &list, &uses(fits)), "");
    for many_uses in [fits + 1, fits * 1_000] {
        told_once(&mistakes_with(r#""lists": {"#, &list, &uses(many_uses)), TAKEN_OVER_BYTES);
    }
    // A constraint, which many parameters use.
    let check =
        r#"{"id": "length", "must": {"length": {"min": 2, "max": 8}}, "basis": "documented", "source": "GUIDE"}"#;
    let long = format!(
        r#"{check}, {{"id": "one", "must": {{"one_of": {{"values": [{values}]}}}}, "basis": "documented", "warn": "likely-invalid"}}"#
    );
    let uses = |count: usize| {
        let parameter =
            |at| format!(r#"{{"name":"P{at}","type":"string","meaning":"x","constraints":[{{"name":"box-name"}}]}}"#);
        box_edition("2026-01", &many(count, parameter), "")
    };
    assert_eq!(mistakes_with(check, &long, &uses(fits - 1)), "");
    for many_uses in [fits, fits * 1_000] {
        told_once(&mistakes_with(check, &long, &uses(many_uses)), TAKEN_OVER_BYTES);
    }
}

#[test]
fn checks_are_bounded() {
    // Beside them are two that nobody writes: of unknown names, and of the type.
    let checks = |count: usize| {
        let check =
            |at| format!(r#"{{"id":"c{at}","parameter":"Name","must":{{"length":{{"max":9}}}},"basis":"documented"}}"#);
        edition(&format!(r#""checks": [{}]"#, many(count, check)))
    };
    assert_eq!(mistakes(&checks(CHECKS - 2)), "");
    told_once(&mistakes(&checks(CHECKS - 1)), CHECKS);
}

#[test]
fn blanks_of_templates_are_bounded() {
    let blanks = |count: usize| "{parameter}".repeat(count);
    let check = r#","checks":[{"id":"c","must":{"length":{"max":9}},"answer":"C","basis":"documented"}]}"#;
    let parameter = NAME.replace('}', check);
    let row = |message: &str| format!(r#"{{"status": 400, "code": "C", "message": "{message}", "meaning": "x"}}"#);
    let of_row = |count: usize| box_edition("2026-01", &parameter, &row(&blanks(count)));
    assert_eq!(mistakes(&of_row(BLANKS)), "");
    assert!(mistakes(&of_row(BLANKS + 1)).contains(&format!("more than {BLANKS} blanks")));
    let base = box_edition("2026-01", NAME, "");
    let of_provider = |count: usize| mistakes_with("{parameter} is missing.", &blanks(count), &base);
    assert_eq!(of_provider(BLANKS), "");
    told_once(&of_provider(BLANKS + 1), BLANKS);
    let of_command = |count: usize| mistakes_with("acme box ListBoxes", &"{BoxId}".repeat(count), &base);
    assert_eq!(of_command(BLANKS), "");
    told_once(&of_command(BLANKS + 1), BLANKS);
    let equals = |count: usize| {
        let template = "{Name}".repeat(count);
        let check = format!(
            r#"{{"id":"c","must":{{"equals":{{"template":"{template}"}}}},"basis":"documented","warn":"likely-invalid"}}"#
        );
        box_edition(
            "2026-01",
            &format!(r#"{NAME}, {{"name":"Other","type":"string","meaning":"x","checks":[{check}]}}"#),
            "",
        )
    };
    assert_eq!(mistakes(&equals(BLANKS)), "");
    assert!(mistakes(&equals(BLANKS + 1)).contains(&format!("more than {BLANKS} blanks")));
}

#[test]
fn a_message_repeats_no_huge_value() {
    let check = r#","checks":[{"id":"c","must":{"length":{"max":9}},"basis":"documented"}]}"#;
    let checker = with("", "", &box_edition("2026-01", &NAME.replace('}', check), "")).expect("sound rules");
    let message = |length: usize| {
        let value = "v".repeat(length);
        let request = format!(r#"{{"provider":"acme","operation":"OpenBox","params":{{"Name":"{value}"}}}}"#);
        let none = Facts::none();
        let report = checker.check_json(&request, Position::START, &none).expect("a request");
        let findings = report.findings();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code.as_deref(), Some("BadValue"));
        findings[0].message.clone()
    };
    assert_eq!(message(FILLED_BYTES), Some(format!("Name cannot be {}.", "v".repeat(FILLED_BYTES))));
    assert_eq!(message(FILLED_BYTES + 1), None);
}
