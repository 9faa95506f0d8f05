//! Reports for people: their texts, their marks, their colour, and how much of them `--quiet` leaves.

use super::{Folder, IMAGE, PASSES, REJECTED, UNSUPPORTED, finish, program, run, snapshot};

/// How many columns of a terminal a text takes; enough of the rule for the texts of these tests.
fn width(text: &str) -> usize {
    let wide = |character: &char| matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}');
    text.chars().map(|character| if wide(&character) { 2 } else { 1 }).sum()
}

/// Demands that the first marked place of a human report lies exactly below `value`.
#[track_caller]
fn marks(human: &str, value: &str) {
    let lines: Vec<&str> = human.lines().collect();
    let is_marker = |line: &&str| line.trim_start().starts_with('·') && line.contains('┬');
    let marker = lines.iter().position(is_marker).expect("a marked line");
    let (marker, text) = (lines[marker], lines[marker - 1]);
    let at = text.rfind(value).unwrap_or_else(|| panic!("{value} is not in {text}"));
    let from = marker.find(['─', '┬']).expect("a mark");
    assert_eq!(width(&marker[..from]), width(&text[..at]), "{human}");
    assert_eq!(width(marker[from..].trim_end()), width(value), "{human}");
}

#[test]
fn marks_lie_below_what_they_mark_whatever_the_script() {
    let texts = ["web-1", "镜像-导出", "ＥＣＳ－１", "a é ü", "한국어 키", "ひらがな・カナ"];
    for text in texts {
        for bucket in texts {
            let request = PASSES.replace("\"my-bucket\"", &format!("\"{bucket}\",\"OSSPrefix\":\"{text}\""));
            let human = run(&["check", "-"], &request).stdout;
            if human.contains("rejected\n") {
                marks(&human, &format!("\"{text}\""));
            } else {
                assert_eq!(text, "a é ü", "{human}");
            }
        }
    }
}

#[test]
fn human_output_is_as_it_was_approved() {
    let folder = Folder::new("snapshots")
        .with(
            "export.json",
            r#"{
  "id": "夜间导出",
  "provider": "aliyun",
  "service": "ecs",
  "operation": "ExportImage",
  "params": {
    "RegionId": "cn-hangzou",
    "ImageId": "m-bp1example1", "OssBucket": "我的桶", "OSSPrefix": "镜像－导出",
    "ImageFormat": "QCOW2"
  }
}
"#,
        )
        .with(
            "missing.json",
            r#"[
  {
    "provider": "aliyun", "operation": "ExportImage", "edition": "2021-03",
    "params": {"RegionId": "cn-hangzhou", "OSSBucket": "my-bucket"}
  }
]
"#,
        )
        .with(
            "long.ndjson",
            format!(
                "{PASSES}\n{}\n",
                REJECTED
                    .replace("\"params\":{", "\"params\":{\"SecurityToken\":\"CAISsecretCAIS\",\"ResourceOwnerAccount\":\"someone@example.com\",")
                    .replace("\"a-b\"", "\"exports/2026/11/22/of-the-whole-department-and-then-some-more-of-it\",\"RoleName\":\"AliyunECSImageExportDefaultRole\"")
            ),
        )
        .with(
            "facts.json",
            format!(
                r#"{{"aliyun":{{"images":[{}],"buckets":[{{"Name":"my-bucket","Location":"oss-cn-beijing"}}],"roles":{{"complete":true,"items":[]}}}}}}"#,
                IMAGE.replace("Available", "Creating")
            ),
        )
        .with("request.json", PASSES.replace("\"m-1\"", "\"m-1\",\"DryRun\":true"))
        .with("broken.ndjson", ["{\"provider\":\"aliyun\",,}", "{\"provider\":\"aliyn\",\"operation\":\"ExportImage\"}", ""].join("\n"));
    let snapshots: [(&str, &[&str]); 6] = [
        ("two-mistakes", &["check", "export.json"]),
        ("missing-parameter", &["check", "missing.json"]),
        ("long-line", &["check", "long.ndjson"]),
        ("facts", &["check", "--facts", "facts.json", "request.json"]),
        ("dry-run", &["check", "request.json"]),
        ("not-checked", &["check", "broken.ndjson"]),
    ];
    for (name, arguments) in snapshots {
        let output = folder.run(arguments);
        assert_eq!(output.stderr, "", "{name}");
        snapshot(&format!("tests/data/{name}.txt"), &output.stdout);
    }
}

