//! Shell scripts, Makefiles and CI files.

use super::{awaited, data, finding, findings, read, recognised, texts};

const NAMES: &str =
    "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-bp1abcdefghijklmnop --OSSBucket example-bucket";
const PREFIX: &str = "InvalidOSSPrefix.Malformed";

#[test]
fn a_script_of_three_clouds() {
    let text = data("export-all.sh");
    assert_eq!(recognised("export-all.sh", &text), Some("shell"));
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let reports = read("shell", &text);
        let of = |operation: &str| -> Vec<usize> {
            (0..reports.len()).filter(|at| reports[*at]["request"]["operation"] == operation).collect()
        };
        let export = of("ExportImage");
        assert_eq!((reports.len(), export.len()), (7, 3), "{reports:?}");
        // Only the second half of the prefix is not known; what is known is wrong.
        let role = finding("NoSetRoletoECSServiceAcount", "RoleName", "${ROLE}");
        let expected = [finding(PREFIX, "OSSPrefix", "\"$OBJECT_PREFIX\""), role];
        assert_eq!(findings(&text, &reports[export[0]]), expected);
        assert!(awaited(&reports[export[0]]).contains(&"ImageId".to_owned()));
        assert!(!reports[export[0]].to_string().contains("planted-secret-0001"));
        assert_eq!(
            findings(&text, &reports[export[1]]),
            [finding("InvalidRegionId.NotFound", "RegionId", "moon-base-1")]
        );
        // A variable that is assigned twice, and arguments that nobody sees.
        assert_eq!(findings(&text, &reports[export[2]]), []);
        assert!(awaited(&reports[export[2]]).contains(&"RegionId".to_owned()));
        let import = &reports[of("ImportImage")[0]];
        assert_eq!(texts(import, "findings", "parameter"), ["DiskDeviceMapping.1.Format"]);
        let images = &reports[of("ExportImages")[0]];
        assert_eq!(findings(&text, images), [finding("InvalidImageId.Malformed", "ImageIds.1", "\"img-NOT\"")]);
        let last = &reports[of("importImage")[0]];
        assert_eq!(findings(&text, last), [finding("OUT_OF_RANGE", "systemDiskSizeGB", "45")]);
        assert!(texts(last, "warnings", "kind").contains(&"client-trap"));
    }
}

