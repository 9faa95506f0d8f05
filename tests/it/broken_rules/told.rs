//! How mistakes are told: all of them, each once, at the same place in every form of a file, by the program too.

use preflint::Checker;

use super::{OPERATION, PROVIDER, base, file, mistakes_of, patched};

#[test]
fn all_mistakes_of_a_file_are_told_and_each_once() {
    let text = base(OPERATION)
        .replace(r#""answer": "NoBox""#, r#""answer": "NoBoxes""#)
        .replace(r#""stage": "state""#, r#""stage": "states""#)
        .replace("[a-z]+", "[a-z");
    let mistakes = mistakes_of(patched(OPERATION, &text));
    let count = |part: &str| mistakes.iter().filter(|mistake| mistake.message.contains(part)).count();
    for part in ["`NoBoxes` is the id of no row", "`states` is no stage", "does not compile"] {
        assert_eq!(count(part), 1, "{part}: {mistakes:?}");
    }
    // A named constraint is told once, however many parameters and editions use it.
    let provider = base(PROVIDER).replace(r#""min": 2, "max": 8"#, r#""min": 9, "max": 8"#);
    let twice = base(OPERATION).replace(
        r#""meaning": "Where the box is. 地域","#,
        r#""meaning": "x", "constraints": [{"name": "box-name"}],"#,
    );
    let second = twice.replace("\"2026-01\"", "\"2026-02\"");
    let files =
        [file(PROVIDER, provider.clone()), file(OPERATION, twice), file("acme/box/OpenBox/2026-02.json", second)];
    let mistakes = mistakes_of(files);
    let told: Vec<String> =
        mistakes.iter().filter(|mistake| mistake.message.contains("contradict")).map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn a_mark_and_line_ends_of_windows_move_no_place() {
    let broken = base(OPERATION).replace("NoBox\"", "NoBoxes\"").replace("地域", "地域\u{1}");
    let syntax = mistakes_of(patched(OPERATION, &broken))[0].position;
    let wrong = base(OPERATION).replace(r#""answer": "NoBox""#, r#""answer": "NoBoxes""#);
    let place_of = |text: &str| {
        let mistakes = mistakes_of(patched(OPERATION, text));
        let mistake = mistakes.into_iter().find(|mistake| mistake.message.contains("NoBoxes")).expect("that mistake");
        (mistake.position.line, mistake.position.column)
    };
    for change in [|text: &str| format!("\u{feff}{text}"), |text: &str| text.replace('\n', "\r\n")] {
        // The base is accepted in that form too.
        for path in [PROVIDER, OPERATION] {
            assert!(Checker::from_files(patched(path, &change(&base(path)))).is_ok());
        }
        assert_eq!(place_of(&change(&wrong)), place_of(&wrong));
        let mistakes = mistakes_of(patched(OPERATION, &change(&broken)));
        assert_eq!((mistakes[0].position.line, mistakes[0].position.column), (syntax.line, syntax.column));
    }
    // On the first line, too.
    let first = format!("\u{feff}{}", base(OPERATION).replacen("{\n  \"format\": 1", "{\"format\": 2", 1));
    let mistakes = mistakes_of(patched(OPERATION, &first));
    assert_eq!((mistakes[0].position.line, mistakes[0].position.column), (1, 12));
}

#[cfg(feature = "cli")]
mod program {
    use crate::broken_rules::{OPERATION, PROVIDER, base};
    use crate::cli::Folder;

    /// The program says the same, one mistake a line, and ends with 2.
    #[test]
    fn says_file_line_and_column() {
        let cases = [
            (r#""title": "Opens a box""#, r#""titel": "Opens a box""#, "5:3: unknown field `titel`"),
            (r#""answer": "NoBox""#, r#""answer": "NoBoxes""#, "52:17: `NoBoxes` is the id of no row of `errors`"),
            (r#""range": {"min": 1,"#, r#""range": {"min": 10,"#, "23:66: the limits contradict each other"),
            (r#""stage": "state""#, r#""stage": "states""#, "59:16: `states` is no stage"),
        ];
        for (number, (old, new, says)) in cases.into_iter().enumerate() {
            let text = base(OPERATION).replace(old, new);
            let folder = Folder::new(&format!("broken-rules-{number}"))
                .with(&format!("rules/{PROVIDER}"), base(PROVIDER))
                .with(&format!("rules/{OPERATION}"), text);
            let path = std::path::Path::new("rules").join(OPERATION).display().to_string();
            let checked = folder.run(&["rules", "check", "rules"]);
            assert_eq!((checked.code, checked.stderr.as_str()), (2, ""), "{new}");
            assert!(checked.stdout.starts_with(&format!("{path}:{says}")), "{}", checked.stdout);
            let mistakes = checked.stdout.lines().filter(|line| line.starts_with(&path)).count();
            let noun = if mistakes == 1 { "mistake" } else { "mistakes" };
            assert!(checked.stdout.ends_with(&format!("{mistakes} {noun}\n")), "{}", checked.stdout);
            let used = folder.run(&["rules", "list", "--rules", "rules"]);
            assert_eq!((used.code, used.stdout.as_str()), (2, ""));
            assert!(used.stderr.starts_with(&format!("preflint: {path}:{says}")), "{}", used.stderr);
        }
    }
}
