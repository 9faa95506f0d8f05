//! As much of JSON as requests need. Written by hand, because a library would sort keys or choose the escapes itself.

use super::random::Random;

pub enum Json {
    Text(String),
    Number(u64),
    Bool(bool),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// Puts the members of all objects into another order.
    pub fn shuffle(&mut self, random: &mut Random) {
        match self {
            Json::Object(members) => {
                random.shuffle(members);
                members.iter_mut().for_each(|(_, value)| value.shuffle(random));
            }
            Json::List(elements) => elements.iter_mut().for_each(|element| element.shuffle(random)),
            Json::Text(_) | Json::Number(_) | Json::Bool(_) => {}
        }
    }

    /// With `escape`, texts are written with escapes where none are needed.
    pub fn write(&self, escape: bool, out: &mut String) {
        match self {
            Json::Text(text) => write_text(text, escape, out),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::List(elements) => {
                out.push('[');
                for (place, element) in elements.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    element.write(escape, out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write_text(name, false, out);
                    out.push(':');
                    value.write(escape, out);
                }
                out.push('}');
            }
        }
    }
}

/// No text of a corpus holds a character that JSON must escape; what is escaped here is so by choice, as by writers
/// that keep to ASCII: everything beyond it, and every dash.
fn write_text(text: &str, escape: bool, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '/' if escape => out.push_str("\\/"),
            _ if escape && (character == '-' || !character.is_ascii()) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}