#[test]
fn variables_count_only_when_they_are_certain() {
    let use_of = |word: &str| format!("{NAMES} --OSSPrefix {word}");
    // Known: what the only assignment says.
    for (before, word) in [
        ("P=a-b\n", "$P"),
        ("P='a-b'; ", "\"${P}\""),
        ("export P=a-b\n", "$P"),
        ("readonly P=a-b\n", "$P"),
        ("B=a\nP=$B-b\n", "$P"),
        (". ./settings\nP=a-b\n", "$P"),
        ("P=a-b && ", "$P"),
        ("unset Q; P=a-b\n", "\"x$P\""),
        ("declare -r P=a-b\n", "$P"),
        ("typeset -gx P=a-b\n", "$P"),
        ("if x; then y; fi\nfunction f { :; }\ng() ( : )\ncase x in (y) ;; z) ;; esac\nP=a-b\n", "$P"),
        ("for i in 1 2; do ((i << 2)); done\nX=(P=1 2)\nP=a-b\n", "$P"),
        ("read -p \"Go on with $X? \" answer\nprintf '%s' \"$X\"\nP=a-b\n", "$P"),
        ("[ $((P - 1)) -ge 2 ]; (( P >= 3 ))\nP=a-b\n", "$P"),
    ] {
        let text = format!("{before}{}", use_of(word));
        let reports = read("shell", &text);
        assert_eq!(findings(&text, &reports[0]), [finding(PREFIX, "OSSPrefix", word)], "{text}");
    }
    // Unknown: assigned twice, perhaps, elsewhere, later, or over.
    for before in [
        "P=a-b\nP=c-d\n",
        "if x; then P=a-b; fi\n",
        "x && P=a-b\n",
        "x ||\n P=a-b\n",
        "f() { P=a-b; }\n",
        "(P=a-b)\n",
        "P=a-b &\n",
        "P=a-b | x\n",
        "P=a-b\nread -r P\n",
        "P=a-b\nsource ./settings\n",
        "P=a-b\n. ./settings\n",
        "P=a-b\neval \"$X\"\n",
        "P=a-b\nif x; then . ./settings; fi\n",
        "for P in a-b; do :; done\n",
        "P=a-b\nfor P in 1 2; do :; done\n",
        "P=a-b\nprintf -v P abc\n",
        "P=a-b\nexport $(cat settings | xargs)\n",
        "P=a-b\nexport \"$X\"\n",
        "P=a-b\nread -r \"$NAME\"\n",
        "P=a-b\ndeclare \"$NAME=1\"\n",
        "P=a-b\n((P++))\n",
        "P=a-b\necho $((P = 1))\n",
        "P=a-b\nf() { local P; }\n",
        "case x in y) ;; *) P=a-b;; esac\n",
        "function f { P=a-b; }\n",
        "{ P=a-b; } | x\n",
        "P=a-b\nunset P\n",
        "P=a-b\ndeclare -u P\n",
        "P=a-b x\n",
        "P=a-b\nP+=c\n",
        "P=(a-b)\n",
        "while read P; do\n",
        "case x in y) P=a-b;; esac\n",
        "X=$(P=a-b)\n",
        "",
    ] {
        let text = format!("{before}{}", use_of("$P"));
        let reports = read("shell", &text);
        assert_eq!(findings(&text, &reports[0]), [], "{text}");
        assert!(awaited(&reports[0]).contains(&"OSSPrefix".to_owned()), "{text}");
    }
    // Used before it is assigned; words that would be split; single quotes.
    for text in [format!("{}\nP=a-b", use_of("$P")), format!("P='a-b c'\n{}", use_of("$P"))] {
        assert_eq!(findings(&text, &read("shell", &text)[0]), [], "{text}");
    }
    let text = format!("P=abc\n{}", use_of("'$P'"));
    assert_eq!(findings(&text, &read("shell", &text)[0]), [finding(PREFIX, "OSSPrefix", "'$P'")]);
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let call = format!("{NAMES} --OSSPrefix a-b");
    for text in [
        format!("x | {call} > out.json 2>&1"),
        format!("if ! {call}; then exit 1; fi"),
        format!("id=$({call} | jq -r .TaskId)"),
        format!("id=`{call}`"),
        format!("f() {{ {call}; }}"),
        format!("(cd x; {call}) &"),
        format!("sudo -u root -E {call}"),
        format!("env -u X LANG=C {call}"),
        format!("LANG=C exec {call}"),
        format!("timeout -s KILL 30 nice -n 5 {call}"),
        format!("bash -ec '{call}'"),
        format!("docker run --rm -it -v /a:/b --network=host registry.example.com/aliyun-cli {call}"),
        format!("docker exec -it tools {call}"),
        format!("cat <<EOF > x\nhello\nEOF\n{call}\n"),
        format!("case $x in\n  a) {call} ;;\nesac"),
        format!("time /usr/bin/{call}"),
        call.replace(" --", " \\\n    --"),
        format!("bash <<'EOF'\nset -e\n{call}\nEOF\n"),
        format!("sudo -E sh -s -- x <<EOF\n  {call}\nEOF\n"),
        format!("docker run --rm image sh -c '{call}'"),
        format!("cat <<EOF\n$({call})\nEOF\n"),
        format!("retry() {{ until \"$@\"; do sleep 1; done; }}\nretry {call}"),
        format!("function try {{\n  local n=$1; shift\n  timeout \"$n\" \"$@\"\n}}\ntry 30 {call}"),
        format!("ids | xargs -r -n1 -P4 {call}"),
        format!("find . -name '*.id' -exec {call} {{}} \\;"),
        format!("echo \"${{X:-it's}} $((1 << 2)) ${{#X}}\" # it's\n{call}"),
        format!("x=$(case $y in a) b ;; esac) # don't\nz=$(# it's\n  {call} \\\n  | jq .)"),
        format!("body=$(cat <<EOF\nit's ) not\nEOF\n)\n{call}"),
        format!("for ((i = 0; i < 3; i++)); do {call}; done"),
        format!("if (( x << 2 )); then\n{call}\nfi"),
        format!("function f {{ {call}; }}; f"),
        format!("f() if x; then {call}; fi"),
        format!("coproc= ; [[ $x =~ ^(a|b)$ && $y < 3 ]] && {call}"),
        format!("A=(1 'x y' $(z) # c\n 2); {call}"),
    ] {
        let reports = read("shell", &text);
        assert_eq!(reports.len(), 1, "{text}");
        assert_eq!(findings(&text, &reports[0]), [finding(PREFIX, "OSSPrefix", "a-b")], "{text}");
    }
    let curl = "curl 'https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=moon' -o x\ncurl https://example.invalid/";
    assert_eq!(read("shell", curl).len(), 1);
}

