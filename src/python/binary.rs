//! What the first bytes of an executable say about who can start it.

use std::io::Read as _;
use std::path::Path;

/// The part that holds the headers and, in practice, the name of the loader.
const HEAD: u64 = 4096;

fn read_head(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(HEAD).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether it is a script: its answer depends on more than the file.
pub(crate) fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"#!"
}

/// Whether it is a program in the machine's own language: ELF, or Mach-O for one machine or several.
pub(super) fn is_native_program(path: &Path) -> bool {
    const MAGIC: [[u8; 4]; 4] = [
        *b"\x7fELF",
        [0xcf, 0xfa, 0xed, 0xfe],
        [0xce, 0xfa, 0xed, 0xfe],
        [0xca, 0xfe, 0xba, 0xbe],
    ];
    read_head(path).is_some_and(|bytes| MAGIC.iter().any(|magic| bytes.starts_with(magic)))
}

/// The program that the system starts a file with: the interpreter in its `#!` line, or the loader an ELF file names
/// (`/lib/ld-musl-x86_64.so.1`; PT_INTERP, whose text stands at the beginning of what linkers write).
pub(super) fn find_loader(path: &Path) -> Option<String> {
    let bytes = read_head(path)?;
    let text = |bytes: &[u8]| Some(std::str::from_utf8(bytes).ok()?.to_owned());
    if let Some(line) = bytes.strip_prefix(b"#!") {
        let line = text(line.split(|byte| *byte == b'\n').next()?)?;
        return line.split_whitespace().next().map(str::to_owned);
    }
    if !bytes.starts_with(b"\x7fELF") {
        return None;
    }
    let texts = bytes.split(|byte| *byte == 0);
    let names = texts.filter(|text| text.starts_with(b"/")).filter_map(text);
    names
        .into_iter()
        .find(|name| name.contains("/ld") && name.contains(".so"))
}

/// The kind of machine or system it is made for; none if that cannot be told.
pub(super) fn target_system(path: &Path) -> Option<&'static str> {
    let bytes = read_head(path)?;
    // Programs for many systems at once begin so, too; they are not made for Windows alone.
    if bytes.starts_with(b"MZ") && !bytes.starts_with(b"MZqFpD") {
        return Some("Windows");
    }
    if bytes.starts_with(&[0xcf, 0xfa, 0xed, 0xfe]) || bytes.starts_with(&[0xca, 0xfe, 0xba, 0xbe])
    {
        return Some("macOS");
    }
    if !bytes.starts_with(b"\x7fELF") || bytes.len() < 20 {
        return None;
    }
    let machine = [bytes[18], bytes[19]];
    let is_big_endian = bytes[5] == 2;
    let machine = if is_big_endian {
        u16::from_be_bytes(machine)
    } else {
        u16::from_le_bytes(machine)
    };
    // e_machine in elf.h
    match machine {
        3 => Some("i686"),
        8 => Some("mips"),
        21 => Some("ppc64"),
        22 => Some("s390x"),
        40 => Some("arm"),
        62 => Some("x86_64"),
        183 => Some("aarch64"),
        243 => Some("riscv"),
        258 => Some("loongarch"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;

    #[test]
    fn loaders_and_machines() {
        let machine = Machine::new();
        let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
        elf.resize(64, 0);
        elf[18] = 183;
        elf.extend(b"/lib/ld-musl-aarch64.so.1\0/usr/lib\0");
        let path = machine.at("python3");
        std::fs::write(&path, elf).unwrap();
        assert_eq!(
            find_loader(&path).as_deref(),
            Some("/lib/ld-musl-aarch64.so.1")
        );
        assert_eq!(target_system(&path), Some("aarch64"));
        assert!(!is_script(&path));
        let script = machine.file("script", "#! /opt/gone/python -E\nprint()\n");
        assert_eq!(find_loader(&script).as_deref(), Some("/opt/gone/python"));
        assert_eq!(target_system(&script), None);
        assert!(is_script(&script));
        let windows = machine.file("python.exe", "MZ…");
        assert_eq!(target_system(&windows), Some("Windows"));
        assert_eq!(find_loader(&machine.at("missing")), None);
    }
}