#[test]
fn human_output_never_moves_the_cursor() {
    let harmful = "\\u001b[2J\\u0007\\r\\u009b";
    let request = format!(
        r#"{{"id":"a{harmful}","provider":"aliyun","operation":"ExportImage","params":{{"RegionId":"cn-hangzhou","ImageId":"m{harmful}","OSSBucket":"b{harmful}","OSSPrefix":"p{harmful}","{harmful}":1}},"facts":{{"images":{{"complete":true,"items":[]}}}}}}"#
    );
    let others = [
        request.replace("\"ExportImage\"", &format!("\"{harmful}\"")),
        request.replace("\"aliyun\"", &format!("\"{harmful}\"")),
        request.replace("\"params\"", &format!("\"{harmful}\":1,\"params\"")),
        request.replace("\"images\"", &format!("\"{harmful}\"")),
        request.replace("\\u001b", "\u{1b}"),
        request.replace("\\u009b", "\u{9b}"),
        request.replace(r#""OSSPrefix""#, r#""OSSFix""#),
    ];
    for request in others.iter().chain([&request]) {
        let output = run(&["check", "-"], request);
        let moves = |character: char| character.is_control() && character != '\n';
        let found = output.stdout.chars().find(|character| moves(*character));
        assert_eq!(found, None, "{:?}", output.stdout);
    }
}

#[test]
fn quiet_shows_findings_only_and_twice_nothing() {
    let input = [PASSES, REJECTED, UNSUPPORTED, "{"].join("\n");
    let loud = run(&["check", "-"], &input);
    let quiet = run(&["check", "-q", "-"], &input);
    let silent = run(&["check", "-qq", "-"], &input);
    assert_eq!([loud.code, quiet.code, silent.code], [3, 3, 3]);
    assert!(loud.stdout.contains("Not decided") && loud.stdout.contains("4 requests"));
    assert!(quiet.stdout.contains("InvalidOSSPrefix.Malformed"));
    assert!(quiet.stdout.contains("PaintInstances") && quiet.stdout.contains("-:4:2: unreadable"));
    for left_out in ["fine", "Not decided", "4 requests", "Warnings"] {
        assert!(!quiet.stdout.contains(left_out), "{left_out}: {}", quiet.stdout);
    }
    assert_eq!(silent.stdout, "");
    assert_eq!(run(&["check", "-q", "-"], PASSES).stdout, "");
    for format in ["json", "ndjson"] {
        assert_eq!(run(&["check", "-qq", "--format", format, "-"], &input).stdout, "");
    }
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let input = [PASSES, REJECTED, "{"].join("\n");
    let escape = '\u{1b}';
    assert!(!run(&["check", "-"], &input).stdout.contains(escape));
    assert!(!run(&["check", "--color", "never", "-"], &input).stdout.contains(escape));
    let forced = run(&["check", "--color", "always", "-"], &input);
    assert!(forced.stdout.contains(escape));
    // Whoever asks for colour gets it, whatever the environment says.
    let asked = finish(program(&["check", "--color", "always", "-"]).env("NO_COLOR", "1"), input.as_bytes());
    assert_eq!(asked.stdout, forced.stdout);
    let unwanted = finish(program(&["check", "-"]).env("NO_COLOR", "1"), input.as_bytes());
    assert!(!unwanted.stdout.contains(escape));
    // Without its escapes the coloured output is the plain one.
    let mut plain = String::new();
    let mut rest = forced.stdout.as_str();
    while let Some(at) = rest.find(escape) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('m').expect("the end of an escape") + 1..];
    }
    plain.push_str(rest);
    let plain: Vec<&str> = plain.lines().map(str::trim_end).collect();
    let expected = run(&["check", "-"], &input).stdout;
    assert_eq!(plain, expected.lines().collect::<Vec<_>>());
    for format in ["json", "ndjson"] {
        assert!(!run(&["check", "--color", "always", "--format", format, "-"], &input).stdout.contains(escape));
    }
}

/// A human report of so many columns.
#[track_caller]
fn in_columns(columns: &str, input: &str, options: &[&str]) -> String {
    finish(program(&[&["check"], options, &["-"]].concat()).env("COLUMNS", columns), input.as_bytes()).stdout
}

#[test]
fn frames_are_no_wider_than_the_terminal() {
    let long = "a".repeat(500);
    let requests = [
        PASSES.replace("\"my-bucket\"", &format!("\"b\",\"DryRun\":\"{long}\"")),
        PASSES.replace("\"my-bucket\"", &format!("\"b\",\"OSSPrefix\":\"{long}-\"")),
        REJECTED.replace("m-1", &"镜".repeat(300)),
        REJECTED.to_owned(),
    ];
    let many = format!("{}{}", "\n".repeat(123_455), requests.join("\n"));
    for columns in [40, 60, 80, 120] {
        let human = in_columns(&columns.to_string(), &many, &[]);
        assert!(human.contains("123459"), "{human}");
        let is_frame = |line: &&str| line.contains(['│', '·', '╭', '╰']);
        for line in human.lines().filter(is_frame) {
            assert!(width(line) <= columns, "{columns}: {line}\n{human}");
        }
    }
}

#[test]
fn of_several_lines_the_first_is_marked() {
    let yaml = "provider: aliyun\noperation: ExportImage\nparams:\n  RegionId: cn-hangzhou\n  ImageId: m-1\n  OSSBucket: b-100\n  OSSPrefix: |-\n    a-b c\n    d\n";
    marks(&run(&["check", "--input", "yaml", "-"], yaml).stdout, "a-b c");
    let script =
        "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket b-100 \\\n  --OSSPrefix 'a-\nb'\n";
    marks(&run(&["check", "--input", "shell", "-"], script).stdout, "'a-");
    // What is missing is missing in the whole of it.
    let missing = "{\n \"provider\": \"aliyun\",\n \"operation\": \"ExportImage\",\n \"params\": {\n  \"RegionId\": \"cn-hangzhou\"\n }\n}\n";
    marks(&run(&["check", "-"], missing).stdout, "{");
}

#[test]
fn standard_input_can_only_be_compared() {
    let human = run(&["check", "-"], REJECTED).stdout;
    assert!(human.contains("fix: write \"ab\" (--diff --unsafe-fixes)\n"), "{human}");
    assert!(human.contains("1 fixable as shown by --diff --unsafe-fixes.\n"), "{human}");
    let folder = Folder::new("human-fix").with("request.json", REJECTED);
    let human = folder.run(&["check", "request.json"]).stdout;
    assert!(human.contains("fix: write \"ab\" (--fix --unsafe-fixes)\n"), "{human}");
}