#[test]
fn nothing_else_gives_a_finding() {
    let call = format!("{NAMES} --OSSPrefix a-b");
    for text in [
        format!("# {call}"),
        format!("echo {call}"),
        format!("echo '{call}'"),
        format!("cat <<'EOF'\n{call}\nEOF"),
        format!("x=\"{call}\""),
        format!("my-{call}"),
        format!("sudo echo {call}"),
        format!("env -S {call}"),
        format!("docker run image echo {call}"),
        format!("docker run $OPTIONS image {call}"),
        format!("docker build {call}"),
        format!("alias a='{call}'"),
        format!("xargs --max-args {call}"),
        format!("xargs -Z {call}"),
        format!("args=({call})"),
        format!("args+=(\n  {call}\n  # {call}\n)"),
        format!("declare -a args=({call})"),
        format!("aliyun() {{ command aliyun \"$@\" --region x; }}\n{call}"),
        format!("ship() {{ echo \"$@\"; }}\nship {call}"),
        format!("find . -name '*.raw' -print {call}"),
        format!("bash -s x <<'EOF' -c\necho\nEOF\nssh host '{call}'"),
        format!("x=$((1 << 2)) cat <<EOF\n{call}\nEOF"),
        "CMD=(aliyun ecs ExportImage)\n\"${CMD[@]}\" --RegionId moon".to_owned(),
        format!("python - <<X\n{call}\nX"),
        "aliyun ecs".to_owned(),
        "aliyun".to_owned(),
    ] {
        assert!(read("shell", &text).is_empty(), "{text}");
    }
}

#[test]
fn recipes_of_makefiles() {
    let text = data("release.mk");
    assert_eq!(recognised("release.mk", &text), Some("makefile"));
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let reports = read("makefile", &text);
        assert_eq!(reports.len(), 3, "{reports:?}");
        assert_eq!(findings(&text, &reports[0]), [finding(PREFIX, "OSSPrefix", "$(PREFIX)")]);
        assert!(awaited(&reports[0]).contains(&"ImageId".to_owned()));
        assert_eq!(findings(&text, &reports[1]), []);
        assert!(awaited(&reports[1]).contains(&"OSSBucket".to_owned()));
        assert_eq!(reports[2]["request"]["operation"], "importImage");
    }
}

#[test]
fn make_variables_count_only_when_they_are_certain() {
    for (before, known) in [
        ("P := a-b\n", true),
        ("P=a-b\n", true),
        ("export P = a-b\n", true),
        ("include x.mk\nP ::= a-b\n", true),
        ("P ?= a-b\n", false),
        ("P := a-b\nP := c\n", false),
        ("P := a-b\nP += c\n", false),
        ("ifdef X\nP := a-b\nendif\n", false),
        ("P := a-b\n-include x.mk\n", false),
        ("P != date\n", false),
        ("define P\na-b\nendef\n", false),
        ("P := a-b\nt: P := c\n", false),
        ("P := a-b\n$(eval P := c)\n", false),
        ("P :=\n", false),
        ("P := a-b# c\n", true),
        ("V != date\nP = a-$(V)\n", true),
        ("X := a\nP := $(X)-b\n", true),
        ("P := $(X)\n", false),
        ("P = a$$b\n", false),
    ] {
        let text = format!("{before}t:\n\t@{NAMES} --OSSPrefix $(P)\n");
        let reports = read("makefile", &text);
        assert_eq!(reports.len(), 1, "{text}");
        assert_eq!(findings(&text, &reports[0]).len(), usize::from(known), "{text}");
    }
    let behind = format!("P := x;y\nx: y; @{NAMES} --OSSPrefix a-b\nz: P = {NAMES} --OSSPrefix a-b; b\n");
    let reports = read("makefile", &behind);
    assert_eq!((reports.len(), findings(&behind, &reports[0])), (1, vec![finding(PREFIX, "OSSPrefix", "a-b")]));
    let shell = format!("ID := $(shell {NAMES} --OSSPrefix a-b | jq .x)\n");
    assert_eq!(findings(&shell, &read("makefile", &shell)[0]), [finding(PREFIX, "OSSPrefix", "a-b")]);
}

#[test]
fn steps_of_github_actions() {
    let text = data("workflow.yml");
    assert_eq!(recognised(".github/workflows/nightly.yml", &text), Some("ci"));
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let reports = read("ci", &text);
        assert_eq!(reports.len(), 4, "{reports:?}");
        assert_eq!(findings(&text, &reports[0]), [finding(PREFIX, "OSSPrefix", "\"$PREFIX\"")]);
        assert_eq!(awaited(&reports[0])[..2], ["ImageId", "RegionId"]);
        let list = "InvalidParameterValue.InvalidFileNamePrefixList";
        assert_eq!(findings(&text, &reports[1]), [finding(list, "FileNamePrefixList", "'[\"a\",\"b\"]'")]);
        assert_eq!(findings(&text, &reports[2]), [finding(PREFIX, "OSSPrefix", "fold_ed")]);
        // Only what is for a shell; forced, only the API answers.
        assert_eq!(
            texts(&reports[3], "findings", "code"),
            ["MissingParameter", "MissingParameter", "InvalidRegionId.NotFound"]
        );
    }
}

