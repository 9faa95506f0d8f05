//! Dates, names, texts, patterns, and what is still to be written.

use preflint::RuleReview;

use super::{SHAPE, fine, told};
use crate::broken_rules::{OPERATION, PROVIDER, base, patched};

#[test]
fn dates_are_days_and_months_of_the_calendar() {
    let read = r#""url": "https://acme.example/OpenBox", "read": "2026-11-22""#;
    told(
        OPERATION,
        &[
            (read, r#""read": ▸"""#, "no day"),
            (read, r#""read": ▸"2026-11""#, "no day"),
            (read, r#""read": ▸"2026-11-31""#, "no day"),
            (read, r#""read": ▸"2026-02-29""#, "no day"),
            (read, r#""read": ▸"22.11.2026""#, "no day"),
            (read, r#""read": ▸"2026-11-22 ""#, "no day"),
            // The edition is of January 2026.
            (
                "\"edition\": \"2026-01\",\n  \"title\": \"Opens a box\",\n  \"sources\": [{\"id\": \"PAGE\", \"title\": \"OpenBox\", \"url\": \"https://acme.example/OpenBox\", \"read\": \"2026-11-22\"}]",
                "\"edition\": ▸\"2026-01\", \"title\": \"Opens a box\", \"sources\": [{\"id\": \"PAGE\", \"title\": \"OpenBox\", \"read\": \"2025-12-31\"}]",
                "newest was read in 2025-12",
            ),
        ],
    );
    fine(OPERATION, &[(read, r#""read": "2028-02-29""#), (read, r#""read": "2026-01-31""#)]);
    let list = r#"{"date": "2026-10","#;
    told(
        PROVIDER,
        &[
            (list, r#"{"date": ▸"2026-13","#, "no month"),
            (list, r#"{"date": ▸"2026-10-01","#, "no month"),
            (list, r#"{"date": ▸"2026-12","#, "read in 2026-11"),
            (r#""read": "2026-11-22""#, r#""read": ▸"2026-00-22""#, "no day"),
        ],
    );
    fine(PROVIDER, &[(list, r#"{"date": "2026-11","#)]);
}

#[test]
fn names_stand_once_whatever_their_letter_case() {
    let source = r#"{"id": "PAGE", "title": "OpenBox", "url": "https://acme.example/OpenBox", "read": "2026-11-22"}"#;
    told(
        OPERATION,
        &[
            (r#""name": "Depth","#, r#""name": "Depth", "aliases": [▸"boxid"],"#, "letter case only"),
            (
                source,
                r#"{"id": "PAGE", "title": "a", "read": "2026-11-22"}, {"id": ▸"page", "title": "b", "read": "2026-11-22"}"#,
                "letter case only",
            ),
            (
                source,
                r#"{"id": "PAGE", "title": "a", "read": "2026-11-22"}, {"id": ▸"PAGE", "title": "b", "read": "2026-11-22"}"#,
                "twice",
            ),
            (
                source,
                r#"{"id": "PAGE", "title": "a", "read": "2026-11-22"}, ▸{"id": "OTHER", "title": "a", "read": "2026-11-22"}"#,
                "already, as `PAGE`",
            ),
            (r#""entities": {"#, r#""entities": {▸"lid": {"section": "boxes", "value": "l"}, "#, "entity `lid`"),
            (
                r#"{"status": 500, "code": "Jammed""#,
                r#"{"status": 409, "id": "again", "code": ▸"OpenAlready", "message": "The box is open already.", "meaning": "x", "server": "y"}, {"status": 500, "code": "Jammed""#,
                "stands here already",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (r#"{"name": "BoxId","#, r#"{"name": "Regions", "type": "string", "meaning": "x"}, {"name": "BoxId","#),
            // The same name on another level is another parameter.
            (r#""fields": [{"#, r#""fields": [{"name": "region", "type": "string", "meaning": "x"}, {"#),
            (
                source,
                r#"{"id": "PAGE", "title": "a", "read": "2026-11-22"}, {"id": "OTHER", "title": "a", "url": "https://b.example", "read": "2026-11-22"}"#,
            ),
            (
                r#"{"status": 500, "code": "Jammed""#,
                r#"{"status": 409, "id": "again", "code": "OpenAlready", "message": "The lid is open.", "meaning": "x", "server": "y"}, {"status": 500, "code": "Jammed""#,
            ),
        ],
    );
    told(
        PROVIDER,
        &[
            (r#"["acmecloud"]"#, r#"["acmecloud", ▸"acmecloud"]"#, "twice"),
            (r#"["north", "south"]"#, r#"["north", "south", ▸"north"]"#, "twice"),
            (r#""format", "region","#, r#""format", "region", ▸"type","#, "twice"),
            (
                r#""meaning": "Proof of who calls."}"#,
                r#""meaning": "Proof of who calls."}, {"name": ▸"token", "meaning": "x"}"#,
                "letter case only",
            ),
        ],
    );
    // Values that differ in letter case are values of their own.
    fine(PROVIDER, &[(r#"["north", "south"]"#, r#"["north", "south", "North"]"#)]);
}

#[test]
fn texts_say_something_and_blanks_are_filled() {
    told(
        OPERATION,
        &[
            (r#""title": "Opens a box""#, r#""title": ▸"""#, "`title` is empty"),
            (r#""meaning": "Which box.""#, r#""meaning": ▸" ""#, "`meaning` is empty"),
            (r#""meaning": "The lid is stuck.""#, r#""meaning": ▸"""#, "`meaning` is empty"),
            (r#""server": "Only the box knows.""#, r#""server": ▸"""#, "`server` is empty"),
            (r#""answer": "NoBox","#, r#""answer": "NoBox", "help": ▸"","#, "`help` is empty"),
            (r#""message": "There is no such box.""#, r#""message": ▸"""#, "`message` is empty"),
            (r#"{"status": 500,"#, r#"{"status": ▸50,"#, "no HTTP status"),
            (r#""code": "Jammed","#, r#""code": ▸"Jammed", "description": "","#, "description of this row is empty"),
            (r#""code": "Jammed""#, r#""code": ▸" Jammed""#, "no blanks around"),
            // The template must be the message with its blanks named.
            (r#""There is no region {Region}.""#, r#"▸"There is no zone {Region}.""#, "something else"),
            // Only the request's own parameters fill blanks.
            (r#""There is no region {Region}.""#, r#"▸"There is no region {Keys[].Shape}.""#, "{Keys[].Shape}"),
        ],
    );
    // Two places at once: a row for what is missing, and its template.
    let text = base(OPERATION).replace("\"required\": {},", "\"required\": {\"answer\": \"Gone\"},").replace(
        "  \"errors\": [\n",
        "  \"errors\": [\n    {\"status\": 400, \"code\": \"Gone\", \"message\": \"No %s.\", \"template\": \"No {value}.\", \"meaning\": \"x\"},\n",
    );
    let found = |text: &str| {
        let review = RuleReview::of(patched(OPERATION, text));
        review.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(found(&text).iter().any(|line| line.contains("`{value}` where `region-required`")), "{:?}", found(&text));
    assert_eq!(found(&text.replace("{value}", "{parameter}")), [""; 0]);
    fine(
        OPERATION,
        &[
            (r#""There is no region {Region}.""#, r#""There is no region {value}.""#),
            (r#""answer": "NoBox","#, r#""answer": "NoBox", "help": "Look for it.","#),
            (r#"{"status": 500,"#, r#"{"status": 599,"#),
        ],
    );
    told(
        PROVIDER,
        &[
            (r#""{parameter} is missing.""#, r#"▸"{value} is missing.""#, "{value}"),
            (r#""{parameter} cannot be {value}.""#, r#"▸"{parameter} cannot be {valeu}.""#, "{valeu}"),
            (r#""{parameter} is unknown.""#, r#"▸"{parameter} {value} is unknown.""#, "{value}"),
            (r#""meaning": "How boxes are named.""#, r#""meaning": ▸"""#, "`meaning` is empty"),
        ],
    );
    fine(PROVIDER, &[(r#""{parameter} is missing.""#, r#""{parameter.leaf} is missing.""#)]);
}

#[test]
fn a_pattern_says_what_no_word_says() {
    let shape = |pattern: &str| SHAPE.replace("[a-z]+(-[0-9]+)?", pattern);
    let whole = [
        (r"[A-Za-z0-9]{1,30}", "`chars` together with `length`"),
        (r"^[A-Za-z0-9]{1,30}$", "`chars` together with `length`"),
        (r"[a-z]*", "`chars` says"),
        (r"[a-z][a-z0-9]*", "`chars` together with"),
        (r"[a-z][a-z0-9-]{0,30}[a-z0-9]", "`chars` together with"),
        (r"\\d{3}", "`chars` together with `length`"),
        (r"[^/]*", "`not_contains` says"),
        (r"[^/:]{1,9}", "`not_contains` together with `length`"),
        (r".{2,40}", "`length` says"),
        (r"^oss-", "`starts_with`"),
        (r"oss-.*", "`starts_with`"),
        (r"(?:oss|cos)-.*", "`starts_with`"),
        (r"\\.raw$", "`ends_with`"),
        (r".*\\.raw", "`ends_with`"),
        (r".*(\\.raw|\\.vhd)", "`ends_with`"),
        (r".*raw.*", "`contains`"),
        (r"raw|vhd|qcow2", "`one_of` with the values"),
        (r"(raw|vhd)2?", "`one_of` with the values"),
        (r"(?i)raw|vhd", "`one_of` with the values [\"raw\", \"vhd\"] and `case: fold`"),
        (r"raw", "`equals`"),
        (r"^[a-z]+-[0-9]+", "leave out `^`"),
    ];
    for (pattern, says) in whole {
        let text = base(OPERATION).replace(SHAPE, &shape(pattern));
        assert_ne!(text, base(OPERATION));
        let found = RuleReview::of(patched(OPERATION, &text)).mistakes;
        let column = text.lines().nth(34).and_then(|line| line.find(&format!("\"{pattern}\""))).expect("the pattern");
        let is_meant = |mistake: &preflint::RuleError| {
            mistake.message.contains(says) && (mistake.position.line, mistake.position.column) == (35, column + 1)
        };
        assert!(found.iter().any(is_meant), "{pattern}: {found:?}");
    }
    for pattern in [
        "[a-z]+-[0-9]+",
        "(?:[^x]y)*",
        "[α-ω]+",
        "[a-z][^/]*",
        "img-[0-9a-z]{8,9}",
        "[a-z]+[0-9]+",
        "(?:[a-z]+/)*[a-z]+",
        ".*-[0-9]{10}",
        "(?i)[^?#]*\\\\.iso(?:[?#].*)?",
        "[0-9]{1,3}([.][0-9]{1,3}){3}",
    ] {
        let text = base(OPERATION).replace(SHAPE, &shape(pattern));
        let found = RuleReview::of(patched(OPERATION, &text)).mistakes;
        assert!(found.is_empty(), "{pattern}: {found:?}");
    }
}

#[test]
fn what_is_to_be_written_is_told_and_no_mistake() {
    let to_do = |path: &str, old: &str, new: &str| {
        let text = super::replaced(path, old, new);
        let review = RuleReview::of(patched(path, &text));
        assert!(review.mistakes.is_empty(), "{:?}", review.mistakes);
        review.to_do.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let read = r#""read": "2026-11-22"}],
  "entities""#;
    let found = to_do(OPERATION, read, &read.replace("2026-11-22", "TO DO: the day"));
    assert_eq!(found, [format!("rules/{OPERATION}:6:97: to do: the day")]);
    let found = to_do(PROVIDER, r#""title": "Acme Cloud""#, r#""title": "TO DO""#);
    assert_eq!(found, [format!("rules/{PROVIDER}:4:12: to do: ")]);
    // In the middle of a text the words are words.
    fine(OPERATION, &[(r#""meaning": "Which box.""#, r#""meaning": "What TO DO with which box.""#)]);
}
