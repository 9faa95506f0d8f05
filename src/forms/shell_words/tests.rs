use super::*;
use crate::request::given::GAP;

/// The words of all commands, `$` for a gap.
fn words(script: &str) -> Vec<Vec<String>> {
    let shown = |word: &Word<'_>| word.text.text().replace(GAP, "$");
    commands(&Decoded::of(script)).iter().map(|command| command.words.iter().map(shown).collect()).collect()
}

#[test]
fn words_are_those_that_a_shell_makes() {
    for (script, expected) in [
        ("a b  c", vec![vec!["a", "b", "c"]]),
        ("a 'b c' \"d \\\" e\" f\\ g", vec![vec!["a", "b c", "d \" e", "f g"]]),
        ("a \\\n  b \\\r\n c\nd", vec![vec!["a", "b", "c"], vec!["d"]]),
        ("a # no\n#b\nc#d", vec![vec!["a"], vec!["c#d"]]),
        ("a $X \"${Y:-d}\" z$1-`b c`", vec![vec!["a", "$", "$", "z$-$"], vec!["b", "c"]]),
        ("T=$(a --x \"$(b 'c)')\" d) e", vec![vec!["a", "--x", "$", "d"], vec!["e"], vec!["b", "c)"]]),
        ("X=1 Y='2 3' a && b || c; d | e & f", vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"]]),
        ("if a; then b > f 2>&1; fi", vec![vec!["a"], vec!["b"], vec!["fi"]]),
        ("a ${{ inputs.x || 'y}' }} \"v-${{ x }}\"", vec![vec!["a", "$", "v-$"]]),
        ("a $'\\x41\\n\\u957f' '' \"\"", vec![vec!["a", "A\n长", "", ""]]),
        ("a --x={\"y\":1}", vec![vec!["a", "--x={y:1}"]]),
        ("a $ 5$", vec![vec!["a", "$", "5$"]]),
    ] {
        let mut found = words(script);
        let mut expected: Vec<Vec<String>> =
            expected.iter().map(|words| words.iter().map(|word| (*word).to_owned()).collect()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{script}");
    }
}

#[test]
fn here_documents_belong_to_their_command() {
    let script = "a -d @- <<EOF | b\n{\"x\": \"$Y\"}\nEOF\nc <<-'E' d\n\t$z\n\tE\ne <<< \"f\"";
    let commands = commands(&Decoded::of(script));
    let input = |index: usize| match &commands[index].input {
        Some(Input::Text(text)) => text.text().replace(GAP, "$"),
        other => format!("{other:?}"),
    };
    assert_eq!(words(script), [vec!["a", "-d", "@-"], vec!["b"], vec!["c", "d"], vec!["e"]]);
    assert_eq!((input(0).as_str(), input(2).as_str(), input(3).as_str()), ("{\"x\": \"$\"}\n", "$z\n", "f"));
    assert_eq!(input(1), "Some(Unknown)");
    let assigned = super::commands(&Decoded::of("X=1 Y='2 3' a b=c"));
    assert_eq!((assigned[0].assignments.len(), assigned[0].words.len()), (2, 2));
    assert_eq!(assigned[0].assignments[1].text.text(), "Y=2 3");
    assert!(commands[0].span.of(script).ends_with("EOF\n"));
}

#[test]
fn places_include_quotes_and_broken_scripts_end() {
    let script = "a --b 'c d' e\"f\"";
    let commands = commands(&Decoded::of(script));
    let raw: Vec<&str> = commands[0].words.iter().map(|word| word.text.whole().of(script)).collect();
    assert_eq!(raw, ["a", "--b", "'c d'", "e\"f\""]);
    for broken in [
        "a 'b",
        "a \"b",
        "a $(b",
        "a ${b",
        "a `b",
        "a \\",
        "a <<",
        "a <<E\nx",
        "$((",
        "a >",
        "é\\",
        "\r",
        "\"$(\"é",
        "\"$(\"长",
        "`\"é",
        "$(长",
        "`长",
        "\"$(长",
    ] {
        words(broken);
    }
    let deep = "$(".repeat(20_000);
    words(&deep);
    assert!(commands[0].words.iter().all(|word| !word.splits));
    let splits = |script: &str| super::commands(&Decoded::of(script))[0].words[1].splits;
    assert!(splits("a $X") && splits("a \"$@\"") && !splits("a \"$X\"") && !splits("a x"));
}