#[test]
fn jobs_of_gitlab() {
    let text = data("gitlab.yml");
    assert_eq!(recognised(".gitlab-ci.yml", &text), Some("ci"));
    let reports = read("ci", &text);
    // What an anchor names is one script.
    assert_eq!(reports.len(), 3, "{reports:?}");
    assert_eq!(findings(&text, &reports[0]), [finding("InvalidRegionId.NotFound", "RegionId", "moon-base-1")]);
    assert_eq!(texts(&reports[1], "findings", "code"), [PREFIX]);
    let last = &reports[2];
    assert_eq!(last["findings"][0]["message"], "the following arguments are required: --role-name");
    assert!(findings(&text, last).contains(&finding("INVALID_ARGUMENT", "ossPrefix", "\"v_1\"")));
}

#[test]
fn what_xargs_and_find_put_in_is_not_known() {
    let start = "aliyun ecs ExportImage --RegionId cn-hangzhou --OSSBucket example-bucket --OSSPrefix";
    for (text, wrong) in [
        (format!("xargs -I{{}} {start} 'a-{{}}' --ImageId {{}}"), Some("'a-{}'")),
        (format!("xargs -i {start} {{}} --ImageId m-1"), None),
        (format!("xargs -rI % {start} x%y --ImageId %"), None),
        (format!("xargs --replace=X {start} aX_b --ImageId X"), Some("aX_b")),
        (format!("xargs -0 {start} a-b --ImageId"), Some("a-b")),
        (format!("find x -exec {start} {{}} --ImageId m-1 +"), None),
    ] {
        let reports = read("shell", &text);
        let expected: Vec<_> = wrong.map(|raw| finding(PREFIX, "OSSPrefix", raw)).into_iter().collect();
        assert_eq!(findings(&text, &reports[0]), expected, "{text}");
    }
}

#[test]
fn scripts_of_other_systems_and_languages_are_passed_over() {
    let call = format!("{NAMES} --OSSPrefix a-b");
    let steps = |step: &str| format!("jobs:\n  a:\n    steps:\n{step}");
    let runner = |runner: &str| format!("jobs:\n  a:\n    runs-on: {runner}\n    steps:\n    - run: {call}\n");
    for (text, found) in [
        (
            steps(&format!(
                "    - uses: actions/github-script@v7\n      with:\n        script: |\n          `{call}`\n"
            )),
            0,
        ),
        (steps(&format!("    - uses: appleboy/ssh-action@v1\n      with:\n        script: {call}\n")), 1),
        (runner("[self-hosted, Windows]"), 0),
        (runner("{labels: windows-2022}"), 0),
        (runner("[self-hosted, linux]"), 1),
        (steps(&format!("    - run: {call}\n      shell: python\n")), 0),
    ] {
        assert_eq!(read("ci", &text).len(), found, "{text}");
    }
}

#[test]
fn one_shell_runs_the_lines_of_a_job() {
    let call = format!("{NAMES} --OSSPrefix \"$P\"");
    for (job, known) in [
        (format!("  script:\n  - P=a-b\n  - {call}\n"), true),
        (format!("  before_script: [P=a-b]\n  script:\n  - {call}\n"), true),
        (format!("  before_script: [P=a-b]\n  script:\n  - . ./settings\n  - {call}\n"), false),
        (format!("  script: [P=a-b]\n  after_script:\n  - {call}\n"), false),
        (format!("  script:\n  - {call}\n  - P=a-b\n"), false),
    ] {
        let text = format!("job:\n{job}");
        let reports = read("ci", &text);
        assert_eq!(reports.len(), 1, "{text}");
        assert_eq!(findings(&text, &reports[0]).len(), usize::from(known), "{text}");
    }
}

#[test]
fn quotes_of_yaml_keep_places() {
    let double = format!(r#"{NAMES} --ImageFormat \"ISO\" --OSSPrefix 'it\x2d1'"#);
    let text = format!("- run: \"{double}\"\n- run: '{NAMES} --OSSPrefix ''a-b'''\n");
    let reports = read("ci", &text);
    let format = finding("InvalidImageFormat.Malformed", "ImageFormat", r#"\"ISO\""#);
    assert_eq!(findings(&text, &reports[0]), [finding(PREFIX, "OSSPrefix", r"'it\x2d1'"), format]);
    assert_eq!(findings(&text, &reports[1]), [finding(PREFIX, "OSSPrefix", "''a-b''")]);
}
