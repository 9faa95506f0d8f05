//! Holds everybody against the labels of all requests, and panics at the first that differs.

use preflint::{Checker, Facts};

use crate::corpus::Case;
use crate::ours;
use crate::peers::native::Native;
use crate::peers::schema::{self, Schemas};
use crate::peers::tree;

pub fn all(corpus: &[Case], checker: &Checker, facts: &Facts, schemas: &Schemas, native: &mut Native) {
    for Case { line, label } in corpus {
        let request = ours::read(line);
        let report = checker.check(&request, facts);
        let (answers, warnings) = (ours::answers(&report), report.warnings().len());
        let answers: Vec<_> = answers.iter().map(|(code, parameter)| (code.as_str(), parameter)).collect();
        let expected: Vec<_> = label.iter().map(|(code, parameter)| (*code, parameter)).collect();
        assert_eq!(answers, expected, "preflint's answers (left) to {line}");
        assert_eq!(ours::codes(checker, &request, facts), label.len(), "the number of codes for {line}");
        let kept = ours::read_with_parameters(checker, line);
        assert_eq!(ours::answers(&checker.check(&kept, facts)), ours::answers(&report), "what is kept of {line}");
        assert_eq!(ours::codes(checker, &kept, facts), label.len(), "the number of codes for {line}");
        assert_eq!(ours::codes_of_text(checker, line, facts), label.len(), "the number of codes for {line}");
        assert_eq!(ours::is_valid(checker, &request, facts), label.is_empty(), "preflint's verdict on {line}");

        assert!(native.check(line).is_ok(), "native code reads {line}");
        assert_eq!(native.answers(), *label, "native answers (left) to {line}");
        assert_eq!(native.warnings(), warnings, "native warnings (left) of {line}");

        // A schema knows which parameters are wrong, but no codes and no order.
        let tree = schema::read(line);
        let mut parameters: Vec<&String> = label.iter().map(|(_, parameter)| parameter).collect();
        parameters.sort();
        assert_eq!(schemas.wrong_parameters(&tree).iter().collect::<Vec<_>>(), parameters, "the schema on {line}");
        assert_eq!(schemas.is_valid(&tree), label.is_empty(), "the schema's verdict on {line}");
        assert_eq!(schemas.errors(&tree) == 0, label.is_empty(), "the schema's errors of {line}");
        assert_eq!(tree::build(line), 1, "a tree of {line}");
    }
    print_description(corpus);
}

fn print_description(corpus: &[Case]) {
    let count = |is_counted: &dyn Fn(&Case) -> bool| corpus.iter().filter(|case| is_counted(case)).count();
    let bytes: usize = corpus.iter().map(|case| case.line.len()).sum();
    eprintln!(
        "{} requests verified: {} bytes on average, {} rejected, {} with two codes, {} not ASCII, {} with escapes",
        corpus.len(),
        bytes / corpus.len(),
        count(&|case| !case.label.is_empty()),
        count(&|case| case.label.len() > 1),
        count(&|case| !case.line.is_ascii()),
        count(&|case| case.line.contains('\\')),
    );
}
