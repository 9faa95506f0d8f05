//! Hostile inputs, each of a size that can be chosen.

use std::fmt::Write as _;

/// A way in, and what makes an input of so many things for it.
pub struct Input {
    pub name: &'static str,
    pub way: Way,
    pub make: fn(usize) -> String,
}

/// Where an input goes in.
pub enum Way {
    /// Our own JSON: read, checked, and all of the report made, with the lines around each finding.
    Request,
    /// A list of requests.
    Batch,
    /// Another form.
    Form(&'static str),
    /// Facts, with which a request is checked.
    Facts,
    /// An edition's file: compiled, and its request checked.
    Edition,
    /// An edition's file, as `rules check` looks at it.
    Review,
}

pub const INPUTS: &[Input] = &[
    request("a long value, wrong at its end", |n| format!(r#"{EXPORT},"OSSPrefix":"{}-""#, "a".repeat(n * 20))),
    request("a long name", |n| format!(r#"{EXPORT},"{}":1"#, "a.".repeat(n * 10))),
    request("a value of escapes", |n| format!(r#"{EXPORT},"OSSPrefix":"{}""#, "\\u002d".repeat(n))),
    request("unknown names", |n| members(EXPORT, n, |at| format!(r#""Unknown{at}":"x""#))),
    request("unknown names where they are refused", |n| members(TENCENT, n, |at| format!(r#""Unknown{at}":"x""#))),
    request("names that differ in case", |n| members(EXPORT, n, |at| format!(r#""{}":{at}"#, in_case("imageid", at)))),
    request("one name again and again", |n| members(EXPORT, n, |at| format!(r#""ImageId":"m-{at}""#))),
    request("names with equal ends and lengths", |n| {
        members(EXPORT, n, |at| format!(r#""OSSBucke{at:08}OSSBucke":1"#))
    }),
    request("elements of a list", |n| {
        format!(r#"{TENCENT},"ImageIds":[{}]"#, list(n, |at| format!("\"img-{at:08}\"")))
    }),
    request("wrong elements of a list", |n| {
        format!(r#"{TENCENT},"ImageIds":[{}]"#, list(n, |at| format!("\"x{at}\"")))
    }),
    request("equal elements of a list", |n| {
        format!(r#"{TENCENT},"ImageIds":[{}]"#, list(n, |_| "\"img-1\"".to_owned()))
    }),
    request("elements in flat notation", |n| members(TENCENT, n, |at| format!(r#""ImageIds.{at}":"img-{at:08}""#))),
    request("elements in flat notation, backwards", |n| {
        members(TENCENT, n, |at| format!(r#""ImageIds.{}":"img-{at:08}""#, n - at))
    }),
    request("records of a list", |n| {
        format!(r#"{IMPORT},"DiskDeviceMapping":[{}]"#, list(n, |_| r#"{"Format":"X"}"#.to_owned()))
    }),
    request("lists in lists", |n| format!(r#"{EXPORT},"x":[{}]"#, list(n / 50, |_| "[".repeat(50) + &"]".repeat(50)))),
    request("names that are unknown and known", |n| {
        format!(r#"{},"unknown":[{}],"params":{{"#, ENVELOPE, list(n, |at| format!("\"U{at}\"")))
            + &list(n, |at| format!(r#""V{at}":1"#))
    }),
    request("secrets beside mistakes", |n| {
        members(TENCENT, n, |at| format!(r#""Token":"secret-{at:08}","Unknown{at}":"secret-{at:08}""#))
    }),
    request("secrets that begin alike", |n| {
        members(TENCENT, n / 4, |at| format!(r#""Token":"{}{at}""#, "a".repeat(60)))
    }),
    request("a long secret and its like", |n| format!(r#"{TENCENT},"Token":"{0}b","Other":"{0}""#, "a".repeat(n * 10))),
    request("links in a value", |n| format!(r#"{EXPORT},"OSSPrefix":"{}""#, "?Signature=x&".repeat(n))),
    request("facts in the request", |n| {
        format!(
            r#"{EXPORT}}},"facts":{{"images":[{}]"#,
            list(n, |at| format!(r#"{{"ImageId":"m-{at}","Status":"Creating"}}"#))
        )
    }),
    request("a policy of many statements", |n| {
        format!(
            r#"{EXPORT},"RoleName":"r"}},"facts":{{"policies":[{{"RoleName":"r","PolicyDocument":{{"Statement":[{}]}}}}]"#,
            list(n, |at| format!(r#"{{"Effect":"Allow","Action":["oss:Get{at}"],"Resource":"*"}}"#))
        )
    }),
    request("a policy of wildcards", |n| {
        format!(
            r#"{EXPORT},"RoleName":"r"}},"facts":{{"policies":[{{"RoleName":"r","PolicyDocument":{{"Statement":[{{"Effect":"Allow","Action":["{}"],"Resource":"*"}}]}}}}]"#,
            "*o".repeat(n)
        )
    }),
    Input { name: "requests in one list", way: Way::Batch, make: |n| format!("[{}]", list(n / 10, |_| whole(EXPORT))) },
    Input {
        name: "broken requests in one list",
        way: Way::Batch,
        make: |n| format!("[{}]", list(n, |_| "{\"a\":nope}".to_owned())),
    },
    Input { name: "brackets without end", way: Way::Batch, make: |n| "[{\"a\":".repeat(n) },
    form("url", "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&OSSPrefix=a%2Db\n\n"),
    form("url", "%41&="),
    form("http", "GET https://ecs.aliyuncs.com/?Action=ExportImage&OSSPrefix=a-b\n\nx\n###\n"),
    form("http", "@a={{a}}\n"),
    form("curl", "curl 'https://ecs.aliyuncs.com/?Action=ExportImage' -d \"$(x)\" -d '@'\n"),
    form("curl", "$(\"${`"),
    form("curl", "<<A "),
    form("command", "tccli cvm ExportImages --Foo 1 --BucketName x "),
    form("command", "aliyun ecs ExportImage --DiskDeviceMapping.1.Format RAW "),
    form("command", "sudo docker run "),
    form("shell", "aliyun ecs ExportImage --OSSPrefix \"$P\" --Foo x\nP=a-b\n"),
    form("shell", "P=$(\n"),
    form("shell", "X1=a; Y=$X1$Y\n"),
    form("makefile", "x:\n\taliyun ecs ExportImage --OSSPrefix $(P)\nP := a-b\n"),
    form("makefile", "\t$(\\\n"),
    form("makefile", "A += $(A)x\n"),
    form("ci", "- run: aliyun ecs ExportImage --OSSPrefix a-b\n"),
    form("yaml", "- {provider: aliyun, operation: ExportImage, params: {OSSPrefix: a-b}}\n"),
    form("yaml", "[{"),
    form("yaml", "- &a [*a]\n"),
    form("har", "[{\"log\":"),
    Input {
        name: "entries of a recording",
        way: Way::Form("har"),
        make: |n| {
            format!(
                r#"{{"log":{{"entries":[{}]}}}}"#,
                list(n / 10, |_| {
                    r#"{"request":{"method":"GET","url":"https://ecs.aliyuncs.com/?Action=ExportImage&OSSPrefix=a-b"}}"#
                        .to_owned()
                })
            )
        },
    },
    Input {
        name: "resources of a plan",
        way: Way::Form("terraform"),
        make: |n| {
            format!(
                r#"{{"format_version":"1.2","terraform_version":"1.9.5","planned_values":{{"root_module":{{"resources":[{}]}}}}}}"#,
                list(n / 10, |at| format!(
                    r#"{{"address":"alicloud_image_export.a{at}","mode":"managed","type":"alicloud_image_export","name":"a{at}","values":{{"image_id":"m-1","oss_bucket":"b","oss_prefix":"a-b"}}}}"#
                ))
            )
        },
    },
    Input {
        name: "items of facts",
        way: Way::Facts,
        make: |n| {
            format!(
                r#"{{"aliyun":{{"images":[{}]}}}}"#,
                list(n, |at| format!(r#"{{"ImageId":"m-{at}","Status":"Creating"}}"#))
            )
        },
    },
    Input {
        name: "one item of facts again and again",
        way: Way::Facts,
        make: |n| {
            format!(
                r#"{{"aliyun":{{"images":[{}]}}}}"#,
                list(n, |_| r#"{"ImageId":"m-1","Status":"Creating"}"#.to_owned())
            )
        },
    },
    edition("values of a list", |n| checked(r#""one_of":{"values":["#, &list(n, |at| format!("\"v{at}\"")), "]}")),
    edition("values with equal ends and lengths", |n| {
        checked(r#""one_of":{"values":["#, &list(n, |at| format!("\"12345678{at:08}12345678\"")), "]}")
    }),
    edition("values by the value of another", |n| {
        let keys = list(n, |at| format!(r#""key{at}":["v"]"#));
        checked(r#""one_of_by":{"parameter":"Name","values":{"#, &keys, "}}")
    }),
    edition("constraints that nobody knows", |n| {
        let name =
            |at| format!(r#"{{"name":"P{at}","type":"string","meaning":"x","constraints":[{{"name":"c{at}"}}]}}"#);
        file(&list(n, name), "", "")
    }),
    edition("checks of parameters that nobody knows", |n| {
        let check = |at| {
            format!(r#"{{"id":"c{at}","parameter":"P{at}","must":{{"length":{{"max":9}}}},"basis":"documented"}}"#)
        };
        file(&list(n, |at| format!(r#"{{"name":"Name{at}","type":"string","meaning":"x"}}"#)), &list(n, check), "")
    }),
    edition("parameters with a constraint of the provider's", |n| {
        let name =
            |at| format!(r#"{{"name":"P{at}","type":"string","meaning":"x","constraints":[{{"name":"box-name"}}]}}"#);
        file(&list(n, name), "", "")
    }),
    edition("stages and sources that nobody knows", |n| {
        let check = |at| {
            format!(
                r#"{{"id":"c{at}","parameter":"Name","must":{{"length":{{"max":9}}}},"basis":"documented","stage":"s{at}","source":"S{at}"}}"#
            )
        };
        file(NAME, &list(n, check), "")
    }),
    edition("parameters", |n| parameters(n, |at| format!("Name{at}"))),
    edition("parameters with equal ends and lengths", |n| parameters(n, |at| format!("Name1234{at:08}Name1234"))),
    edition("equal parameters", |n| parameters(n, |_| "Name".to_owned())),
    edition("rows of errors", |n| {
        file(NAME, "", &list(n, |at| format!(r#"{{"status":400,"code":"C{at}","meaning":"x","server":"x"}}"#)))
    }),
    edition("equal rows of errors", |n| {
        file(NAME, "", &list(n, |_| r#"{"status":400,"code":"C","meaning":"x","server":"x"}"#.to_owned()))
    }),
    edition("checks", |n| {
        file(
            NAME,
            &list(n, |at| {
                format!(
                    r#"{{"id":"c{at}","parameter":"Name","must":{{"length":{{"max":{}}}}},"basis":"documented"}}"#,
                    at + 1
                )
            }),
            "",
        )
    }),
    edition("a long pattern", |n| checked(r#""pattern":""#, &"a?".repeat(n.min(4_000)), "\"")),
    edition("texts to begin with", |n| checked(r#""starts_with":["#, &list(n, |at| format!("\"v{at}\"")), "]")),
    Input {
        name: "rules check: values of a list",
        way: Way::Review,
        make: |n| checked(r#""one_of":{"values":["#, &list(n * 4, |at| format!("\"v{at}\"")), "]}"),
    },
    Input {
        name: "rules check: equal values of a list",
        way: Way::Review,
        make: |n| checked(r#""one_of":{"values":["#, &list(n, |_| "\"v\"".to_owned()), "]}"),
    },
    Input {
        name: "rules check: rows of errors",
        way: Way::Review,
        make: |n| {
            file(NAME, "", &list(n, |at| format!(r#"{{"status":400,"code":"C{at}","meaning":"x","server":"x"}}"#)))
        },
    },
];

const ENVELOPE: &str = r#"{"provider":"aliyun","operation":"ExportImage""#;
const EXPORT: &str = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou""#;
const IMPORT: &str = r#"{"provider":"aliyun","operation":"ImportImage","params":{"RegionId":"cn-hangzhou""#;
const TENCENT: &str = r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou""#;
const NAME: &str = r#"{"name":"Name","type":"string","meaning":"x"}"#;

const fn request(name: &'static str, make: fn(usize) -> String) -> Input {
    Input { name, way: Way::Request, make }
}

const fn edition(name: &'static str, make: fn(usize) -> String) -> Input {
    Input { name, way: Way::Edition, make }
}

/// A text of one piece again and again.
const fn form(form: &'static str, piece: &'static str) -> Input {
    Input { name: piece, way: Way::Form(form), make: |_| String::new() }
}

/// A request that was begun, with its brackets closed.
pub fn whole(begun: &str) -> String {
    let brackets = begun.bytes().scan(false, |in_text, byte| {
        *in_text ^= byte == b'"';
        Some(if *in_text { 0 } else { i32::from(byte == b'{') - i32::from(byte == b'}') })
    });
    let open: i32 = brackets.sum();
    begun.to_owned() + &"}".repeat(usize::try_from(open).unwrap_or(0))
}

fn list(count: usize, make: impl Fn(usize) -> String) -> String {
    let mut made = String::new();
    for at in 0..count {
        let _ = write!(made, "{}{}", if at == 0 { "" } else { "," }, make(at));
    }
    made
}

fn members(begun: &str, count: usize, make: impl Fn(usize) -> String) -> String {
    format!("{begun},{}", list(count, make))
}

/// A name in letters of which some are capitals.
fn in_case(name: &str, which: usize) -> String {
    let capital = |(at, letter): (usize, char)| if which >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter };
    name.chars().enumerate().map(capital).collect()
}

fn parameters(count: usize, name: impl Fn(usize) -> String) -> String {
    file(&list(count, |at| format!(r#"{{"name":"{}","type":"string","meaning":"x"}}"#, name(at))), "", "")
}

fn checked(before: &str, many: &str, behind: &str) -> String {
    let check = format!(r#"{{"id":"one","parameter":"Name","must":{{{before}{many}{behind}}},"basis":"documented"}}"#);
    file(NAME, &check, "")
}

/// The file of an edition of the made-up provider's operation.
fn file(parameters: &str, checks: &str, errors: &str) -> String {
    format!(
        r#"{{"format":1,"operation":"acme/box/OpenBox","edition":"2026-01","title":"Opens a box",
        "sources":[{{"id":"PAGE","title":"OpenBox","read":"2026-11-22"}}],"parameters":[{parameters}],"checks":[{checks}],"errors":[{errors}]}}"#
    )
}
