//! URLs as far as rules speak of them: scheme and host.

use crate::operation::condition::HostShape;

/// Scheme and host of an absolute URL, in the letter case in which they were written; none when it is no URL.
pub(crate) fn scheme_and_host(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme_is_fine = scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host_and_port.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host_and_port,
    };
    let host_is_fine = !host.is_empty() && !host.contains(|character: char| character.is_whitespace());
    (scheme_is_fine && host_is_fine).then_some((scheme, host))
}

/// Whether a host has a shape; letter case does not count. Each part stands between two dots, so one pass is enough.
pub(crate) fn has_shape(host: &str, shape: &HostShape) -> bool {
    parts(host, shape).is_some()
}

/// The named part of a host of this shape.
pub(crate) fn part<'h>(host: &'h str, shape: &HostShape, name: &str) -> Option<&'h str> {
    parts(host, shape)?.into_iter().find(|(known, _)| *known == name).map(|(_, part)| part)
}

fn parts<'h, 's>(host: &'h str, shape: &'s HostShape) -> Option<Vec<(&'s str, &'h str)>> {
    let mut labels = host.split('.');
    let mut named = Vec::new();
    for expected in &shape.labels {
        let label = labels.next()?;
        match &expected.name {
            None if label.eq_ignore_ascii_case(&expected.before) => {}
            None => return None,
            Some(name) => {
                let inner = strip_prefix_fold(label, &expected.before)?;
                let inner = strip_suffix_fold(inner, &expected.behind)?;
                if inner.is_empty() {
                    return None;
                }
                named.push((name.as_str(), inner));
            }
        }
    }
    labels.next().is_none().then_some(named)
}

fn strip_prefix_fold<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    if start.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

fn strip_suffix_fold<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let from = text.len().checked_sub(suffix.len())?;
    let end = text.get(from..)?;
    if end.eq_ignore_ascii_case(suffix) { text.get(..from) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_and_host_count() {
        for (url, expected) in [
            ("https://a.example.com/x?y#z", Some(("https", "a.example.com"))),
            ("HTTP://user:pw@A.example.com:8080", Some(("HTTP", "A.example.com"))),
            ("https://host?a=https://other/", Some(("https", "host"))),
            ("a.example.com/x", None),
            ("https:///x", None),
            ("://x", None),
            ("ht tp://x", None),
            ("https://a b/", None),
        ] {
            assert_eq!(scheme_and_host(url), expected, "{url}");
        }
    }
}
