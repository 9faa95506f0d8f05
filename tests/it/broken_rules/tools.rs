//! Files about resources of other tools that must be refused.

use super::{OPERATION, PROVIDER, TOOLS, base, file, mistakes_of, refused};

#[test]
fn resources_that_cannot_be_meant() {
    refused(
        TOOLS,
        &[
            (r#""format": 1,"#, r#""format": ▸2,"#, "format 2 is not known"),
            (
                r#""operation": "acme/box/OpenBox""#,
                r#""operation": ▸"acme/box/ShutBox""#,
                "lies in acme/box/OpenBox/tools.json",
            ),
            (r#""source": "TF""#, r#""source": ▸"PAGE""#, "`PAGE` is no source"),
            (r#""terraform": {"#, r#"▸"teraform": {"#, "`teraform` is no tool that is known"),
            (r#""empty_is_unset": true"#, r#"▸"empty_is_set": true"#, "unknown field"),
            (r#""parameter": "BoxId""#, r#""parameter": ▸"Box""#, "`Box` is no parameter"),
            (r#""parameter": "BoxId""#, r#""parameter": ▸"BoxId[]""#, "`BoxId[]` is no parameter"),
            (r#""parameter": "Keys[].Shape""#, r#""parameter": ▸"Keys.Shape""#, "`Keys.Shape` is no parameter"),
            (r#""parameter": "Keys[].Shape""#, r#""parameter": ▸"Keys""#, "`Keys` is no parameter"),
            (r#""parameter": "Depth""#, r#""parameter": ▸"BoxId""#, "has another argument already"),
            (r#""keys[].shape""#, r#"▸"keys[0].shape""#, "names with dots between them"),
            (r#""keys[].shape""#, r#"▸"keys..shape""#, "names with dots between them"),
            (r#""keys[].shape""#, r#"▸"rings[].keys[].shape""#, "the same number of `[]`"),
            (r#""default": 3"#, r#""default": ▸[3]"#, "a default is a text, a number or a boolean"),
            (r#""default": 3"#, r#""default": ▸3, "from_environment": true"#, "has no default"),
            (r#""as": "text""#, r#""as": ▸"texts""#, "unknown word `texts`"),
        ],
    );
}

#[test]
fn settings_that_cannot_be_meant() {
    refused(
        PROVIDER,
        &[
            (r#"{"terraform": {"arguments""#, r#"{▸"packr": {"arguments""#, "`packr` is no tool that is known"),
            (
                r#""parameter": "Region", "from"#,
                r#""parameter": ▸"BoxId", "from"#,
                "`BoxId` is no parameter of all operations",
            ),
        ],
    );
}

#[test]
fn resources_without_an_operation() {
    let mistakes = mistakes_of([file(PROVIDER, base(PROVIDER)), file(TOOLS, base(TOOLS))]);
    assert!(mistakes.iter().any(|mistake| mistake.message.contains("no edition of this operation")), "{mistakes:?}");
    let mistakes = mistakes_of([file(TOOLS, base(TOOLS))]);
    assert!(mistakes[0].message.contains("no acme/provider.json"), "{mistakes:?}");
    // What is wrong with an edition is told there, and not once more about each of its parameters.
    let broken = base(OPERATION).replace(r#""name": "BoxId""#, r#""nam": "BoxId""#);
    let mistakes = mistakes_of([file(PROVIDER, base(PROVIDER)), file(OPERATION, broken), file(TOOLS, base(TOOLS))]);
    assert!(mistakes.iter().all(|mistake| mistake.file.ends_with(OPERATION)), "{mistakes:?}");
}
