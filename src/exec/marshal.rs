//! Values as Python's `marshal` has them, which a worker reads in a tenth of the time that a literal takes to compile.
//!
//! Only what every version from 2.7 on reads: `N T F i g s u ( [ {` of marshal's format 2 (Python/marshal.c, `r_object`).

/// The Python whose `marshal` reads it. The two have other types of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// Python 2.
    Two,
    /// Python 3.
    Three,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An `int`.
    Int(i32),
    /// A `float`.
    Float(f64),
    /// A text as a literal without a prefix gives it: on Python 2 `str` if it is ASCII, else `unicode`.
    Text(String),
    /// A text as that Python's `os` takes it: bytes of UTF-8 on 2, text on 3.
    Native(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Data>),
    /// A list.
    List(Vec<Data>),
    /// A dict with texts for keys.
    Dict(Vec<(&'static str, Data)>),
}

impl Data {
    /// A text.
    pub(super) fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// A list of texts.
    pub(super) fn texts<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Self::text).collect())
    }

    /// As bytes for `marshal.loads`.
    pub(super) fn dump(&self, reader: Reader) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(reader, &mut out);
        out
    }

    fn write(&self, reader: Reader, out: &mut Vec<u8>) {
        match self {
            Self::None => out.push(b'N'),
            Self::Bool(value) => out.push(if *value { b'T' } else { b'F' }),
            Self::Int(value) => {
                out.push(b'i');
                out.extend(value.to_le_bytes());
            }
            Self::Float(value) => {
                out.push(b'g');
                out.extend(value.to_le_bytes());
            }
            Self::Text(text) if reader == Reader::Two && text.is_ascii() => {
                sized(b's', text.as_bytes(), out);
            }
            Self::Native(text) if reader == Reader::Two => sized(b's', text.as_bytes(), out),
            Self::Text(text) | Self::Native(text) => sized(b'u', text.as_bytes(), out),
            Self::Bytes(bytes) => sized(b's', bytes, out),
            Self::Tuple(items) | Self::List(items) => {
                let is_tuple = matches!(self, Self::Tuple(_));
                out.push(if is_tuple { b'(' } else { b'[' });
                out.extend(length(items.len()));
                for item in items {
                    item.write(reader, out);
                }
            }
            Self::Dict(entries) => {
                out.push(b'{');
                for (key, value) in entries {
                    Self::text(*key).write(reader, out);
                    value.write(reader, out);
                }
                out.push(b'0');
            }
        }
    }
}

fn sized(kind: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend(length(bytes.len()));
    out.extend(bytes);
}

/// `marshal` counts in 31 bits, and so does a message's own length; what is longer never gets here.
fn length(count: usize) -> [u8; 4] {
    i32::try_from(count).expect("less than 2 GiB").to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_2_has_other_texts() {
        let ascii = Data::text("a");
        assert_eq!(ascii.dump(Reader::Two), b"s\x01\0\0\0a");
        assert_eq!(ascii.dump(Reader::Three), b"u\x01\0\0\0a");
        let other = Data::text("ä");
        assert_eq!(other.dump(Reader::Two), b"u\x02\0\0\0\xc3\xa4");
        let native = Data::Native("ä".into());
        assert_eq!(native.dump(Reader::Two), b"s\x02\0\0\0\xc3\xa4");
        assert_eq!(native.dump(Reader::Three), b"u\x02\0\0\0\xc3\xa4");
    }

    #[test]
    fn containers() {
        let pair = Data::Tuple(vec![Data::Int(-2), Data::None]);
        let data = Data::Dict(vec![("k", Data::List(vec![pair, Data::Bool(true)]))]);
        let expected = b"{u\x01\0\0\0k[\x02\0\0\0(\x02\0\0\0i\xfe\xff\xff\xffNT0";
        assert_eq!(data.dump(Reader::Three), expected);
    }
}
